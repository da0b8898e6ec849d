"""Who of our people had to do with an account that moved: followers, blockers, muters, notes."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import account_notes, blocks, follows, mutes


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What one of our people had to do with the account."""

    account_id: int
    follows: bool
    blocks: bool
    mutes: bool
    hides_notifications: bool
    mute_expires_at: int | None
    note: str | None


# Our people after one id who have to do with somebody, by the index on target_id of each table.
@statement
def _concerned() -> sa.Select[Any]:
    def of(table: sa.Table) -> "sa.Select[Any]":
        return sa.select(table.c.account_id.label("account_id")).where(
            table.c.target_id == p("target_id", sa.BigInteger),
            table.c.account_id > p("after", sa.BigInteger),
        )

    who = sa.union(of(follows), of(blocks), of(mutes), of(account_notes)).subquery()

    def joined(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(
            table.c.account_id == who.c.account_id,
            table.c.target_id == p("target_id", sa.BigInteger),
        )

    return (
        sa.select(
            who.c.account_id,
            follows.c.id,
            blocks.c.id,
            mutes.c.id,
            mutes.c.hide_notifications,
            mutes.c.expires_at,
            account_notes.c.comment,
        )
        .select_from(
            who.join(accounts, accounts.c.id == who.c.account_id)
            .outerjoin(follows, joined(follows))
            .outerjoin(blocks, joined(blocks))
            .outerjoin(mutes, joined(mutes))
            .outerjoin(account_notes, joined(account_notes))
        )
        .where(accounts.c.domain == "", accounts.c.suspended_at.is_(None))
        .order_by(who.c.account_id)
        .limit(p("limit", sa.Integer))
    )


@statement
def _note() -> sa.Select[Any]:
    n = account_notes.c
    return sa.select(n.comment).where(
        n.account_id == p("account_id"), n.target_id == p("target_id")
    )


async def concerned(tx: Tx, target_id: int, after: int, limit: int) -> list[Carried]:
    """The next of our people, in the order of their ids."""
    rows = await tx.all(_concerned(), target_id=target_id, after=after, limit=limit)
    return [
        Carried(
            account_id=row[0],
            follows=row[1] is not None,
            blocks=row[2] is not None,
            mutes=row[3] is not None,
            hides_notifications=bool(row[4]),
            mute_expires_at=row[5],
            note=row[6],
        )
        for row in rows
    ]


async def note(tx: Tx, account_id: int, target_id: int) -> str | None:
    found: str | None = await tx.value(_note(), account_id=account_id, target_id=target_id)
    return found
