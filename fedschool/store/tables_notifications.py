"""Tables of notifications: what people are told, and from whom they want to hear."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Text, _flag, _id, _ms, _ref, metadata

notifications = sa.Table(
    "notifications",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("type", Text, nullable=False),
    _ref("from_account_id", "accounts", index=True),
    _ref("status_id", "statuses", nullable=True, index=True),
    sa.Column("group_key", Key, nullable=False, server_default=""),
    _flag("filtered"),
    # A report, a strike or a severance, by the type; what is told about one is told once each.
    sa.Column("subject_id", Id),
    _ms("created_at"),
    sa.Index("ix_notifications_account_id_id", "account_id", "id"),
    sa.Index("ix_notifications_account_id_group_key_id", "account_id", "group_key", "id"),
    sa.Index(
        "ix_notifications_filtered",
        "account_id",
        "from_account_id",
        "id",
        sqlite_where=sa.text("filtered = 1"),
        postgresql_where=sa.text("filtered = 1"),
    ),
    sa.UniqueConstraint("account_id", "type", "from_account_id", "status_id"),
    sa.Index(
        "uq_notifications_of_person",
        "account_id",
        "type",
        "from_account_id",
        unique=True,
        sqlite_where=sa.text("status_id IS NULL AND subject_id IS NULL"),
        postgresql_where=sa.text("status_id IS NULL AND subject_id IS NULL"),
    ),
)


def _verdict(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, Text, nullable=False, server_default=default)


notification_policies = sa.Table(
    "notification_policies",
    metadata,
    _ref("account_id", "accounts"),
    _verdict("for_not_following", "accept"),
    _verdict("for_not_followers", "accept"),
    _verdict("for_new_accounts", "accept"),
    _verdict("for_private_mentions", "filter"),
    _verdict("for_limited_accounts", "filter"),
    _verdict("for_bots", "accept"),
    sa.PrimaryKeyConstraint("account_id"),
)

notification_requests = sa.Table(
    "notification_requests",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("from_account_id", "accounts", index=True),
    _ms("created_at"),
    _ms("updated_at"),
    sa.UniqueConstraint("account_id", "from_account_id"),
    sa.Index("ix_notification_requests_account_id_id", "account_id", "id"),
)

notification_permissions = sa.Table(
    "notification_permissions",
    metadata,
    _ref("account_id", "accounts"),
    _ref("from_account_id", "accounts", index=True),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "from_account_id"),
)
