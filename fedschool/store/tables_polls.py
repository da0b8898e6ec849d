"""Tables of polls: questions, answers and votes."""

import sqlalchemy as sa

from fedschool.store.base import Id, Text, _flag, _ms, _ref, metadata

polls = sa.Table(
    "polls",
    metadata,
    _ref("status_id", "statuses"),
    _flag("multiple"),
    _flag("hide_totals"),
    _ms("expires_at", nullable=True),
    _flag("closed"),
    sa.Column("voters_count", sa.BigInteger),
    _ms("tell_at", nullable=True),
    sa.PrimaryKeyConstraint("status_id"),
)

poll_options = sa.Table(
    "poll_options",
    metadata,
    sa.Column("status_id", Id, sa.ForeignKey("polls.status_id", ondelete="CASCADE")),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", Text, nullable=False),
    sa.Column("votes_count", sa.BigInteger, nullable=False, server_default="0"),
    sa.PrimaryKeyConstraint("status_id", "position"),
)

poll_votes = sa.Table(
    "poll_votes",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("status_id", Id, sa.ForeignKey("polls.status_id", ondelete="CASCADE")),
    sa.Column("choice", sa.Integer, nullable=False),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "status_id", "choice"),
    sa.Index("ix_poll_votes_status_id", "status_id"),
)
