"""The school's rules: those that hold, in their order, and those that reports still name."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from fedschool.model.rule import Rule
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.tables_texts import instance_rules

t = instance_rules.c


@statement
def _live() -> sa.Select[Any]:
    return (
        sa.select(t.id, t.text, t.hint)
        .where(t.removed_at.is_(None))
        .order_by(t.position, t.id)
    )  # fmt: skip


@statement
def _by_ids() -> sa.Select[Any]:
    return sa.select(t.id, t.text, t.hint).where(among(t.id, "ids")).order_by(t.position, t.id)


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("id", "position", "text", "hint", "created_at")
    return sa.insert(instance_rules).values({name: p(name) for name in names})


@statement
def _write() -> sa.sql.dml.Update:
    return (
        sa.update(instance_rules)
        .values(text=p("text"), hint=p("hint"))
        .where(t.id == p("id"))
    )  # fmt: skip


@statement
def _place() -> sa.sql.dml.Update:
    return sa.update(instance_rules).values(position=p("position")).where(t.id == p("id"))


@statement
def _remove() -> sa.sql.dml.Update:
    return sa.update(instance_rules).values(removed_at=p("now")).where(t.id == p("id"))


async def live(tx: Tx) -> list[Rule]:
    """Those that hold, in their order."""
    return [_rule(row) for row in await tx.all(_live())]


async def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Rule]:
    """Also those that hold no more: what was reported was reported under them."""
    return {row[0]: _rule(row) for row in await tx.all(_by_ids(), ids=list(ids))}


async def insert(tx: Tx, item: Rule, *, position: int, now: int) -> None:
    await tx.run(
        _insert(), id=item.id, position=position, text=item.text, hint=item.hint, created_at=now
    )


async def write(tx: Tx, item: Rule) -> None:
    await tx.run(_write(), id=item.id, text=item.text, hint=item.hint)


async def arrange(tx: Tx, ids: Sequence[int]) -> None:
    """Puts them in this order."""
    await tx.batch([_place()(id=id_, position=place) for place, id_ in enumerate(ids)])


async def remove(tx: Tx, rule_id: int, now: int) -> None:
    """It holds no more, and stays known to the reports that name it."""
    await tx.run(_remove(), id=rule_id, now=now)


def _rule(row: Row) -> Rule:
    id_, text, hint = row
    return Rule(id_, text, hint)
