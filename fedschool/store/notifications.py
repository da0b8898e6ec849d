"""Notifications: written only where they are wanted, read as pages."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx, p, statement
from fedschool.store.base import (
    accounts,
    blocks,
    conversation_mutes,
    mutes,
    notifications,
    statuses,
)

n = notifications.c


def _exists(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal_column("1")).select_from(table).where(*conditions))


# One row, if the receiver is a local person who neither blocked nor muted the sender, nor muted
# the conversation. All look-ups by unique indexes.
@statement
def _insert(with_status: bool) -> sa.sql.dml.Insert:
    to, sender = p("account_id", sa.BigInteger), p("from_account_id", sa.BigInteger)
    status_id = p("status_id", sa.BigInteger)
    now = p("now", sa.BigInteger)
    unwanted = [
        _exists(blocks, blocks.c.account_id == to, blocks.c.target_id == sender),
        _exists(
            mutes,
            mutes.c.account_id == to,
            mutes.c.target_id == sender,
            mutes.c.hide_notifications == 1,
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > now),
        ),
    ]
    if with_status:
        conversation = sa.select(statuses.c.conversation_id).where(statuses.c.id == status_id)
        unwanted.append(
            _exists(
                conversation_mutes,
                conversation_mutes.c.account_id == to,
                conversation_mutes.c.conversation_id == conversation.scalar_subquery(),
            )
        )
    row = sa.select(p("id", sa.BigInteger), to, p("type", sa.Text), sender, status_id, now).where(
        _exists(
            accounts,
            accounts.c.id == to,
            accounts.c.domain == "",
            accounts.c.suspended_at.is_(None),
        ),
        *(~condition for condition in unwanted),
    )
    names = ["id", "account_id", "type", "from_account_id", "status_id", "created_at"]
    return insert(notifications).from_select(names, row).on_conflict_do_nothing()


@statement
def _withdraw(with_status: bool) -> sa.sql.dml.Delete:
    same = n.status_id == p("status_id") if with_status else n.status_id.is_(None)
    return sa.delete(notifications).where(
        n.account_id == p("account_id"),
        n.type == p("type"),
        n.from_account_id == p("from_account_id"),
        same,
    )


# All that one account's deeds left with another, by the index on from_account_id.
@statement
def _forget_sender() -> sa.sql.dml.Delete:
    return sa.delete(notifications).where(
        n.from_account_id == p("from_account_id"), n.account_id == p("account_id")
    )


async def insert_if_wanted(
    tx: Tx,
    *,
    notification_id: int,
    account_id: int,
    kind: NotificationType,
    from_account_id: int,
    status_id: int | None,
    now: int,
) -> bool:
    """Whether a notification was written; not for a deed that already has one."""
    return (
        await tx.run(
            _insert(status_id is not None),
            id=notification_id,
            account_id=account_id,
            type=kind.value,
            from_account_id=from_account_id,
            status_id=status_id,
            now=now,
        )
        > 0
    )


async def withdraw(
    tx: Tx, *, account_id: int, kind: NotificationType, from_account_id: int, status_id: int | None
) -> None:
    """After an undo: the deed did not happen."""
    values: dict[str, Any] = {
        "account_id": account_id,
        "type": kind.value,
        "from_account_id": from_account_id,
    }
    if status_id is not None:
        values["status_id"] = status_id
    await tx.run(_withdraw(status_id is not None), **values)


async def forget_sender(tx: Tx, account_id: int, from_account_id: int) -> None:
    """After a block: nothing of that person's is kept for `account_id`."""
    await tx.run(_forget_sender(), account_id=account_id, from_account_id=from_account_id)
