"""What the instance says about itself: versions are added, never changed."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.texts import InstanceText, TextKind
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_texts import instance_texts

t = instance_texts.c
_COLUMNS = [t.id, t.kind, t.text, t.effective_on, t.created_at]


def _next_day() -> sa.ColumnElement[str | None]:
    """When the next version begins to hold."""
    later = instance_texts.alias("later")
    return (
        sa.select(sa.func.min(later.c.effective_on))
        .where(later.c.kind == t.kind, later.c.effective_on > t.effective_on)
        .scalar_subquery()
    )


# The last one written for the latest day up to a given one: the end of a range of the index on
# (kind, effective_on, id).
@statement
def _holding() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS, _next_day())
        .where(t.kind == p("kind"), t.effective_on <= p("day"))
        .order_by(t.effective_on.desc(), t.id.desc())
        .limit(1)
    )


@statement
def _of_day() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS, _next_day())
        .where(t.kind == p("kind"), t.effective_on == p("day"))
        .order_by(t.id.desc())
        .limit(1)
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    return sa.insert(instance_texts).values({c.name: p(c.name) for c in _COLUMNS})


async def holding(tx: Tx, kind: TextKind, day: str) -> InstanceText | None:
    """The version that holds on a day."""
    return _text(await tx.one(_holding(), kind=kind.value, day=day))


async def of_day(tx: Tx, kind: TextKind, day: str) -> InstanceText | None:
    """The version that holds from this very day."""
    return _text(await tx.one(_of_day(), kind=kind.value, day=day))


async def add(tx: Tx, item: InstanceText) -> None:
    await tx.run(
        _insert(),
        id=item.id,
        kind=item.kind.value,
        text=item.text,
        effective_on=item.effective_on,
        created_at=item.created_at,
    )


def _text(row: Row | None) -> InstanceText | None:
    if row is None:
        return None
    id_, kind, text, effective_on, created_at, succeeded_on = row
    return InstanceText(
        id=id_,
        kind=TextKind(kind),
        text=text,
        effective_on=effective_on,
        created_at=created_at,
        succeeded_on=succeeded_on,
    )
