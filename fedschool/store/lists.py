"""Lists of people, and who is in them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Account
from fedschool.model.lists import ReadingList, RepliesPolicy
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import list_entries
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_timelines import list_members, lists
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

li = lists.c
m = list_members.c
_COLUMNS = [li.id, li.account_id, li.title, li.replies_policy, li.exclusive]


# A person's lists, oldest first, by the index on account_id.
@statement
def _mine() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(li.account_id == p("account_id")).order_by(li.id)


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(li.id == p("id"), li.account_id == p("account_id"))


# A person's lists that somebody is in.
@statement
def _holding() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join_from(list_members, lists, li.id == m.list_id)
        .where(m.account_id == p("member"), li.account_id == p("account_id"))
        .order_by(li.id)
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "title", "replies_policy", "exclusive")
    return sa.insert(lists).values({name: p(name) for name in names})


@statement
def _change() -> sa.sql.dml.Update:
    names = ("title", "replies_policy", "exclusive")
    return sa.update(lists).where(li.id == p("id")).values({name: p(name) for name in names})


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(lists).where(li.id == p("id"))


# Who is in a list: a range of (list_id, id), the last added first.
@statement
def _members(bounds: Shape) -> sa.Select[Any]:
    query = (
        sa.select(m.id, *accounts_store.COLUMNS)
        .join_from(list_members, accounts, accounts.c.id == m.account_id)
        .where(m.list_id == p("list_id"), accounts.c.suspended_at.is_(None))
    )
    return bounded(query, m.id, bounds)


@statement
def _size() -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(list_members).where(m.list_id == p("list_id"))


# Those of `ids` whom the person follows, and the person.
@statement
def _may_be_added() -> sa.Select[Any]:
    me = p("account_id", sa.BigInteger)
    followed = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(follows)
        .where(follows.c.account_id == me, follows.c.target_id == accounts.c.id)
    )
    return sa.select(accounts.c.id).where(
        among(accounts.c.id, "ids"), sa.or_(accounts.c.id == me, followed)
    )


@statement
def _already_in() -> sa.Select[Any]:
    return sa.select(m.account_id).where(m.list_id == p("list_id"), among(m.account_id, "ids"))


@statement
def _add() -> sa.sql.dml.Insert:
    names = ("id", "list_id", "account_id")
    new = insert(list_members).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


@statement
def _remove() -> sa.sql.dml.Delete:
    return sa.delete(list_members).where(m.list_id == p("list_id"), among(m.account_id, "ids"))


# The person's lists lose somebody.
@statement
def _leave() -> sa.sql.dml.Delete:
    mine = sa.select(li.id).where(li.account_id == p("account_id", sa.BigInteger))
    return sa.delete(list_members).where(m.account_id == p("member"), m.list_id.in_(mine))


async def of(tx: Tx, account_id: int) -> list[ReadingList]:
    """A person's lists, oldest first."""
    return [_list(row) for row in await tx.all(_mine(), account_id=account_id)]


async def by_id(tx: Tx, account_id: int, list_id: int) -> ReadingList | None:
    """None for other people's."""
    row = await tx.one(_one(), account_id=account_id, id=list_id)
    return None if row is None else _list(row)


async def holding(tx: Tx, account_id: int, member: int) -> list[ReadingList]:
    """The person's lists that `member` is in."""
    return [_list(row) for row in await tx.all(_holding(), account_id=account_id, member=member)]


async def insert_new(tx: Tx, item: ReadingList) -> None:
    await tx.run(_insert(), account_id=item.account_id, **_values(item))


async def change(tx: Tx, item: ReadingList) -> None:
    await tx.run(_change(), **_values(item))


async def delete(tx: Tx, list_id: int) -> None:
    await tx.run(_delete(), id=list_id)


async def members(tx: Tx, list_id: int, cursor: Cursor) -> Page[Account]:
    """Who is in the list, the last added first."""
    rows = list(await tx.all(_members(shape(cursor)), **bounds_of(cursor), list_id=list_id))
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        [accounts_store.account(row[1:]) for row in rows],
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )


async def size(tx: Tx, list_id: int) -> int:
    """How many are in the list."""
    found: int = await tx.value(_size(), list_id=list_id)
    return found


async def may_be_added(tx: Tx, account_id: int, ids: Sequence[int]) -> set[int]:
    """Those whom the person follows, and the person."""
    rows = await tx.all(_may_be_added(), account_id=account_id, ids=list(ids))
    return {row[0] for row in rows}


async def already_in(tx: Tx, list_id: int, ids: Sequence[int]) -> bool:
    """Whether one of `ids` is in the list."""
    return bool(await tx.all(_already_in(), list_id=list_id, ids=list(ids)))


async def add(tx: Tx, list_id: int, members: Sequence[tuple[int, int]], now: int) -> None:
    """Adds people, as (row id, account id), with the last that they posted."""
    rows = [{"id": row, "list_id": list_id, "account_id": member} for row, member in members]
    await tx.many(_add(), rows)
    for _, member in members:
        await list_entries.fill(tx, list_id, member, now)


async def remove(tx: Tx, list_id: int, ids: Sequence[int]) -> None:
    """Removes people and what they posted."""
    await tx.run(_remove(), list_id=list_id, ids=list(ids))
    await list_entries.purge_one(tx, list_id, ids)


async def leave(tx: Tx, account_id: int, member: int) -> None:
    """After an unfollow: `member` is in none of the person's lists."""
    await list_entries.purge(tx, account_id, member, boosts=False)
    await tx.run(_leave(), account_id=account_id, member=member)


def _list(row: Row) -> ReadingList:
    id_, account_id, title, replies_policy, exclusive = row
    return ReadingList(
        id=id_,
        account_id=account_id,
        title=title,
        replies_policy=RepliesPolicy(replies_policy),
        exclusive=bool(exclusive),
    )


def _values(item: ReadingList) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "replies_policy": item.replies_policy.value,
        "exclusive": int(item.exclusive),
    }
