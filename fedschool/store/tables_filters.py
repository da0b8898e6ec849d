"""Tables of filters: what people do not want to read."""

import sqlalchemy as sa

from fedschool.store.base import Text, _count, _flag, _id, _ms, _ref, metadata

filters = sa.Table(
    "filters",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    sa.Column("title", Text, nullable=False),
    sa.Column("action", Text, nullable=False),
    sa.Column("contexts", Text, nullable=False),
    _ms("expires_at", nullable=True),
)

filter_keywords = sa.Table(
    "filter_keywords",
    metadata,
    _id(),
    _ref("filter_id", "filters", index=True),
    sa.Column("keyword", Text, nullable=False),
    _flag("whole_word"),
)

filter_statuses = sa.Table(
    "filter_statuses",
    metadata,
    _id(),
    _ref("filter_id", "filters"),
    _ref("status_id", "statuses", index=True),
    sa.UniqueConstraint("filter_id", "status_id"),
)

# Who has filters, and how often these changed: what is kept of them in memory is known by it.
filter_versions = sa.Table(
    "filter_versions",
    metadata,
    _ref("account_id", "accounts"),
    _count("version"),
    sa.PrimaryKeyConstraint("account_id"),
)
