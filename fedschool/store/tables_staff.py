"""The staff's tables: what was done, which warnings were given, who is shut out, what was reported.

Nothing in the audit log is ever changed, and it outlives the people who are named in it: its
columns are no references.
"""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Text, _count, _flag, _id, _ms, _ref, _text, metadata

audit_log = sa.Table(
    "audit_log",
    metadata,
    _id(),
    sa.Column("actor_id", Id, nullable=False),
    _text("actor_name"),
    sa.Column("action", Key, nullable=False),
    sa.Column("target", Key, nullable=False),
    sa.Column("detail", Text, nullable=False, server_default="{}"),
    _ms("created_at"),
    sa.Index("ix_audit_log_target_id", "target", "id"),
)

# `origin` is `local` where our staff suspended, `remote` where the person's own server did.
# `accounts.suspended_at` alone may also be somebody who is not let in yet.
suspensions = sa.Table(
    "suspensions",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("origin", Text, nullable=False, server_default="local"),
    _ms("suspended_at"),
    _ms("erase_at", nullable=True),
    _ms("erased_at", nullable=True),
    sa.PrimaryKeyConstraint("account_id"),
    sa.Index(
        "ix_suspensions_erase_at",
        "erase_at",
        sqlite_where=sa.text("erased_at IS NULL"),
        postgresql_where=sa.text("erased_at IS NULL"),
    ),
)

strikes = sa.Table(
    "strikes",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("action", Text, nullable=False),
    _text("text"),
    sa.Column("report_id", Id),
    sa.Column("status_ids", Text, nullable=False, server_default="[]"),
    _ms("created_at"),
    sa.Index("ix_strikes_account_id_id", "account_id", "id"),
)

# Statuses are named by id alone: what is deleted stays named. `uri` is a Flag from elsewhere.
reports = sa.Table(
    "reports",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("target_account_id", "accounts"),
    sa.Column("uri", Key, unique=True),
    sa.Column("category", Text, nullable=False, server_default="other"),
    _text("comment"),
    _flag("forwarded"),
    sa.Column("status_ids", Text, nullable=False, server_default="[]"),
    sa.Column("rule_ids", Text, nullable=False, server_default="[]"),
    sa.Column("assigned_account_id", Id),
    sa.Column("resolved_by_account_id", Id),
    _ms("resolved_at", nullable=True),
    _ms("created_at"),
    _ms("updated_at"),
    sa.Index("ix_reports_account_id_id", "account_id", "id"),
    sa.Index("ix_reports_target_account_id_id", "target_account_id", "id"),
    sa.Index(
        "ix_reports_open",
        "id",
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    ),
)

# What a person lost at once, because somebody or a whole server was shut out.
severances = sa.Table(
    "severances",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    sa.Column("type", Text, nullable=False),
    sa.Column("target_name", Text, nullable=False),
    _count("followers_count"),
    _count("following_count"),
    _ms("created_at"),
)

# Where people signed in from, the last times; forgotten after a while.
user_ips = sa.Table(
    "user_ips",
    metadata,
    _ref("user_id", "users"),
    sa.Column("ip", Key, nullable=False),
    _ms("used_at"),
    sa.PrimaryKeyConstraint("user_id", "ip"),
    sa.Index("ix_user_ips_ip", "ip"),
    sa.Index("ix_user_ips_used_at", "used_at"),
)
