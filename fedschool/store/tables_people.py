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
    sa.Column("name", Text, nullable=False),
    _text("description"),
    sa.Column("language", Text),
    sa.Column("tag", Key),
    _flag("sensitive"),
    _flag("discoverable"),
    _ms("created_at"),
    _ms("updated_at"),
    sa.Index("ix_account_collections_account_id_id", "account_id", "id"),
)

# `state`: accepted, or revoked by the person (who then cannot be added again).
account_collection_items = sa.Table(
    "account_collection_items",
    metadata,
    _id(),
    _ref("collection_id", "account_collections"),
    _ref("account_id", "accounts"),
    sa.Column("state", Text, nullable=False, server_default="accepted"),
    _ms("created_at"),
    sa.UniqueConstraint("collection_id", "account_id"),
    sa.Index("ix_account_collection_items_account_id_id", "account_id", "id"),
)
