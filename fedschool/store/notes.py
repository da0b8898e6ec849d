"""What people noted about others, for themselves alone; read with how they stand to them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_relationships import account_notes

n = account_notes.c


@statement
def _put() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "target_id", "comment", "created_at")
    new = insert(account_notes).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id", "target_id"], set_={"comment": new.excluded.comment}
    )


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(account_notes).where(
        n.account_id == p("account_id"), n.target_id == p("target_id")
    )


async def put(
    tx: Tx, *, row_id: int, account_id: int, target_id: int, comment: str, now: int
) -> None:
    await tx.run(
        _put(),
        id=row_id,
        account_id=account_id,
        target_id=target_id,
        comment=comment,
        created_at=now,
    )


async def remove(tx: Tx, account_id: int, target_id: int) -> None:
    await tx.run(_delete(), account_id=account_id, target_id=target_id)
