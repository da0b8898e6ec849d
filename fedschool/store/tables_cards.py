"""What web pages say about themselves, which statuses show it, and how much things are used."""

import sqlalchemy as sa

from fedschool.store.base import (
    Flag,
    Id,
    Key,
    Ms,
    Text,
    _count,
    _flag,
    _id,
    _ms,
    _ref,
    _text,
    metadata,
)

# One row a page. `ready` once there is something to show; `planned_at` while a job is to fetch
# it; nobody asks again before `again_at`.
cards = sa.Table(
    "cards",
    metadata,
    _id(),
    sa.Column("url", Key, nullable=False, unique=True),
    _flag("ready"),
    sa.Column("type", Text, nullable=False, server_default="link"),
    _text("title"),
    _text("description"),
    _text("language"),
    _text("author_name"),
    _text("author_url"),
    sa.Column("author_account_id", Id, sa.ForeignKey("accounts.id", ondelete="SET NULL")),
    _text("provider_name"),
    _text("provider_url"),
    _text("html"),
    _count("width"),
    _count("height"),
    sa.Column("image_key", Text),
    _text("image_description"),
    sa.Column("blurhash", Text),
    _ms("published_at", nullable=True),
    _ms("fetched_at", nullable=True),
    _ms("planned_at", nullable=True),
    _ms("again_at", nullable=True),
    _count("failures"),
    _ms("created_at"),
    sa.Index("ix_cards_author_account_id", "author_account_id"),
    sa.Index("ix_cards_created_at", "created_at"),
)

status_cards = sa.Table(
    "status_cards",
    metadata,
    _ref("status_id", "statuses"),
    _ref("card_id", "cards"),
    sa.PrimaryKeyConstraint("status_id"),
    sa.Index("ix_status_cards_card_id_status_id", "card_id", "status_id"),
)

# Who used a hashtag, a link or (by favouring and boosting it) a status on which UTC day.
use_people = sa.Table(
    "use_people",
    metadata,
    sa.Column("kind", Key, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("account_id", Id, nullable=False),
    _count("uses"),
    _count("trending_uses"),
    sa.PrimaryKeyConstraint("kind", "subject_id", "day", "account_id"),
    sa.Index("ix_use_people_day", "day"),
    sqlite_with_rowid=False,
)

# The same summed up: what histories show. `trending_accounts` are those whose uses count for
# trends.
use_days = sa.Table(
    "use_days",
    metadata,
    sa.Column("kind", Key, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    _count("uses"),
    _count("accounts"),
    _count("trending_accounts"),
    sa.PrimaryKeyConstraint("kind", "subject_id", "day"),
    sa.Index("ix_use_days_kind_day", "kind", "day"),
    sa.Index("ix_use_days_day", "day"),
    sqlite_with_rowid=False,
)

trends = sa.Table(
    "trends",
    metadata,
    sa.Column("kind", Key, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("peak", sa.Float, nullable=False),
    sa.Column("peak_at", Ms, nullable=False),
    sa.PrimaryKeyConstraint("kind", "subject_id"),
    sa.Index("ix_trends_kind_score", "kind", "score"),
)

trend_reviews = sa.Table(
    "trend_reviews",
    metadata,
    sa.Column("kind", Key, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("allowed", Flag, nullable=False),
    _ms("reviewed_at"),
    sa.PrimaryKeyConstraint("kind", "subject_id"),
)
