"""Tables of what the instance says about itself, every version of it, and of its rules."""

import sqlalchemy as sa

from fedschool.store.base import Key, Text, _count, _id, _ms, _text, metadata

# `effective_on` is a day, as `2026-11-23`: what holds is the latest that has come.
instance_texts = sa.Table(
    "instance_texts",
    metadata,
    _id(),
    sa.Column("kind", Key, nullable=False),
    sa.Column("text", Text, nullable=False),
    sa.Column("effective_on", Key, nullable=False),
    _ms("created_at"),
    sa.Index("ix_instance_texts_kind_effective_on", "kind", "effective_on", "id"),
)

# A rule that holds no more stays for the reports that name it.
instance_rules = sa.Table(
    "instance_rules",
    metadata,
    _id(),
    _count("position"),
    sa.Column("text", Text, nullable=False),
    _text("hint"),
    _ms("created_at"),
    _ms("removed_at", nullable=True),
)
