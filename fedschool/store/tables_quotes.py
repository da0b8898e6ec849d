"""The table of quotes."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, Text, metadata

# One quote a status. What is quoted may be unknown here, or gone: its URI stays. Pages of who
# quotes a status are ranges of (quoted_status_id, status_id).
quotes = sa.Table(
    "quotes",
    metadata,
    sa.Column("status_id", Id, sa.ForeignKey("statuses.id", ondelete="CASCADE"), nullable=False),
    sa.Column(
        "account_id",
        Id,
        sa.ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("quoted_status_id", Id, sa.ForeignKey("statuses.id", ondelete="SET NULL")),
    sa.Column(
        "quoted_account_id",
        Id,
        sa.ForeignKey("accounts.id", ondelete="SET NULL"),
        index=True,
    ),
    sa.Column("quoted_uri", Key, nullable=False),
    sa.Column("state", Text, nullable=False),
    sa.Column("activity_uri", Key, index=True),
    sa.Column("approval_uri", Key, index=True),
    sa.Column("legacy", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("status_id"),
    sa.Index("ix_quotes_quoted_status_id_status_id", "quoted_status_id", "status_id"),
    sa.Index("ix_quotes_quoted_uri", "quoted_uri"),
)
