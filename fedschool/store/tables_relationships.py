"""Tables of what people are to one another: following, blocking, muting, notes."""

import sqlalchemy as sa

from fedschool.store.base import Flag, Key, Ms, Text, _flag, _id, _ms, _ref, metadata


def _pair(name: str, *columns: sa.Column[int] | sa.Column[str]) -> sa.Table:
    """A relation `account_id → target_id`; ids order the lists that clients page through."""
    return sa.Table(
        name,
        metadata,
        _id(),
        _ref("account_id", "accounts"),
        _ref("target_id", "accounts"),
        *columns,
        _ms("created_at"),
        sa.UniqueConstraint("account_id", "target_id"),
        sa.Index(f"ix_{name}_account_id_id", "account_id", "id"),
        sa.Index(f"ix_{name}_target_id_id", "target_id", "id"),
    )


follows = _pair(
    "follows",
    sa.Column("uri", Key, nullable=False),
    sa.Column("show_reblogs", Flag, nullable=False, server_default="1"),
    _flag("notify"),
    sa.Column("languages", Text),
)

follow_requests = _pair(
    "follow_requests",
    sa.Column("uri", Key, nullable=False),
    sa.Column("show_reblogs", Flag, nullable=False, server_default="1"),
    _flag("notify"),
    sa.Column("languages", Text),
)

blocks = _pair("blocks", sa.Column("uri", Key, nullable=False))

mutes = _pair(
    "mutes",
    sa.Column("hide_notifications", Flag, nullable=False, server_default="1"),
    sa.Column("expires_at", Ms),
)

endorsements = _pair("endorsements")

account_notes = _pair("account_notes", sa.Column("comment", Text, nullable=False))

account_domain_blocks = sa.Table(
    "account_domain_blocks",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("domain", Key, nullable=False),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "domain"),
    sa.Index("ix_account_domain_blocks_account_id_id", "account_id", "id"),
)
