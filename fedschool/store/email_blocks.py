"""E-mail domains and addresses that nobody signs up with, and how often it was tried."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.blocks import CanonicalEmailBlock, Day, EmailDomainBlock
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.tables_blocks import (
    canonical_email_blocks,
    email_domain_attempts,
    email_domain_blocks,
)
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

d = email_domain_blocks.c
t = email_domain_attempts.c
c = canonical_email_blocks.c
_DOMAIN = [d.id, d.domain, d.allow_with_approval, d.created_at]


@statement
def _domains(bounds: Shape) -> sa.Select[Any]:
    return bounded(sa.select(*_DOMAIN), d.id, bounds)


@statement
def _domain() -> sa.Select[Any]:
    return sa.select(*_DOMAIN).where(d.id == p("id"))


# The blocks that cover a domain, by the unique index.
@statement
def _covering() -> sa.Select[Any]:
    return sa.select(*_DOMAIN).where(among(d.domain, "domains"))


@statement
def _add_domain() -> sa.sql.dml.Insert:
    names = ("id", "domain", "allow_with_approval", "created_at")
    new = insert(email_domain_blocks).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing().returning(d.id)


@statement
def _remove_domain() -> sa.sql.dml.Delete:
    return sa.delete(email_domain_blocks).where(d.id == p("id"))


# How often some blocks were met, by day: ranges of the primary key.
@statement
def _history() -> sa.Select[Any]:
    return (
        sa.select(t.block_id, t.day, sa.func.count(), sa.func.sum(t.uses))
        .where(among(t.block_id, "ids"), t.day >= p("since", sa.BigInteger))
        .group_by(t.block_id, t.day)
    )


@statement
def _tried() -> sa.sql.dml.Insert:
    new = insert(email_domain_attempts).values(
        block_id=p("block_id"), day=p("day"), address_mark=p("mark"), uses=1
    )
    return new.on_conflict_do_update(
        index_elements=["block_id", "day", "address_mark"],
        set_={"uses": email_domain_attempts.c.uses + 1},
    )


@statement
def _forget() -> sa.sql.dml.Delete:
    return sa.delete(email_domain_attempts).where(t.day < p("before", sa.BigInteger))


@statement
def _canonical(bounds: Shape) -> sa.Select[Any]:
    return bounded(sa.select(c.id, c.hash), c.id, bounds)


@statement
def _canonical_by(column: str) -> sa.Select[Any]:
    return sa.select(c.id, c.hash).where(c[column] == p(column))


@statement
def _add_canonical() -> sa.sql.dml.Insert:
    names = ("id", "hash", "created_at")
    new = insert(canonical_email_blocks).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


@statement
def _remove_canonical() -> sa.sql.dml.Delete:
    return sa.delete(canonical_email_blocks).where(c.id == p("id"))


async def domains(tx: Tx, cursor: Cursor, days: Sequence[int]) -> Page[EmailDomainBlock]:
    """The latest first, each with what happened on these days (their starts, ms)."""
    rows = list(await tx.all(_domains(shape(cursor)), **bounds_of(cursor)))
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        await _with_history(tx, rows, days),
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )


async def domain(tx: Tx, block_id: int, days: Sequence[int]) -> EmailDomainBlock | None:
    row = await tx.one(_domain(), id=block_id)
    return None if row is None else (await _with_history(tx, [row], days))[0]


async def covering(tx: Tx, names: Sequence[str]) -> list[EmailDomainBlock]:
    """The blocks of these domains."""
    return [_read(row, ()) for row in await tx.all(_covering(), domains=list(names))]


async def add_domain(tx: Tx, item: EmailDomainBlock) -> bool:
    """False when the domain has a block already."""
    found = await tx.value(
        _add_domain(),
        id=item.id,
        domain=item.domain,
        allow_with_approval=int(item.allow_with_approval),
        created_at=item.created_at,
    )
    return found is not None


async def remove_domain(tx: Tx, block_id: int) -> bool:
    return await tx.run(_remove_domain(), id=block_id) > 0


async def tried(tx: Tx, block_id: int, day: int, mark: str) -> None:
    """Somebody met the block; `mark` stands for their address."""
    await tx.run(_tried(), block_id=block_id, day=day, mark=mark)


async def forget_tries(tx: Tx, before: int) -> int:
    """Removes what was counted before; how much."""
    return await tx.run(_forget(), before=before)


async def canonical(tx: Tx, cursor: Cursor) -> Page[CanonicalEmailBlock]:
    """The latest first."""
    rows = list(await tx.all(_canonical(shape(cursor)), **bounds_of(cursor)))
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        [CanonicalEmailBlock(*row) for row in rows],
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )


async def canonical_by_id(tx: Tx, block_id: int) -> CanonicalEmailBlock | None:
    row = await tx.one(_canonical_by("id"), id=block_id)
    return None if row is None else CanonicalEmailBlock(*row)


async def canonical_by_hash(tx: Tx, hashed: str) -> CanonicalEmailBlock | None:
    row = await tx.one(_canonical_by("hash"), hash=hashed)
    return None if row is None else CanonicalEmailBlock(*row)


async def add_canonical(tx: Tx, block_id: int, hashed: str, now: int) -> None:
    """Nothing happens where it is there already."""
    await tx.run(_add_canonical(), id=block_id, hash=hashed, created_at=now)


async def remove_canonical(tx: Tx, block_id: int) -> bool:
    return await tx.run(_remove_canonical(), id=block_id) > 0


async def _with_history(tx: Tx, rows: Sequence[Row], days: Sequence[int]) -> list[EmailDomainBlock]:
    if not rows:
        return []
    counted = await tx.all(_history(), ids=[row[0] for row in rows], since=min(days))
    known = {
        (block_id, day): Day(day, accounts, int(uses)) for block_id, day, accounts, uses in counted
    }
    return [_read(row, tuple(known.get((row[0], day), Day(day)) for day in days)) for row in rows]


def _read(row: Row, history: tuple[Day, ...]) -> EmailDomainBlock:
    id_, name, with_approval, created_at = row
    return EmailDomainBlock(
        id=id_,
        domain=name,
        allow_with_approval=bool(with_approval),
        created_at=created_at,
        history=history,
    )
