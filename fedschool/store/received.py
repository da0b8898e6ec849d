"""What only things that arrive from elsewhere ask for."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Account
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import tombstones
from fedschool.store.tables_interactions import favourites
from fedschool.store.tables_relationships import blocks, follow_requests, follows
from fedschool.store.tables_statuses import mentions, statuses


# Whether somebody here follows the account: by the index on target_id.
@statement
def _followed_here() -> sa.Select[Any]:
    f = follows.c
    return (
        sa.select(f.id)
        .join_from(follows, accounts, accounts.c.id == f.account_id)
        .where(f.target_id == p("account_id"), accounts.c.domain == "")
        .limit(1)
    )


@statement
def _insert_silent() -> sa.sql.base.Executable:
    names = ("status_id", "account_id", "position", "silent")
    return insert(mentions).values({name: p(name) for name in names}).on_conflict_do_nothing()


# The people here who are named in a status and block its author.
@statement
def _blocked_by_named() -> sa.Select[Any]:
    m, b = mentions.c, blocks.c
    return (
        sa.select(m.account_id)
        .join_from(mentions, blocks, b.account_id == m.account_id)
        .where(m.status_id == p("status_id"), b.target_id == p("author"))
    )


# The status that an account favourited by this activity: a range of (account_id, id).
@statement
def _favourite_by_uri() -> sa.Select[Any]:
    f = favourites.c
    return sa.select(f.status_id).where(f.account_id == p("account_id"), f.uri == p("uri"))


# Whom an account follows, or asks to, by this activity: a range of (account_id, id).
@statement
def _target_of(table: sa.Table) -> sa.Select[Any]:
    t = table.c
    return sa.select(t.target_id).where(t.account_id == p("account_id"), t.uri == p("uri"))


# Our people with these URIs, by the unique index.
@statement
def _ours() -> sa.Select[Any]:
    a = accounts.c
    return sa.select(a.uri, a.id).where(
        among(a.uri, "uris"),
        a.domain == "",
        a.suspended_at.is_(None),
        a.actor_type != "Application",
    )


# A status by the unique index on its URI.
@statement
def _status_with() -> sa.Select[Any]:
    return sa.select(statuses.c.id).where(statuses.c.uri == p("uri"))


# Tombstones by primary key.
@statement
def _spent() -> sa.Select[Any]:
    return sa.select(tombstones.c.uri).where(among(tombstones.c.uri, "uris"))


# Accounts by the unique index on their URIs.
@statement
def _by_uris() -> sa.Select[Any]:
    return sa.select(*accounts_store.COLUMNS).where(among(accounts.c.uri, "uris"))


class Look(msgspec.Struct, frozen=True):
    """A note at first sight. `ours`: those of our people who are meant, ids by URIs.

    `quotes_ours`: it quotes a post of ours.
    """

    known: bool
    followed: bool
    parent_known: bool
    ours: dict[str, int]
    quotes_ours: bool = False


async def look(
    tx: Tx, *, uri: str, author: int, parent: str | None, quoted: str | None, meant: Sequence[str]
) -> Look:
    """Is the note known, does somebody here follow its author, do we have what it answers and
    what it quotes, and which of our people are among the `meant`?"""
    known, followed, above, ours_, quoted_ = await tx.batch(
        [
            _status_with()(uri=uri),
            _followed_here()(account_id=author),
            _status_with()(uri=parent or ""),
            _ours()(uris=list(meant)),
            _status_with()(uri=quoted or ""),
        ]
    )
    people = {row[0]: row[1] for row in ours_}
    return Look(bool(known), bool(followed), bool(above), people, bool(quoted_))


async def is_spent(tx: Tx, uris: Sequence[str]) -> bool:
    """Whether one of these was deleted."""
    return await tx.one(_spent(), uris=list(uris)) is not None


async def by_uris(tx: Tx, uris: Sequence[str]) -> dict[str, Account]:
    """Accounts, ours and others, by their URIs."""
    if not uris:
        return {}
    found = (accounts_store.account(row) for row in await tx.all(_by_uris(), uris=list(uris)))
    return {account.uri: account for account in found}


async def followed_here(tx: Tx, account_id: int) -> bool:
    return await tx.one(_followed_here(), account_id=account_id) is not None


async def add_silent_mentions(tx: Tx, status_id: int, account_ids: Sequence[int]) -> None:
    """People whom a status is addressed to without naming them: they may see it."""
    await tx.many(
        _insert_silent(),
        [
            {"status_id": status_id, "account_id": account_id, "position": 1_000 + n, "silent": 1}
            for n, account_id in enumerate(account_ids)
        ],
    )


async def is_blocked_by_named(tx: Tx, status_id: int, author: int) -> bool:
    """Whether one of the people named in the status blocks `author`."""
    return await tx.one(_blocked_by_named(), status_id=status_id, author=author) is not None


async def favourited_by_uri(tx: Tx, account_id: int, uri: str) -> int | None:
    """The status that the account favourited with the Like of this id."""
    found: int | None = await tx.value(_favourite_by_uri(), account_id=account_id, uri=uri)
    return found


async def followed_by_uri(tx: Tx, account_id: int, uri: str) -> int | None:
    """Whom the account follows, or asks to, with the Follow of this id."""
    for table in (follows, follow_requests):
        found: int | None = await tx.value(_target_of(table), account_id=account_id, uri=uri)
        if found is not None:
            return found
    return None


async def blocked_by_uri(tx: Tx, account_id: int, uri: str) -> int | None:
    """Whom the account blocks with the Block of this id."""
    found: int | None = await tx.value(_target_of(blocks), account_id=account_id, uri=uri)
    return found
