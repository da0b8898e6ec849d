"""Networks that may not sign up, or not come in at all."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.blocks import IpBlock, IpSeverity
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_blocks import ip_blocks
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

b = ip_blocks.c
_COLUMNS = [b.id, b.ip, b.severity, b.comment, b.expires_at, b.created_at]
_NAMES = [column.name for column in _COLUMNS]


@statement
def _page(bounds: Shape) -> sa.Select[Any]:
    return bounded(sa.select(*_COLUMNS), b.id, bounds)


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(b.id == p("id"))


# Those that hold now: a few thousand at most.
@statement
def _holding(severity: str | None) -> sa.Select[Any]:
    query = sa.select(*_COLUMNS).where(
        sa.or_(b.expires_at.is_(None), b.expires_at > p("now", sa.BigInteger))
    )
    return query if severity is None else query.where(b.severity == severity)


@statement
def _count() -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(ip_blocks)


@statement
def _put() -> sa.sql.dml.Insert:
    new = insert(ip_blocks).values({name: p(name) for name in _NAMES})
    return new.on_conflict_do_nothing().returning(b.id)


@statement
def _change() -> sa.sql.dml.Update:
    names = ("ip", "severity", "comment", "expires_at")
    return sa.update(ip_blocks).where(b.id == p("id")).values({name: p(name) for name in names})


@statement
def _holder() -> sa.Select[Any]:
    return sa.select(b.id).where(b.ip == p("ip"))


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(ip_blocks).where(b.id == p("id"))


@statement
def _ended() -> sa.sql.dml.Delete:
    return sa.delete(ip_blocks).where(b.expires_at <= p("now", sa.BigInteger))


async def page(tx: Tx, cursor: Cursor) -> Page[IpBlock]:
    """The latest first."""
    rows = list(await tx.all(_page(shape(cursor)), **bounds_of(cursor)))
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        [_read(row) for row in rows],
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )


async def one(tx: Tx, block_id: int) -> IpBlock | None:
    row = await tx.one(_one(), id=block_id)
    return None if row is None else _read(row)


async def holding(tx: Tx, now: int) -> Sequence[IpBlock]:
    """All that hold now."""
    return [_read(row) for row in await tx.all(_holding(None), now=now)]


async def no_access(tx: Tx, now: int) -> list[tuple[str, int | None]]:
    """The networks that may not come in at all, and when (ms) each ends."""
    rows = await tx.all(_holding(IpSeverity.NO_ACCESS.value), now=now)
    return [(row[1], row[4]) for row in rows]


async def size(tx: Tx) -> int:
    found: int = await tx.value(_count())
    return found


async def add(tx: Tx, item: IpBlock) -> bool:
    """False when the network has a block already."""
    return await tx.value(_put(), **_values(item)) is not None


async def change(tx: Tx, item: IpBlock) -> bool:
    """False when another block has the network."""
    holder = await tx.value(_holder(), ip=item.ip)
    if holder is not None and holder != item.id:
        return False
    values = _values(item)
    del values["created_at"]
    await tx.run(_change(), **values)
    return True


async def remove(tx: Tx, block_id: int) -> bool:
    return await tx.run(_delete(), id=block_id) > 0


async def prune(tx: Tx, now: int) -> int:
    """Removes those that ended; how many."""
    return await tx.run(_ended(), now=now)


def _values(item: IpBlock) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _NAMES} | {"severity": item.severity.value}


def _read(row: Row) -> IpBlock:
    id_, ip, severity, comment, expires_at, created_at = row
    return IpBlock(
        id=id_,
        ip=ip,
        severity=IpSeverity(severity),
        comment=comment,
        expires_at=expires_at,
        created_at=created_at,
    )
