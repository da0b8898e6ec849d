"""What goes into people's export files, and the rows of the files they bring."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.model.transfer import Import, Kind
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_interactions import bookmarks, favourites
from fedschool.store.tables_people import import_rows, imports
from fedschool.store.tables_relationships import account_domain_blocks, blocks, follows, mutes
from fedschool.store.tables_statuses import statuses
from fedschool.store.tables_timelines import list_members, lists

_NAMES = ("id", "account_id", "kind", "overwrite", "total", "done", "failed", "created_at")
_cells = msgspec.json.Decoder(tuple[str, ...])
i = imports.c
a = accounts.c


# Whom somebody follows, blocks or mutes: a range of (account_id, id), joined by primary key.
@statement
def _edges(table: sa.Table, *columns: str) -> sa.Select[Any]:
    t = table.c
    return (
        sa.select(a.id, a.username, a.domain, *(t[name] for name in columns))
        .join_from(table, accounts, a.id == t.target_id)
        .where(t.account_id == p("account_id"))
        .order_by(t.id)
        .limit(p("limit", sa.Integer))
    )


@statement
def _lists() -> sa.Select[Any]:
    m = list_members.c
    return (
        sa.select(lists.c.title, a.username, a.domain)
        .select_from(
            lists.join(list_members, m.list_id == lists.c.id).join(accounts, a.id == m.account_id)
        )
        .where(lists.c.account_id == p("account_id"))
        .order_by(lists.c.id, m.id)
        .limit(p("limit", sa.Integer))
    )


@statement
def _domains() -> sa.Select[Any]:
    d = account_domain_blocks.c
    return (
        sa.select(d.domain)
        .where(d.account_id == p("account_id"))
        .order_by(d.id)
        .limit(p("limit", sa.Integer))
    )


# What somebody kept or liked: a range of (account_id, id).
@statement
def _marked(table: sa.Table) -> sa.Select[Any]:
    t = table.c
    return (
        sa.select(statuses.c.id, statuses.c.uri)
        .join_from(table, statuses, statuses.c.id == t.status_id)
        .where(t.account_id == p("account_id"))
        .order_by(t.id)
        .limit(p("limit", sa.Integer))
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    return sa.insert(imports).values({name: p(name) for name in _NAMES})


@statement
def _insert_row() -> sa.sql.dml.Insert:
    names = ("import_id", "position", "cells")
    return sa.insert(import_rows).values({name: p(name) for name in names})


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*(i[name] for name in (*_NAMES, "finished_at"))).where(i.id == p("id"))


@statement
def _rows() -> sa.Select[Any]:
    r = import_rows.c
    return (
        sa.select(r.cells)
        .where(r.import_id == p("import_id"), r.position >= p("start", sa.Integer))
        .order_by(r.position)
        .limit(p("limit", sa.Integer))
    )


@statement
def _step() -> sa.sql.dml.Update:
    return (
        sa.update(imports)
        .where(i.id == p("id"))
        .values(done=i.done + 1, failed=i.failed + p("failed", sa.Integer))
    )


@statement
def _finish() -> sa.sql.dml.Update:
    return sa.update(imports).where(i.id == p("id")).values(finished_at=p("finished_at"))


@statement
def _forget_rows() -> sa.sql.dml.Delete:
    return sa.delete(import_rows).where(import_rows.c.import_id == p("import_id"))


async def following(tx: Tx, account_id: int, limit: int) -> list[Row]:
    """(id, username, domain, show_reblogs, notify, languages), oldest first."""
    query = _edges(follows, "show_reblogs", "notify", "languages")
    return list(await tx.all(query, account_id=account_id, limit=limit))


async def blocked(tx: Tx, account_id: int, limit: int) -> list[Row]:
    """(id, username, domain), oldest first."""
    return list(await tx.all(_edges(blocks), account_id=account_id, limit=limit))


async def muted(tx: Tx, account_id: int, limit: int) -> list[Row]:
    """(id, username, domain, hide_notifications), oldest first."""
    query = _edges(mutes, "hide_notifications")
    return list(await tx.all(query, account_id=account_id, limit=limit))


async def in_lists(tx: Tx, account_id: int, limit: int) -> list[Row]:
    """(title, username, domain)"""
    return list(await tx.all(_lists(), account_id=account_id, limit=limit))


async def domains(tx: Tx, account_id: int, limit: int) -> list[str]:
    rows = await tx.all(_domains(), account_id=account_id, limit=limit)
    return [row[0] for row in rows]


async def bookmarked(tx: Tx, account_id: int, limit: int) -> list[Row]:
    """(status id, URI), oldest first."""
    return list(await tx.all(_marked(bookmarks), account_id=account_id, limit=limit))


async def liked(tx: Tx, account_id: int, limit: int) -> list[Row]:
    """(status id, URI), oldest first."""
    return list(await tx.all(_marked(favourites), account_id=account_id, limit=limit))


async def insert_import(tx: Tx, item: Import, rows: Sequence[tuple[str, ...]]) -> None:
    values = {name: getattr(item, name) for name in _NAMES}
    await tx.run(_insert(), **values | {"kind": item.kind.value, "overwrite": int(item.overwrite)})
    await tx.many(
        _insert_row(),
        [
            {
                "import_id": item.id,
                "position": position,
                "cells": msgspec.json.encode(cells).decode(),
            }
            for position, cells in enumerate(rows)
        ],
    )


async def import_by_id(tx: Tx, import_id: int) -> Import | None:
    row = await tx.one(_one(), id=import_id)
    if row is None:
        return None
    values = dict(zip((*_NAMES, "finished_at"), row, strict=True))
    values |= {"kind": Kind(row[2]), "overwrite": bool(row[3])}
    return Import(**values)


async def rows(tx: Tx, import_id: int, start: int, limit: int) -> list[tuple[str, ...]]:
    found = await tx.all(_rows(), import_id=import_id, start=start, limit=limit)
    return [_cells.decode(row[0]) for row in found]


async def step(tx: Tx, import_id: int, *, failed: bool) -> None:
    """One row more had its turn."""
    await tx.run(_step(), id=import_id, failed=int(failed))


async def finish(tx: Tx, import_id: int, now: int) -> None:
    """The rows are forgotten; how it went is kept."""
    await tx.run(_forget_rows(), import_id=import_id)
    await tx.run(_finish(), id=import_id, finished_at=now)
