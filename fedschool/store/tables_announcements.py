"""Tables of announcements: the notices, who put them away, and how people reacted."""

import sqlalchemy as sa

from fedschool.store.base import Key, Text, _flag, _id, _ms, _ref, metadata

announcements = sa.Table(
    "announcements",
    metadata,
    _id(),
    sa.Column("text", Text, nullable=False),
    sa.Column("content", Text, nullable=False),
    _ms("starts_at", nullable=True),
    _ms("ends_at", nullable=True),
    _flag("all_day"),
    _ms("published_at"),
    _ms("updated_at"),
    sa.Column("account_ids", Text, nullable=False, server_default="[]"),
    sa.Column("tags", Text, nullable=False, server_default="[]"),
    sa.Column("status_ids", Text, nullable=False, server_default="[]"),
)

announcement_dismissals = sa.Table(
    "announcement_dismissals",
    metadata,
    _ref("account_id", "accounts"),
    _ref("announcement_id", "announcements", index=True),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "announcement_id"),
)

announcement_reactions = sa.Table(
    "announcement_reactions",
    metadata,
    _id(),
    _ref("announcement_id", "announcements"),
    _ref("account_id", "accounts", index=True),
    sa.Column("name", Key, nullable=False),
    _ms("created_at"),
    sa.UniqueConstraint("announcement_id", "account_id", "name"),
)
