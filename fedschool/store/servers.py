"""The staff's decisions about other servers, as lists, and the accounts that they reach."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.servers import DomainAllow, DomainBlock, Severity
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.base import changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import domain_policies
from fedschool.store.tables_servers import domain_allows
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

a = accounts.c
d = domain_policies.c
w = domain_allows.c
_COLUMNS = [
    d.id, d.domain, d.severity, d.reject_media, d.reject_reports, d.obfuscate, d.private_comment,
    d.public_comment, d.created_at, d.acted_at,
]  # fmt: skip
_NAMES = [column.name for column in _COLUMNS]
BATCH = 1_000


# A page of decisions: a range of the index on id.
@statement
def _blocks(bounds: Shape) -> sa.Select[Any]:
    return bounded(sa.select(*_COLUMNS), d.id, bounds)


@statement
def _block_by(column: str) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(d[column] == p(column))


# Every decision: a few thousand at most.
@statement
def _all_blocks() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).order_by(d.domain)


@statement
def _put_block() -> sa.sql.dml.Insert:
    new = insert(domain_policies).values({name: p(name) for name in _NAMES})
    kept = {name: new.excluded[name] for name in _NAMES if name not in ("domain", "created_at")}
    return new.on_conflict_do_update(index_elements=["domain"], set_=kept)


@statement
def _delete_block() -> sa.sql.dml.Delete:
    return sa.delete(domain_policies).where(d.domain == p("domain"))


@statement
def _allows(bounds: Shape) -> sa.Select[Any]:
    return bounded(sa.select(w.id, w.domain, w.created_at), w.id, bounds)


@statement
def _allow_by(column: str) -> sa.Select[Any]:
    return sa.select(w.id, w.domain, w.created_at).where(w[column] == p(column))


@statement
def _all_allows() -> sa.Select[Any]:
    return sa.select(w.id, w.domain, w.created_at).order_by(w.domain)


@statement
def _put_allow() -> sa.sql.dml.Insert:
    names = ("id", "domain", "created_at")
    return insert(domain_allows).values({name: p(name) for name in names}).on_conflict_do_nothing()


@statement
def _delete_allow() -> sa.sql.dml.Delete:
    return sa.delete(domain_allows).where(w.domain == p("domain"))


# Accounts of some domains that are not hidden (limited) yet are so from now on.
@statement
def _mark(column: str) -> sa.sql.dml.Update:
    chosen = (
        sa.select(a.id)
        .where(among(a.domain, "domains"), a[column].is_(None))
        .limit(sa.literal_column(str(BATCH), sa.Integer))
    )
    return changed(accounts).where(a.id.in_(chosen)).values({column: p("mark", sa.BigInteger)})


# Those that this very decision hid (limited) are not any longer.
@statement
def _unmark(column: str) -> sa.sql.dml.Update:
    chosen = (
        sa.select(a.id)
        .where(among(a.domain, "domains"), a[column] == p("mark", sa.BigInteger))
        .limit(sa.literal_column(str(BATCH), sa.Integer))
    )
    return changed(accounts).where(a.id.in_(chosen)).values({column: sa.null()})


@statement
def _limit_new() -> sa.sql.dml.Update:
    return changed(accounts).where(a.id == p("id")).values(silenced_at=p("mark"))


async def blocks(tx: Tx, cursor: Cursor) -> Page[DomainBlock]:
    """The decisions, the latest first."""
    rows = list(await tx.all(_blocks(shape(cursor)), **bounds_of(cursor)))
    return _page(rows, cursor, [_block(row) for row in _ordered(rows, cursor)])


async def all_blocks(tx: Tx) -> list[DomainBlock]:
    """Every decision, by domain."""
    return [_block(row) for row in await tx.all(_all_blocks())]


async def block_by_id(tx: Tx, block_id: int) -> DomainBlock | None:
    row = await tx.one(_block_by("id"), id=block_id)
    return None if row is None else _block(row)


async def block_of(tx: Tx, domain: str) -> DomainBlock | None:
    """The decision about exactly this domain."""
    row = await tx.one(_block_by("domain"), domain=domain)
    return None if row is None else _block(row)


async def put_block(tx: Tx, item: DomainBlock) -> None:
    """Writes the decision, in place of an earlier one about the same domain."""
    values = {name: getattr(item, name) for name in _NAMES}
    for name in ("reject_media", "reject_reports", "obfuscate"):
        values[name] = int(values[name])
    await tx.run(_put_block(), **values | {"severity": item.severity.value})


async def remove_block(tx: Tx, domain: str) -> None:
    await tx.run(_delete_block(), domain=domain)


async def allows(tx: Tx, cursor: Cursor) -> Page[DomainAllow]:
    """The allowed servers, the latest first."""
    rows = list(await tx.all(_allows(shape(cursor)), **bounds_of(cursor)))
    return _page(rows, cursor, [DomainAllow(*row) for row in _ordered(rows, cursor)])


async def all_allows(tx: Tx) -> list[DomainAllow]:
    return [DomainAllow(*row) for row in await tx.all(_all_allows())]


async def allow_by_id(tx: Tx, allow_id: int) -> DomainAllow | None:
    row = await tx.one(_allow_by("id"), id=allow_id)
    return None if row is None else DomainAllow(*row)


async def allow_of(tx: Tx, domain: str) -> DomainAllow | None:
    row = await tx.one(_allow_by("domain"), domain=domain)
    return None if row is None else DomainAllow(*row)


async def put_allow(tx: Tx, item: DomainAllow) -> None:
    """Nothing happens where it is allowed already."""
    await tx.run(_put_allow(), id=item.id, domain=item.domain, created_at=item.created_at)


async def remove_allow(tx: Tx, domain: str) -> None:
    await tx.run(_delete_allow(), domain=domain)


async def hide(tx: Tx, domains: Sequence[str], mark: int) -> int:
    """Hides a batch of these domains' accounts, as of `mark` (ms); how many."""
    return await tx.run(_mark("suspended_at"), domains=list(domains), mark=mark)


async def limit(tx: Tx, domains: Sequence[str], mark: int) -> int:
    """Limits a batch of these domains' accounts, as of `mark` (ms); how many."""
    return await tx.run(_mark("silenced_at"), domains=list(domains), mark=mark)


async def show(tx: Tx, domains: Sequence[str], mark: int) -> int:
    """Shows a batch of the accounts that were hidden with `mark`; how many."""
    return await tx.run(_unmark("suspended_at"), domains=list(domains), mark=mark)


async def free(tx: Tx, domains: Sequence[str], mark: int) -> int:
    """Ends the limits of a batch of the accounts that were limited with `mark`; how many."""
    return await tx.run(_unmark("silenced_at"), domains=list(domains), mark=mark)


async def limit_new(tx: Tx, account_id: int, mark: int) -> None:
    """An account of a limited server that has just become known."""
    await tx.run(_limit_new(), id=account_id, mark=mark)


def _block(row: Row) -> DomainBlock:
    id_, domain, severity, media, reports, obfuscate, private, public, created_at, acted_at = row
    return DomainBlock(
        id=id_,
        domain=domain,
        severity=Severity(severity),
        reject_media=bool(media),
        reject_reports=bool(reports),
        obfuscate=bool(obfuscate),
        private_comment=private,
        public_comment=public,
        created_at=created_at,
        acted_at=acted_at,
    )


def _ordered(rows: list[Row], cursor: Cursor) -> list[Row]:
    if cursor.min_id is not None:
        rows.reverse()
    return rows


def _page(rows: list[Row], cursor: Cursor, items: list[Any]) -> Page[Any]:
    """`rows` in the order of their being shown, ids first."""
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        items,
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )
