"""Tables of files: what is attached to posts, and custom emojis."""

import sqlalchemy as sa

from fedschool.store.base import Key, Text, _count, _id, _ms, _ref, _text, metadata

media_attachments = sa.Table(
    "media_attachments",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    _ref("status_id", "statuses", nullable=True),
    _count("position"),
    sa.Column("kind", Text, nullable=False),
    _text("mime_type"),
    sa.Column("key", Text),
    sa.Column("preview_key", Text),
    sa.Column("remote_url", Text),
    _text("description"),
    sa.Column("blurhash", Text),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("preview_width", sa.Integer),
    sa.Column("preview_height", sa.Integer),
    sa.Column("focus_x", sa.Float, nullable=False, server_default="0"),
    sa.Column("focus_y", sa.Float, nullable=False, server_default="0"),
    _count("size"),
    _ms("created_at"),
    sa.Column("state", Text, nullable=False, server_default="ready"),
    sa.Column("details", Text, nullable=False, server_default="{}"),
    sa.Column("preview_remote_url", Text),
    sa.Column("source_key", Text),
    sa.Index("ix_media_attachments_status_id_position", "status_id", "position"),
)

emojis = sa.Table(
    "emojis",
    metadata,
    _id(),
    sa.Column("shortcode", Key, nullable=False),
    sa.Column("domain", Key, nullable=False, server_default=""),
    sa.Column("uri", Key),
    sa.Column("remote_url", Text),
    sa.Column("key", Text),
    _ms("updated_at"),
    sa.Column("static_key", Text),
    sa.Column("category", Text),
    sa.UniqueConstraint("shortcode", "domain"),
)
