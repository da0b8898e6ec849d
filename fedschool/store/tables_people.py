"""Searches for answers elsewhere, imports of what people take along, collections of accounts."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Text, _count, _flag, _id, _ms, _ref, _text, metadata

# The last search for answers in a thread on other servers, from one status downwards;
# `result_count` is how many it found.
thread_refreshes = sa.Table(
    "thread_refreshes",
    metadata,
    _id(),
    sa.Column("conversation_id", Id, nullable=False),
    _ref("status_id", "statuses", index=True),
    _count("result_count"),
    _ms("started_at"),
    _ms("finished_at", nullable=True),
    sa.UniqueConstraint("conversation_id"),
)

imports = sa.Table(
    "imports",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    sa.Column("kind", Text, nullable=False),
    _flag("overwrite"),
    _count("total"),
    _count("done"),
    _count("failed"),
    _ms("created_at"),
    _ms("finished_at", nullable=True),
)

import_rows = sa.Table(
    "import_rows",
    metadata,
    _ref("import_id", "imports"),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("cells", Text, nullable=False),
    sa.PrimaryKeyConstraint("import_id", "position"),
)

account_collections = sa.Table(
    "account_collections",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("uri", Key, nullable=False, unique=True),
    _text("url"),
    _flag("local"),
    sa.Column("name", Text, nullable=False),
    _text("description"),
    sa.Column("language", Text),
    sa.Column("tag", Key),
    _flag("sensitive"),
    _flag("discoverable"),
    _ms("created_at"),
    _ms("updated_at"),
    sa.Index("ix_account_collections_account_id_id", "account_id", "id"),
    sa.Index("ix_account_collections_url", "url"),
)

# `state`: pending until another server answers, accepted, rejected, or revoked by the person (who
# then cannot be added again). `activity_uri`: the FeatureRequest; `approval_uri`: the
# FeatureAuthorization of somebody elsewhere; `uri`: the item in somebody's collection elsewhere.
account_collection_items = sa.Table(
    "account_collection_items",
    metadata,
    _id(),
    _ref("collection_id", "account_collections"),
    _ref("account_id", "accounts"),
    sa.Column("state", Text, nullable=False, server_default="accepted"),
    sa.Column("uri", Key),
    sa.Column("activity_uri", Key),
    sa.Column("approval_uri", Key),
    _ms("created_at"),
    sa.UniqueConstraint("collection_id", "account_id"),
    sa.Index("ix_account_collection_items_account_id_id", "account_id", "id"),
    sa.Index("ix_account_collection_items_activity_uri", "activity_uri"),
    sa.Index("ix_account_collection_items_approval_uri", "approval_uri"),
)

# The collections that a status links to.
status_collections = sa.Table(
    "status_collections",
    metadata,
    _ref("status_id", "statuses"),
    _ref("collection_id", "account_collections", index=True),
    sa.PrimaryKeyConstraint("status_id", "collection_id"),
)

# When somebody's collections were last read from their server.
collection_readings = sa.Table(
    "collection_readings",
    metadata,
    _ref("account_id", "accounts"),
    _ms("read_at"),
    sa.PrimaryKeyConstraint("account_id"),
)
