"""What people did with statuses: favourites, bookmarks, pins, boosts, muted conversations."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Account
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Statement, Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_interactions import bookmarks, conversation_mutes, favourites, pins
from fedschool.store.tables_polls import poll_votes
from fedschool.store.tables_quotes import quotes
from fedschool.store.tables_statuses import mentions, statuses
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

_TABLES = {"favourites": favourites, "bookmarks": bookmarks, "pins": pins}


@statement
def _insert(name: str) -> sa.sql.dml.Insert:
    table = _TABLES[name]
    return (
        insert(table)
        .values({column.name: p(column.name) for column in table.columns})
        .on_conflict_do_nothing()
        .returning(table.c.id)
    )


@statement
def _delete(name: str) -> sa.sql.base.Executable:
    table = _TABLES[name]
    query = sa.delete(table).where(
        table.c.account_id == p("account_id"), table.c.status_id == p("status_id")
    )
    return query.returning(table.c.uri) if name == "favourites" else query.returning(table.c.id)


# A person's favourites or bookmarks: a range of (account_id, id).
@statement
def _of_account(name: str, bounds: Shape) -> sa.Select[Any]:
    table = _TABLES[name]
    query = sa.select(table.c.id, table.c.status_id).where(table.c.account_id == p("account_id"))
    return bounded(query, table.c.id, bounds)


# Who favourited a status: a range of (status_id, id).
@statement
def _favourited_by(bounds: Shape) -> sa.Select[Any]:
    f = favourites.c
    query = (
        sa.select(f.id, *accounts_store.COLUMNS)
        .join_from(favourites, accounts, accounts.c.id == f.account_id)
        .where(f.status_id == p("status_id"), accounts.c.suspended_at.is_(None))
    )
    return bounded(query, f.id, bounds)


# Who boosted a status, by the unique index on reblog_of_id; boosts for everybody alone.
@statement
def _reblogged_by(bounds: Shape) -> sa.Select[Any]:
    s = statuses.c
    query = (
        sa.select(s.id, *accounts_store.COLUMNS)
        .join_from(statuses, accounts, accounts.c.id == s.account_id)
        .where(
            s.reblog_of_id == p("status_id"),
            s.visibility.in_(("public", "unlisted")),
            accounts.c.suspended_at.is_(None),
        )
    )
    return bounded(query, s.id, bounds)


# Remote people who may hold a copy: mentioned, boosted, favourited, answered, voted, quoted.
@statement
def _touched() -> sa.Select[Any]:
    s = statuses.c
    of = p("status_id", sa.BigInteger)
    found: Any = sa.union(
        sa.select(mentions.c.account_id).where(mentions.c.status_id == of),
        sa.select(favourites.c.account_id).where(favourites.c.status_id == of),
        sa.select(s.account_id).where(s.reblog_of_id == of),
        sa.select(s.account_id).where(s.in_reply_to_id == of),
        sa.select(poll_votes.c.account_id).where(poll_votes.c.status_id == of),
        sa.select(quotes.c.account_id).where(quotes.c.quoted_status_id == of),
    )
    return found  # type: ignore[no-any-return]


@statement
def _pin_count() -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(pins.c.account_id == p("account_id"))


@statement
def _mute_conversation() -> sa.sql.dml.Insert:
    names = ("account_id", "conversation_id", "created_at")
    return insert(conversation_mutes).values({n: p(n) for n in names}).on_conflict_do_nothing()


@statement
def _unmute_conversation() -> sa.sql.dml.Delete:
    c = conversation_mutes.c
    return sa.delete(conversation_mutes).where(
        c.account_id == p("account_id"), c.conversation_id == p("conversation_id")
    )


async def add(
    tx: Tx, name: str, *, deed_id: int, account_id: int, status_id: int, now: int, uri: str = ""
) -> bool:
    """Writes a `favourites`, `bookmarks` or `pins` row; False when it is there already."""
    values: dict[str, Any] = {
        "id": deed_id,
        "account_id": account_id,
        "status_id": status_id,
        "created_at": now,
    }
    if name == "favourites":
        values["uri"] = uri
    return await tx.value(_insert(name), **values) is not None


async def remove(tx: Tx, name: str, *, account_id: int, status_id: int) -> str | None:
    """Takes it back: a favourite's activity URI (others: any text), None when there was none."""
    found = await tx.value(_delete(name), account_id=account_id, status_id=status_id)
    return None if found is None else str(found)


async def _rows(tx: Tx, query: Statement, cursor: Cursor, **values: Any) -> list[Any]:
    rows = list(await tx.all(query, **bounds_of(cursor), **values))
    return rows[::-1] if cursor.min_id is not None else rows


async def of_account(tx: Tx, name: str, account_id: int, cursor: Cursor) -> list[tuple[int, int]]:
    """(row id, status id) of a person's favourites or bookmarks, newest first."""
    query = _of_account(name, shape(cursor))
    return [(row[0], row[1]) for row in await _rows(tx, query, cursor, account_id=account_id)]


async def favourited_by(tx: Tx, status_id: int, cursor: Cursor) -> list[tuple[int, Account]]:
    query = _favourited_by(shape(cursor))
    rows = await _rows(tx, query, cursor, status_id=status_id)
    return [(row[0], accounts_store.account(tuple(row)[1:])) for row in rows]


async def reblogged_by(tx: Tx, status_id: int, cursor: Cursor) -> list[tuple[int, Account]]:
    query = _reblogged_by(shape(cursor))
    rows = await _rows(tx, query, cursor, status_id=status_id)
    return [(row[0], accounts_store.account(tuple(row)[1:])) for row in rows]


async def touched_by(tx: Tx, status_id: int) -> list[int]:
    return [row[0] for row in await tx.all(_touched(), status_id=status_id)]


async def pin_count(tx: Tx, account_id: int) -> int:
    count: int = await tx.value(_pin_count(), account_id=account_id)
    return count


async def mute_conversation(tx: Tx, account_id: int, conversation_id: int, now: int) -> None:
    await tx.run(
        _mute_conversation(), account_id=account_id, conversation_id=conversation_id, created_at=now
    )


async def unmute_conversation(tx: Tx, account_id: int, conversation_id: int) -> None:
    await tx.run(_unmute_conversation(), account_id=account_id, conversation_id=conversation_id)
