"""The audit log: rows are added and read, never changed."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.model.staff import AuditEntry
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_staff import audit_log
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

g = audit_log.c
_detail = msgspec.json.Decoder(dict[str, str])


# The actor's name is copied, as the row outlives the person.
@statement
def _add() -> sa.sql.dml.Insert:
    name = sa.select(accounts.c.username).where(accounts.c.id == p("actor_id", sa.BigInteger))
    names = ("id", "actor_id", "action", "target", "detail", "created_at")
    return sa.insert(audit_log).values(
        {column: p(column) for column in names}
        | {"actor_name": sa.func.coalesce(name.scalar_subquery(), "")}
    )


# The latest acts by primary key, or those on one target by the index on (target, id).
@statement
def _page(bounds: Shape, of_target: bool) -> sa.Select[Any]:
    query = sa.select(g.id, g.actor_id, g.actor_name, g.action, g.target, g.detail, g.created_at)
    if of_target:
        query = query.where(g.target == p("target"))
    return bounded(query, g.id, bounds)


async def add(
    tx: Tx, *, row_id: int, actor: int, action: str, target: str, detail: dict[str, str], now: int
) -> None:
    await tx.run(
        _add(),
        id=row_id,
        actor_id=actor,
        action=action,
        target=target,
        detail=msgspec.json.encode(detail).decode(),
        created_at=now,
    )


async def page(tx: Tx, cursor: Cursor, target: str | None = None) -> list[AuditEntry]:
    """Newest first."""
    values: dict[str, Any] = {} if target is None else {"target": target}
    rows = list(
        await tx.all(_page(shape(cursor), target is not None), **bounds_of(cursor), **values)
    )
    if cursor.min_id is not None:
        rows.reverse()
    return [
        AuditEntry(
            id=row_id,
            actor=actor,
            actor_name=name,
            action=action,
            target=aim,
            detail=_detail.decode(detail),
            created_at=at,
        )
        for row_id, actor, name, action, aim, detail, at in rows
    ]
