"""Tables of posts: their texts, earlier texts, mentions, hashtags and those yet to come."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Text, _count, _flag, _id, _ms, _ref, _text, metadata

statuses = sa.Table(
    "statuses",
    metadata,
    _id(),
    sa.Column("uri", Key, nullable=False, unique=True),
    _text("url"),
    _ref("account_id", "accounts"),
    _flag("local"),
    _flag("local_only"),
    sa.Column("visibility", Text, nullable=False),
    _text("content"),
    _text("text"),
    _text("spoiler_text"),
    _flag("sensitive"),
    sa.Column("language", Text),
    sa.Column("in_reply_to_id", Id, sa.ForeignKey("statuses.id", ondelete="SET NULL")),
    sa.Column("in_reply_to_account_id", Id),
    sa.Column("in_reply_to_uri", Key),
    _ref("reblog_of_id", "statuses", nullable=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("application_id", Id, sa.ForeignKey("applications.id", ondelete="SET NULL")),
    _ms("created_at"),
    _ms("edited_at", nullable=True),
    _count("replies_count"),
    _count("reblogs_count"),
    _count("favourites_count"),
    _count("version"),
    sa.Column("emojis", Text, nullable=False, server_default="[]"),
    _count("quotes_count"),
    _text("quote_policy"),
    sa.Index("ix_statuses_account_id_id", "account_id", "id"),
    sa.Index("ix_statuses_in_reply_to_id", "in_reply_to_id"),
    sa.Index("ix_statuses_in_reply_to_uri", "in_reply_to_uri"),
    sa.Index("ix_statuses_conversation_id", "conversation_id"),
    sa.Index("ix_statuses_application_id", "application_id"),
    sa.Index(
        "uq_statuses_reblog_of_id_account_id",
        "reblog_of_id",
        "account_id",
        unique=True,
        sqlite_where=sa.text("reblog_of_id IS NOT NULL"),
        postgresql_where=sa.text("reblog_of_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_statuses_public",
        "id",
        sqlite_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
        postgresql_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
    ),
    sa.Index(
        "ix_statuses_public_by_origin",
        "local",
        "id",
        sqlite_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
        postgresql_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
    ),
    sa.Index(
        "ix_statuses_emojis",
        "id",
        sqlite_where=sa.text("emojis <> '[]'"),
        postgresql_where=sa.text("emojis <> '[]'"),
    ),
)

status_edits = sa.Table(
    "status_edits",
    metadata,
    _id(),
    _ref("status_id", "statuses", index=True),
    _text("content"),
    _text("text"),
    _text("spoiler_text"),
    _flag("sensitive"),
    sa.Column("attachments", Text, nullable=False, server_default="[]"),
    sa.Column("poll_options", Text),
    _ms("created_at"),
)

mentions = sa.Table(
    "mentions",
    metadata,
    _ref("status_id", "statuses"),
    _ref("account_id", "accounts"),
    _count("position"),
    _flag("silent"),
    sa.PrimaryKeyConstraint("status_id", "account_id"),
    sa.Index("ix_mentions_account_id_status_id", "account_id", "status_id"),
)

tags = sa.Table(
    "tags",
    metadata,
    _id(),
    sa.Column("name", Key, nullable=False, unique=True),
    sa.Column("display", Text, nullable=False),
    _ms("created_at"),
)

status_tags = sa.Table(
    "status_tags",
    metadata,
    _ref("tag_id", "tags"),
    _ref("status_id", "statuses"),
    sa.PrimaryKeyConstraint("tag_id", "status_id"),
    sa.Index("ix_status_tags_status_id", "status_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("key", Key, nullable=False),
    _ref("status_id", "statuses", index=True),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "key"),
)

scheduled_statuses = sa.Table(
    "scheduled_statuses",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ms("scheduled_at"),
    sa.Column("params", Text, nullable=False),
    sa.Column("application_id", Id, sa.ForeignKey("applications.id", ondelete="SET NULL")),
    sa.Column("key", Key),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "key"),
    sa.Index("ix_scheduled_statuses_account_id_id", "account_id", "id"),
    sa.Index("ix_scheduled_statuses_account_id_scheduled_at", "account_id", "scheduled_at"),
    sa.Index("ix_scheduled_statuses_application_id", "application_id"),
)

scheduled_media = sa.Table(
    "scheduled_media",
    metadata,
    _ref("media_id", "media_attachments"),
    _ref("scheduled_id", "scheduled_statuses", index=True),
    _count("position"),
    sa.PrimaryKeyConstraint("media_id"),
)
