"""Tables of who may not sign up or come in: networks, e-mail domains, e-mail addresses."""

import sqlalchemy as sa

from fedschool.store.base import Key, Ms, Text, _count, _flag, _id, _ms, _ref, _text, metadata

ip_blocks = sa.Table(
    "ip_blocks",
    metadata,
    _id(),
    sa.Column("ip", Key, nullable=False, unique=True),
    sa.Column("severity", Text, nullable=False),
    _text("comment"),
    _ms("expires_at", nullable=True),
    _ms("created_at"),
)

email_domain_blocks = sa.Table(
    "email_domain_blocks",
    metadata,
    _id(),
    sa.Column("domain", Key, nullable=False, unique=True),
    _flag("allow_with_approval"),
    _ms("created_at"),
)

# How often a block was met, by day and by the mark of an address; no address is kept.
email_domain_attempts = sa.Table(
    "email_domain_attempts",
    metadata,
    _ref("block_id", "email_domain_blocks"),
    sa.Column("day", Ms, nullable=False),
    sa.Column("address_mark", Key, nullable=False),
    _count("uses"),
    sa.PrimaryKeyConstraint("block_id", "day", "address_mark"),
    sa.Index("ix_email_domain_attempts_day", "day"),
)

canonical_email_blocks = sa.Table(
    "canonical_email_blocks",
    metadata,
    _id(),
    sa.Column("hash", Key, nullable=False, unique=True),
    _ms("created_at"),
)
