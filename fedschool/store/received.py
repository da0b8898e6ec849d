"""What only things that arrive from elsewhere ask for."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Tx, among, p, statement
from fedschool.store.base import (
    accounts,
    blocks,
    favourites,
    follow_requests,
    follows,
    mentions,
)


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
        among(a.uri, "uris"), a.domain == "", a.suspended_at.is_(None)
    )


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


async def ours(tx: Tx, uris: Sequence[str]) -> dict[str, int]:
    """Ids of those of our people whose URIs are among these."""
    if not uris:
        return {}
    return {row[0]: row[1] for row in await tx.all(_ours(), uris=list(uris))}
