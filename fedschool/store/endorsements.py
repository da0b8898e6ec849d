"""Whom people recommend on their profiles; the lists of them are `people`'s."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_relationships import endorsements

e = endorsements.c


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "target_id", "created_at")
    return insert(endorsements).values({name: p(name) for name in names}).on_conflict_do_nothing()


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(endorsements).where(
        e.account_id == p("account_id"), e.target_id == p("target_id")
    )


async def add(tx: Tx, *, row_id: int, account_id: int, target_id: int, now: int) -> None:
    """Nothing happens where it is there already."""
    await tx.run(_insert(), id=row_id, account_id=account_id, target_id=target_id, created_at=now)


async def remove(tx: Tx, account_id: int, target_id: int) -> None:
    await tx.run(_delete(), account_id=account_id, target_id=target_id)
