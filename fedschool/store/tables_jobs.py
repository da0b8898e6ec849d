"""Tables of work: what waits to be done, and when the periodic work was done last."""

import sqlalchemy as sa

from fedschool.store.base import Key, Text, _count, _id, _ms, metadata

jobs = sa.Table(
    "jobs",
    metadata,
    _id(),
    sa.Column("kind", Text, nullable=False),
    sa.Column("lane", Key, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    _ms("run_at"),
    _count("attempts"),
    sa.Column("claimed_by", Key),
    sa.Column("last_error", Text),
    _ms("created_at"),
    sa.Index("ix_jobs_run_at_id", "run_at", "id"),
    sa.Index("ix_jobs_lane", "lane"),
    sa.Index(
        "ix_jobs_claimed_by",
        "claimed_by",
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    ),
)

timetable = sa.Table(
    "timetable",
    metadata,
    sa.Column("name", Key, primary_key=True),
    _ms("ran_at"),
)
