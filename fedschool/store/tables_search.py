"""The tables behind finding: the words of posts and of names, and whom to suggest to whom.

Migration 0003 adds what no plain table can: FTS5 tables that triggers keep (SQLite), GIN indexes
(PostgreSQL). `words` is a text of words parted by spaces here and a tsvector there.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from fedschool.store.base import Text, _ms, _ref, metadata

Words = Text.with_variant(postgresql.TSVECTOR(), "postgresql")

status_words = sa.Table(
    "status_words",
    metadata,
    _ref("status_id", "statuses"),
    sa.Column("words", Words, nullable=False),
    sa.PrimaryKeyConstraint("status_id"),
)

account_words = sa.Table(
    "account_words",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("words", Words, nullable=False),
    sa.PrimaryKeyConstraint("account_id"),
)

# Whom the staff suggest to everybody.
featured_accounts = sa.Table(
    "featured_accounts",
    metadata,
    _ref("account_id", "accounts"),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id"),
)

suggestion_dismissals = sa.Table(
    "suggestion_dismissals",
    metadata,
    _ref("account_id", "accounts"),
    _ref("target_id", "accounts", index=True),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "target_id"),
)
