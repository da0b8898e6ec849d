"""Everything of somebody goes, but for the name, which nobody else may get, and staff records."""

from typing import Any

import sqlalchemy as sa

from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_staff import reports, strikes, suspensions

a = accounts.c


# A person's files, by the index on account_id where there is one; asked once in a lifetime.
@statement
def _files() -> sa.Select[Any]:
    m = media_attachments.c
    return sa.select(m.key, m.preview_key).where(m.account_id == p("account_id"))


# Remote people on either end of somebody's follows: ranges of both indexes.
@statement
def _acquaintances() -> sa.Select[Any]:
    f = follows.c
    followed = (
        sa.select(f.target_id)
        .join_from(follows, accounts, a.id == f.target_id)
        .where(f.account_id == p("account_id"), a.domain != "")
    )
    following = (
        sa.select(f.account_id)
        .join_from(follows, accounts, a.id == f.account_id)
        .where(f.target_id == p("account_id"), a.domain != "")
    )
    return sa.union(followed, following)  # type: ignore[return-value]


# The staff's records about somebody, by the indexes on the account.
@statement
def _records(table: sa.Table) -> sa.Select[Any]:
    mine = [
        table.c[name] == p("account_id", sa.BigInteger)
        for name in ("account_id", "target_account_id")
        if name in table.c
    ]
    return sa.select(table).where(sa.or_(*mine))


@statement
def _restore(table: sa.Table) -> sa.sql.dml.Insert:
    return sa.insert(table).values({column.name: p(column.name) for column in table.columns})


@statement
def _erased() -> sa.sql.dml.Update:
    x = suspensions.c
    return sa.update(suspensions).where(x.account_id == p("account_id")).values(erased_at=p("now"))


@statement
def _delete_pending() -> sa.sql.dml.Delete:
    return sa.delete(accounts).where(a.id == p("account_id"), a.domain == "")


_RECORDS = (suspensions, strikes, reports)


async def files(tx: Tx, account_id: int) -> list[str]:
    """Keys of all media files of one of our people, but for the profile's."""
    rows = await tx.all(_files(), account_id=account_id)
    return [key for row in rows for key in row if key is not None]


async def acquaintances(tx: Tx, account_id: int) -> list[int]:
    """Remote people who follow the account or are followed by it."""
    return [row[0] for row in await tx.all(_acquaintances(), account_id=account_id)]


async def records(tx: Tx, account_id: int) -> dict[str, list[Row]]:
    """What the staff keeps about the account, by table, for `restore`."""
    found = {}
    for table in _RECORDS:
        found[table.name] = list(await tx.all(_records(table), account_id=account_id))
    return found


async def restore(tx: Tx, kept: dict[str, list[Row]]) -> None:
    """Writes `records` again, once there is an account of that id."""
    for table in _RECORDS:
        names = [column.name for column in table.columns]
        for row in kept[table.name]:
            await tx.run(_restore(table), **dict(zip(names, row, strict=True)))


async def mark_erased(tx: Tx, account_id: int, now: int) -> None:
    """There is nothing left that a suspension could be lifted from."""
    await tx.run(_erased(), account_id=account_id, now=now)


async def delete_pending(tx: Tx, account_id: int) -> None:
    """Somebody who was never let in leaves no trace."""
    await tx.run(_delete_pending(), account_id=account_id)
