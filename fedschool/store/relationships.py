"""Follows, requests to follow, blocks and mutes: rows from one account to another."""

from enum import Enum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import blocks, follow_requests, follows, mutes

_languages = msgspec.json.Decoder(tuple[str, ...])


class Follow(msgspec.Struct, frozen=True, kw_only=True):
    """A follow, or a request for one. `uri` is its Follow activity's id, ours or the peer's.

    `languages` None is all of them.
    """

    id: int
    account_id: int
    target_id: int
    uri: str
    show_reblogs: bool = True
    notify: bool = False
    languages: tuple[str, ...] | None = None
    created_at: int


class Edge(Enum):
    """The two tables of follows; they have the same columns."""

    FOLLOW = follows
    REQUEST = follow_requests

    @property
    def table(self) -> sa.Table:
        return self.value


_NAMES = (
    "id", "account_id", "target_id", "uri", "show_reblogs", "notify", "languages", "created_at",
)  # fmt: skip


def _columns(edge: Edge) -> list[sa.ColumnElement[Any]]:
    return [edge.table.c[name] for name in _NAMES]


def _between(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.account_id == p("account_id"), table.c.target_id == p("target_id"))


# The two accounts' rows, in one order for everybody: whoever changes how they stand to each
# other waits here for whoever did before (SQLite has one writer anyway).
@statement
def _lock() -> sa.Select[Any]:
    return (
        sa.select(accounts.c.id)
        .where(among(accounts.c.id, "ids"))
        .order_by(accounts.c.id)
        .with_for_update(key_share=True)
    )


# One row by the unique index on (account_id, target_id).
@statement
def _edge(edge: Edge) -> sa.Select[Any]:
    return sa.select(*_columns(edge)).where(_between(edge.table))


# The follow of one account that carries this URI: a range of (target_id, id).
@statement
def _edge_by_uri(edge: Edge) -> sa.Select[Any]:
    t = edge.table.c
    return sa.select(*_columns(edge)).where(t.target_id == p("target_id"), t.uri == p("uri"))


# All that wait for one account's answer, oldest first: a range of (target_id, id).
@statement
def _waiting() -> sa.Select[Any]:
    t = follow_requests.c
    query = sa.select(*_columns(Edge.REQUEST)).where(t.target_id == p("target_id"))
    return query.order_by(t.id)


@statement
def _insert_edge(edge: Edge) -> sa.sql.dml.Insert:
    return (
        insert(edge.table)
        .values({name: p(name) for name in _NAMES})
        .on_conflict_do_nothing()
        .returning(edge.table.c.id)
    )


@statement
def _change_edge(edge: Edge) -> sa.sql.dml.Update:
    names = ("uri", "show_reblogs", "notify", "languages")
    return sa.update(edge.table).where(_between(edge.table)).values({n: p(n) for n in names})


@statement
def _delete_edge(edge: Edge) -> sa.sql.base.Executable:
    return sa.delete(edge.table).where(_between(edge.table)).returning(*_columns(edge))


@statement
def _insert_block() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "target_id", "uri", "created_at")
    return (
        insert(blocks)
        .values({name: p(name) for name in names})
        .on_conflict_do_nothing()
        .returning(blocks.c.id)
    )


@statement
def _delete_block() -> sa.sql.base.Executable:
    return sa.delete(blocks).where(_between(blocks)).returning(blocks.c.uri)


@statement
def _blocking() -> sa.Select[Any]:
    return sa.select(blocks.c.id).where(_between(blocks))


@statement
def _put_mute() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "target_id", "hide_notifications", "expires_at", "created_at")
    new = insert(mutes).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id", "target_id"],
        set_={name: new.excluded[name] for name in ("hide_notifications", "expires_at")},
    )


@statement
def _delete_mute() -> sa.sql.dml.Delete:
    return sa.delete(mutes).where(_between(mutes))


# Who at a domain follows somebody, or asks to: a range of (target_id, id) of each table.
@statement
def _followers_at() -> "sa.CompoundSelect[Any]":
    def of(table: sa.Table) -> "sa.Select[Any]":
        t = table.c
        return (
            sa.select(t.account_id)
            .join_from(table, accounts, accounts.c.id == t.account_id)
            .where(t.target_id == p("target_id", sa.BigInteger), accounts.c.domain == p("domain"))
        )

    return sa.union(of(follows), of(follow_requests)).limit(p("limit", sa.Integer))


async def followers_at(tx: Tx, target_id: int, domain: str, limit: int) -> list[int]:
    """At most `limit` accounts at the domain that follow `target_id`, or ask to."""
    rows = await tx.all(_followers_at(), target_id=target_id, domain=domain, limit=limit)
    return [row[0] for row in rows]


async def lock(tx: Tx, *account_ids: int) -> None:
    """Call before reading what a change to these accounts' relations depends on."""
    await tx.all(_lock(), ids=list(account_ids))


async def find(tx: Tx, edge: Edge, account_id: int, target_id: int) -> Follow | None:
    return _follow(await tx.one(_edge(edge), account_id=account_id, target_id=target_id))


async def by_uri(tx: Tx, target_id: int, uri: str) -> Follow | None:
    """The follow, or request, of `target_id` whose activity has this id."""
    for edge in Edge:
        if row := await tx.one(_edge_by_uri(edge), target_id=target_id, uri=uri):
            return _follow(row)
    return None


async def waiting(tx: Tx, target_id: int) -> list[Follow]:
    """All requests to follow `target_id`, oldest first."""
    return [_read(row) for row in await tx.all(_waiting(), target_id=target_id)]


async def insert_new(tx: Tx, edge: Edge, item: Follow) -> bool:
    """False when the two are so related already."""
    return await tx.value(_insert_edge(edge), **_values(item)) is not None


async def change(tx: Tx, edge: Edge, item: Follow) -> None:
    """Writes the URI and the options."""
    values = _values(item)
    del values["id"], values["created_at"]
    await tx.run(_change_edge(edge), **values)


async def remove(tx: Tx, edge: Edge, account_id: int, target_id: int) -> Follow | None:
    """What was removed, or None when there was nothing: counts move once."""
    return _follow(await tx.one(_delete_edge(edge), account_id=account_id, target_id=target_id))


async def insert_block(
    tx: Tx, *, block_id: int, account_id: int, target_id: int, uri: str, now: int
) -> bool:
    """False when it is there already."""
    found = await tx.value(
        _insert_block(),
        id=block_id,
        account_id=account_id,
        target_id=target_id,
        uri=uri,
        created_at=now,
    )
    return found is not None


async def remove_block(tx: Tx, account_id: int, target_id: int) -> str | None:
    """The block's URI, or None when there was none."""
    uri: str | None = await tx.value(_delete_block(), account_id=account_id, target_id=target_id)
    return uri


async def blocking(tx: Tx, account_id: int, target_id: int) -> bool:
    return await tx.one(_blocking(), account_id=account_id, target_id=target_id) is not None


async def put_mute(
    tx: Tx,
    *,
    mute_id: int,
    account_id: int,
    target_id: int,
    hide_notifications: bool,
    expires_at: int | None,
    now: int,
) -> None:
    """Mutes, or changes how; `expires_at` in milliseconds, None is for good."""
    await tx.run(
        _put_mute(),
        id=mute_id,
        account_id=account_id,
        target_id=target_id,
        hide_notifications=int(hide_notifications),
        expires_at=expires_at,
        created_at=now,
    )


async def remove_mute(tx: Tx, account_id: int, target_id: int) -> bool:
    return await tx.run(_delete_mute(), account_id=account_id, target_id=target_id) > 0


def _read(row: Row) -> Follow:
    id_, account_id, target_id, uri, show_reblogs, notify, languages, created_at = row
    return Follow(
        id=id_,
        account_id=account_id,
        target_id=target_id,
        uri=uri,
        show_reblogs=bool(show_reblogs),
        notify=bool(notify),
        languages=None if languages is None else _languages.decode(languages),
        created_at=created_at,
    )


def _follow(row: Row | None) -> Follow | None:
    return None if row is None else _read(row)


def _values(item: Follow) -> dict[str, Any]:
    languages = item.languages
    return {
        "id": item.id,
        "account_id": item.account_id,
        "target_id": item.target_id,
        "uri": item.uri,
        "show_reblogs": int(item.show_reblogs),
        "notify": int(item.notify),
        "languages": None if languages is None else msgspec.json.encode(languages).decode(),
        "created_at": item.created_at,
    }
