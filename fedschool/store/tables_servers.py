"""Tables about other servers: the allowed ones, and follows that a decision cut.

`domain_policies`, the decisions themselves, lies with the first tables.
"""

import sqlalchemy as sa

from fedschool.store.base import Flag, Key, Text, _flag, _id, _ms, _ref, metadata

domain_allows = sa.Table(
    "domain_allows",
    metadata,
    _id(),
    sa.Column("domain", Key, nullable=False, unique=True),
    _ms("created_at"),
)

# One decision that cut follows: `kind` says whose it was, `target_name` whom it met.
severed_relationship_events = sa.Table(
    "severed_relationship_events",
    metadata,
    _id(),
    sa.Column("kind", Text, nullable=False),
    sa.Column("target_name", Key, nullable=False),
    _flag("purged"),
    _ms("undone_at", nullable=True),
    _ms("created_at"),
    sa.Index("ix_severed_relationship_events_target_name", "target_name"),
)

# The follows as they were, so that they can be put back; `account_id` is ours, and `told` of it.
severed_relationships = sa.Table(
    "severed_relationships",
    metadata,
    _ref("event_id", "severed_relationship_events"),
    _ref("account_id", "accounts", index=True),
    _ref("remote_account_id", "accounts", index=True),
    sa.Column("incoming", Flag, nullable=False),
    sa.Column("uri", Key, nullable=False),
    sa.Column("show_reblogs", Flag, nullable=False, server_default="1"),
    _flag("notify"),
    sa.Column("languages", Text),
    _flag("told"),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("event_id", "account_id", "remote_account_id", "incoming"),
)
