"""Tables of what goes between servers: policies, hosts, activities sent and seen."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Ms, Text, _count, _flag, _id, _ms, _ref, _text, metadata

domain_policies = sa.Table(
    "domain_policies",
    metadata,
    sa.Column("domain", Key, primary_key=True),
    sa.Column("severity", Text, nullable=False),
    _flag("reject_media"),
    _text("public_comment"),
    _text("private_comment"),
    _ms("created_at"),
    sa.Column("id", Id, nullable=False, server_default="0"),
    _flag("reject_reports"),
    _flag("obfuscate"),
    sa.Column("acted_at", Ms, nullable=False, server_default="0"),
    sa.Index("ix_domain_policies_id", "id"),
)

hosts = sa.Table(
    "hosts",
    metadata,
    sa.Column("host", Key, primary_key=True),
    _count("failures"),
    _ms("failing_since", nullable=True),
    _ms("retry_at", nullable=True),
    _ms("updated_at"),
)

activities = sa.Table(
    "activities",
    metadata,
    _id(),
    sa.Column("uri", Key, nullable=False),
    _ref("account_id", "accounts", index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _ms("created_at"),
    sa.Index("ix_activities_created_at", "created_at"),
)

received_activities = sa.Table(
    "received_activities",
    metadata,
    sa.Column("uri", Key, primary_key=True),
    _ms("received_at"),
    sa.Index("ix_received_activities_received_at", "received_at"),
    sqlite_with_rowid=False,
)

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("uri", Key, primary_key=True),
    _ms("deleted_at"),
    sa.Index("ix_tombstones_deleted_at", "deleted_at"),
    sqlite_with_rowid=False,
)
