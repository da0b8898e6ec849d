"""Whole domains that a person does not want to read; `visibility` heeds them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_relationships import account_domain_blocks
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

d = account_domain_blocks.c


# A person's blocked domains: a range of (account_id, id), the latest first.
@statement
def _of(bounds: Shape) -> sa.Select[Any]:
    query = sa.select(d.id, d.domain).where(d.account_id == p("account_id"))
    return bounded(query, d.id, bounds)


@statement
def _size() -> sa.Select[Any]:
    mine = d.account_id == p("account_id")
    return sa.select(sa.func.count()).select_from(account_domain_blocks).where(mine)


@statement
def _blocking() -> sa.Select[Any]:
    return sa.select(d.id).where(d.account_id == p("account_id"), d.domain == p("domain"))


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "domain", "created_at")
    new = insert(account_domain_blocks).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(account_domain_blocks).where(
        d.account_id == p("account_id"), d.domain == p("domain")
    )


async def of(tx: Tx, account_id: int, cursor: Cursor) -> Page[str]:
    rows = list(await tx.all(_of(shape(cursor)), **bounds_of(cursor), account_id=account_id))
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        [row[1] for row in rows],
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )


async def size(tx: Tx, account_id: int) -> int:
    """How many domains the person blocks."""
    found: int = await tx.value(_size(), account_id=account_id)
    return found


async def blocking(tx: Tx, account_id: int, domain: str) -> bool:
    return await tx.one(_blocking(), account_id=account_id, domain=domain) is not None


async def add(tx: Tx, *, row_id: int, account_id: int, domain: str, now: int) -> None:
    """Nothing happens where it is there already."""
    await tx.run(_insert(), id=row_id, account_id=account_id, domain=domain, created_at=now)


async def remove(tx: Tx, account_id: int, domain: str) -> None:
    await tx.run(_delete(), account_id=account_id, domain=domain)
