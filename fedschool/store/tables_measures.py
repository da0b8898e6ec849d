"""Tables of figures: who was here on which day, and what was counted of each day."""

import sqlalchemy as sa

from fedschool.store.base import Key, Ms, _ref, metadata

# Days count from 1970 (UTC).
active_days = sa.Table(
    "active_days",
    metadata,
    sa.Column("day", sa.Integer, nullable=False),
    _ref("user_id", "users", index=True),
    sa.PrimaryKeyConstraint("day", "user_id"),
)

# One figure of a day about a subject: a server's domain (ours is empty), a domain and a language.
daily_figures = sa.Table(
    "daily_figures",
    metadata,
    sa.Column("name", Key, nullable=False),
    sa.Column("subject", Key, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("value", Ms, nullable=False),
    sa.PrimaryKeyConstraint("name", "subject", "day"),
    sa.Index("ix_daily_figures_name_day", "name", "day"),
)
