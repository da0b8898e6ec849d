"""Tables of what people read: home, lists, conversations, hashtags, and how far they read."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Text, _count, _flag, _id, _ms, _ref, metadata

home_entries = sa.Table(
    "home_entries",
    metadata,
    _ref("account_id", "accounts"),
    _ref("status_id", "statuses"),
    sa.PrimaryKeyConstraint("account_id", "status_id"),
    sa.Index("ix_home_entries_status_id", "status_id"),
    sqlite_with_rowid=False,
)

lists = sa.Table(
    "lists",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    sa.Column("title", Text, nullable=False),
    sa.Column("replies_policy", Text, nullable=False, server_default="list"),
    _flag("exclusive"),
)

list_members = sa.Table(
    "list_members",
    metadata,
    _id(),
    _ref("list_id", "lists"),
    _ref("account_id", "accounts", index=True),
    sa.UniqueConstraint("list_id", "account_id"),
    sa.Index("ix_list_members_list_id_id", "list_id", "id"),
)

list_entries = sa.Table(
    "list_entries",
    metadata,
    _ref("list_id", "lists"),
    _ref("status_id", "statuses"),
    sa.PrimaryKeyConstraint("list_id", "status_id"),
    sa.Index("ix_list_entries_status_id", "status_id"),
    sqlite_with_rowid=False,
)

conversations = sa.Table(
    "conversations",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("conversation_id", Id, nullable=False),
    _ref("last_status_id", "statuses", index=True),
    _flag("unread"),
    sa.PrimaryKeyConstraint("account_id", "conversation_id"),
    sa.Index("ix_conversations_account_id_last_status_id", "account_id", "last_status_id"),
)

tag_follows = sa.Table(
    "tag_follows",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("tag_id", "tags"),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "tag_id"),
    sa.Index("ix_tag_follows_tag_id", "tag_id"),
)

featured_tags = sa.Table(
    "featured_tags",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("tag_id", "tags", index=True),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "tag_id"),
)

markers = sa.Table(
    "markers",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("timeline", Key, nullable=False),
    sa.Column("last_read_id", Id, nullable=False),
    _count("version"),
    _ms("updated_at"),
    sa.PrimaryKeyConstraint("account_id", "timeline"),
)
