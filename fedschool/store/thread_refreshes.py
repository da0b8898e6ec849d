"""When answers to a status were last looked for elsewhere, and what came of it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.refresh import Refresh
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_people import thread_refreshes

t = thread_refreshes.c
_COLUMNS = [t.id, t.conversation_id, t.status_id, t.result_count, t.started_at, t.finished_at]


# By a unique index each.
@statement
def _by(column: str) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(t[column] == p(column))


# One begins, unless the last one began after `before`.
@statement
def _begin() -> sa.sql.base.Executable:
    new = insert(thread_refreshes).values(
        id=p("id"),
        conversation_id=p("conversation_id"),
        status_id=p("status_id"),
        result_count=0,
        started_at=p("now"),
    )
    return new.on_conflict_do_update(
        index_elements=["conversation_id"],
        set_={
            "id": new.excluded.id,
            "status_id": new.excluded.status_id,
            "result_count": 0,
            "started_at": new.excluded.started_at,
            "finished_at": None,
        },
        where=t.started_at <= p("before", sa.BigInteger),
    ).returning(*_COLUMNS)


@statement
def _found() -> sa.sql.dml.Update:
    return (
        sa.update(thread_refreshes)
        .where(t.id == p("id"))
        .values(result_count=t.result_count + p("by", sa.Integer))
    )


@statement
def _finish() -> sa.sql.dml.Update:
    return sa.update(thread_refreshes).where(t.id == p("id")).values(finished_at=p("finished_at"))


async def by_id(tx: Tx, refresh_id: int) -> Refresh | None:
    return _read(await tx.one(_by("id"), id=refresh_id))


async def of_thread(tx: Tx, conversation_id: int) -> Refresh | None:
    return _read(await tx.one(_by("conversation_id"), conversation_id=conversation_id))


async def begin(
    tx: Tx, *, refresh_id: int, conversation_id: int, status_id: int, now: int, before: int
) -> Refresh | None:
    """A new search; None when the last one began after `before` (ms)."""
    row = await tx.one(
        _begin(),
        id=refresh_id,
        conversation_id=conversation_id,
        status_id=status_id,
        now=now,
        before=before,
    )
    return _read(row)


async def found(tx: Tx, refresh_id: int, by: int) -> None:
    await tx.run(_found(), id=refresh_id, by=by)


async def finish(tx: Tx, refresh_id: int, now: int) -> None:
    await tx.run(_finish(), id=refresh_id, finished_at=now)


def _read(row: Row | None) -> Refresh | None:
    return None if row is None else Refresh(*row)
