"""The table of what the instance says about itself, every version of it."""

import sqlalchemy as sa

from fedschool.store.base import Key, Text, _id, _ms, metadata

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
