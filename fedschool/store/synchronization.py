"""Who of one server follows one account."""

from typing import Any

import sqlalchemy as sa

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import follow_requests, follows


# A range of (target_id, id).
@statement
def _followers_below() -> sa.Select[Any]:
    begins = sa.func.substr(accounts.c.uri, 1, p("length", sa.Integer))
    return (
        sa.select(accounts.c.uri)
        .join_from(follows, accounts, accounts.c.id == follows.c.account_id)
        .where(
            follows.c.target_id == p("target_id"),
            accounts.c.domain != "",
            begins == p("prefix"),
        )
    )


# Ranges of (target_id, id).
@statement
def _ours() -> "sa.CompoundSelect[Any]":
    def of(table: sa.Table, *, waiting: int) -> sa.Select[Any]:
        t = table.c
        return (
            sa.select(accounts.c.id, accounts.c.uri, sa.literal_column(str(waiting), sa.Integer))
            .join_from(table, accounts, accounts.c.id == t.account_id)
            .where(t.target_id == p("target_id", sa.BigInteger), accounts.c.domain == "")
        )

    return sa.union_all(of(follows, waiting=0), of(follow_requests, waiting=1))


async def followers_below(tx: Tx, target_id: int, origin: str) -> list[str]:
    """The ids of those followers of `target_id` that lie at `origin` (scheme and authority)."""
    prefix = f"{origin}/"
    rows = await tx.all(_followers_below(), target_id=target_id, prefix=prefix, length=len(prefix))
    return [row[0] for row in rows]


async def ours(tx: Tx, target_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Our people who follow `target_id`, and those who asked to: account ids by URI."""
    following: dict[str, int] = {}
    asking: dict[str, int] = {}
    for account_id, uri, waiting in await tx.all(_ours(), target_id=target_id):
        (asking if waiting else following)[uri] = account_id
    return following, asking
