"""Periodic work: when each piece last ran, and what grows for ever unless it is pruned."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_federation import activities, hosts, received_activities, tombstones
from fedschool.store.tables_jobs import timetable
from fedschool.store.tables_statuses import idempotency_keys
from fedschool.store.tables_timelines import home_entries, list_entries, lists
from fedschool.store.tables_users import grants, sessions, users

CHUNK = 5_000


# One row a piece of work; whoever moves its time does the work.
@statement
def _begin() -> sa.sql.base.Executable:
    new = insert(timetable).values(name=p("name"), ran_at=p("now"))
    return new.on_conflict_do_update(
        index_elements=["name"],
        set_={"ran_at": new.excluded.ran_at},
        where=timetable.c.ran_at <= p("before", sa.BigInteger),
    ).returning(timetable.c.name)


# Old rows, a chunk at a time by the index on their time.
@statement
def _old(name: str) -> sa.sql.dml.Delete:
    table, column = _AGEING[name]
    key = next(iter(table.primary_key.columns))
    chosen = sa.select(key).where(column < p("before")).limit(CHUNK)
    return sa.delete(table).where(key.in_(chosen))


_AGEING: dict[str, tuple[sa.Table, sa.ColumnElement[int]]] = {
    "received": (received_activities, received_activities.c.received_at),
    "sessions": (sessions, sessions.c.expires_at),
    "grants": (grants, grants.c.expires_at),
    "hosts": (hosts, hosts.c.updated_at),
    "tombstones": (tombstones, tombstones.c.deleted_at),
}


@statement
def _old_keys() -> sa.sql.dml.Delete:
    return sa.delete(idempotency_keys).where(idempotency_keys.c.created_at < p("before"))


# Sent activities older than any delivery of them may be.
@statement
def _old_activities() -> sa.sql.dml.Delete:
    chosen = sa.select(activities.c.id).where(activities.c.created_at < p("before")).limit(CHUNK)
    return sa.delete(activities).where(activities.c.id.in_(chosen))


@statement
def _people() -> sa.Select[Any]:
    return sa.select(users.c.account_id)


# A home's entries below its newest `keep`, by the primary key.
@statement
def _trim_home() -> sa.sql.dml.Delete:
    h = home_entries.c
    last = (
        sa.select(h.status_id)
        .where(h.account_id == p("account_id"))
        .order_by(h.status_id.desc())
        .offset(p("keep", sa.Integer))
        .limit(1)
        .scalar_subquery()
    )
    return sa.delete(home_entries).where(h.account_id == p("account_id"), h.status_id <= last)


@statement
def _lists() -> sa.Select[Any]:
    return sa.select(lists.c.id)


# A list's entries below its newest `keep`, by the primary key.
@statement
def _trim_list() -> sa.sql.dml.Delete:
    e = list_entries.c
    last = (
        sa.select(e.status_id)
        .where(e.list_id == p("list_id"))
        .order_by(e.status_id.desc())
        .offset(p("keep", sa.Integer))
        .limit(1)
        .scalar_subquery()
    )
    return sa.delete(list_entries).where(e.list_id == p("list_id"), e.status_id <= last)


async def begin(tx: Tx, name: str, now: int, every: int) -> bool:
    """Whether `name` is due (`every` ms) and this caller is the one to do it."""
    return await tx.value(_begin(), name=name, now=now, before=now - every) is not None


async def prune(tx: Tx, name: str, before: int) -> int:
    """Removes rows of a table of _AGEING older than `before`, a chunk; how many."""
    return await tx.run(_old(name), before=before)


async def prune_keys(tx: Tx, before: int) -> None:
    await tx.run(_old_keys(), before=before)


async def prune_activities(tx: Tx, before: int) -> int:
    return await tx.run(_old_activities(), before=before)


async def people(tx: Tx) -> list[int]:
    """Account ids of our people."""
    return [row[0] for row in await tx.all(_people())]


async def trim_home(tx: Tx, account_id: int, keep: int) -> None:
    await tx.run(_trim_home(), account_id=account_id, keep=keep)


async def reading_lists(tx: Tx) -> list[int]:
    """Ids of our people's lists."""
    return [row[0] for row in await tx.all(_lists())]


async def trim_list(tx: Tx, list_id: int, keep: int) -> None:
    await tx.run(_trim_list(), list_id=list_id, keep=keep)
