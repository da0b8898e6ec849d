"""Notifications: written only where they are wanted, read as pages."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.timeline import (
    Cursor,
    NotificationFilter,
    NotificationType,
    NotificationView,
    Page,
)
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate
from fedschool.store.base import (
    accounts,
    blocks,
    conversation_mutes,
    markers,
    mutes,
    notifications,
    statuses,
)
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import Eyes, visible_to

n = notifications.c


FilterShape = tuple[bool, bool, bool]
_COLUMNS = [n.id, n.type, n.from_account_id, n.status_id, n.created_at]


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


def _wanted(filter_: FilterShape) -> list[sa.ColumnElement[bool]]:
    """What the viewer is told: nothing of suspended, blocked and muted people, nor of statuses
    that they may not see (any more). Parameters `viewer` and `now`."""
    me = p("viewer", sa.BigInteger)
    sender = n.from_account_id
    with_types, without_types, of_sender = filter_
    conditions = [
        n.account_id == me,
        ~_exists(accounts, accounts.c.id == sender, accounts.c.suspended_at.is_not(None)),
        ~_exists(blocks, blocks.c.account_id == me, blocks.c.target_id == sender),
        ~_exists(
            mutes,
            mutes.c.account_id == me,
            mutes.c.target_id == sender,
            mutes.c.hide_notifications == 1,
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now", sa.BigInteger)),
        ),
        sa.or_(
            n.status_id.is_(None),
            _exists(statuses, statuses.c.id == n.status_id, visible_to(Eyes.LOCAL)),
        ),
    ]
    if with_types:
        conditions.append(among(n.type, "types"))
    if without_types:
        conditions.append(~among(n.type, "exclude_types"))
    if of_sender:
        conditions.append(n.from_account_id == p("sender", sa.BigInteger))
    return conditions


# A page: a range of (account_id, id).
@statement
def _page(bounds: Shape, filter_: FilterShape) -> sa.Select[Any]:
    return bounded(sa.select(*_COLUMNS).where(*_wanted(filter_)), n.id, bounds)


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(n.id == p("id"), *_wanted((False, False, False)))


# How many came since the viewer last said what was read, counted no further than to the limit:
# a range of (account_id, id) above the marker.
@statement
def _count(filter_: FilterShape) -> sa.Select[Any]:
    read = sa.select(markers.c.last_read_id).where(
        markers.c.account_id == p("viewer", sa.BigInteger),
        markers.c.timeline == sa.literal_column("'notifications'"),
    )
    above = n.id > sa.func.coalesce(read.scalar_subquery(), 0)
    some = sa.select(n.id).where(above, *_wanted(filter_)).limit(p("limit", sa.Integer)).subquery()
    return sa.select(sa.func.count()).select_from(some)


@statement
def _dismiss() -> sa.sql.dml.Delete:
    return sa.delete(notifications).where(n.id == p("id"), n.account_id == p("account_id"))


@statement
def _clear() -> sa.sql.dml.Delete:
    return sa.delete(notifications).where(n.account_id == p("account_id"))


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


async def page(
    tx: Tx, viewer: Viewer, filter_: NotificationFilter, cursor: Cursor, now: int
) -> Page[NotificationView]:
    """A page of what the viewer is told, in two steps whatever its length: rows, then views."""
    rows = list(
        await tx.all(
            _page(shape(cursor), _shape(filter_)),
            **bounds_of(cursor),
            **_values(filter_),
            viewer=viewer.me,
            now=now,
        )
    )
    if not rows:
        return Page([])
    if cursor.min_id is not None:
        rows.reverse()
    return Page(await _views(tx, viewer, rows), next_id=rows[-1][0], prev_id=rows[0][0])


async def one(tx: Tx, viewer: Viewer, notification_id: int, now: int) -> NotificationView | None:
    row = await tx.one(_one(), id=notification_id, viewer=viewer.me, now=now)
    if row is None:
        return None
    views = await _views(tx, viewer, [row])
    return views[0] if views else None


async def count(tx: Tx, viewer: Viewer, filter_: NotificationFilter, limit: int, now: int) -> int:
    """How many are above the viewer's marker, or `limit` where more are."""
    found: int = await tx.value(
        _count(_shape(filter_)), **_values(filter_), viewer=viewer.me, limit=limit, now=now
    )
    return found


async def dismiss(tx: Tx, account_id: int, notification_id: int) -> bool:
    return await tx.run(_dismiss(), id=notification_id, account_id=account_id) > 0


async def clear(tx: Tx, account_id: int) -> None:
    await tx.run(_clear(), account_id=account_id)


async def _views(tx: Tx, viewer: Viewer, rows: Sequence[Row]) -> list[NotificationView]:
    status_ids = list(dict.fromkeys(row[3] for row in rows if row[3] is not None))
    senders = accounts_store.by_ids_call([row[2] for row in rows])
    found, *results = await tx.batch([senders, *hydrate.calls(viewer, status_ids)])
    people = {row[0]: accounts_store.account(row) for row in found}
    views = await hydrate.views(tx, viewer, status_ids, results)
    shown = {view.status.id: view for view in views}
    return [
        NotificationView(
            id=id_,
            type=NotificationType(kind),
            account=people[sender],
            created_at=created_at,
            status=None if status_id is None else shown[status_id],
        )
        for id_, kind, sender, status_id, created_at in rows
        if sender in people and (status_id is None or status_id in shown)
    ]


def _shape(filter_: NotificationFilter) -> FilterShape:
    return (
        filter_.types is not None,
        filter_.exclude_types is not None,
        filter_.account_id is not None,
    )


def _values(filter_: NotificationFilter) -> dict[str, Any]:
    """The filter as parameters of `_wanted`."""
    values: dict[str, Any] = {}
    if filter_.types is not None:
        values["types"] = list(filter_.types)
    if filter_.exclude_types is not None:
        values["exclude_types"] = list(filter_.exclude_types)
    if filter_.account_id is not None:
        values["sender"] = filter_.account_id
    return values
