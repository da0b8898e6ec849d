"""Notifications: written only where they are wanted, read as pages."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.notification import group_key
from fedschool.model.timeline import (
    Cursor,
    NotificationFilter,
    NotificationType,
    NotificationView,
    Page,
)
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate, notification_policies, subjects
from fedschool.store.notification_policies import Sifting
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_interactions import conversation_mutes
from fedschool.store.tables_notifications import notifications
from fedschool.store.tables_relationships import blocks, mutes
from fedschool.store.tables_statuses import statuses
from fedschool.store.tables_timelines import markers
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import Eyes, of_blocked_domain, visible_to

n = notifications.c


FilterShape = tuple[bool, bool, bool, bool]
_COLUMNS = [n.id, n.type, n.from_account_id, n.status_id, n.created_at, n.group_key, n.subject_id]
_ANY = NotificationFilter(include_filtered=True)


def _exists(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal_column("1")).select_from(table).where(*conditions))


# One row, if the receiver is a local person who neither blocked nor muted the sender, nor muted
# the conversation, nor wants such senders dropped. All look-ups by unique indexes, but for the
# receiver's own part of a conversation, when a direct status comes.
@statement
def _insert(with_status: bool, sifting: Sifting) -> sa.sql.base.Executable:
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
        of_blocked_domain(to, sender),
        notification_policies.dropped(sifting),
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
    values = {
        "id": p("id", sa.BigInteger),
        "account_id": to,
        "type": p("type", sa.Text),
        "from_account_id": sender,
        "status_id": status_id,
        "subject_id": p("subject_id", sa.BigInteger),
        "group_key": p("group_key", sa.Text),
        "filtered": notification_policies.filtered(sifting),
        "created_at": now,
    }
    row = (
        sa.select(*values.values())
        .select_from(notification_policies.people())
        .where(*(~condition for condition in unwanted))
    )
    new = insert(notifications).from_select(list(values), row)
    return new.on_conflict_do_nothing().returning(n.filtered)


@statement
def _withdraw(with_status: bool) -> sa.sql.dml.Delete:
    same = n.status_id == p("status_id") if with_status else n.status_id.is_(None)
    return sa.delete(notifications).where(
        n.account_id == p("account_id"),
        n.type == p("type"),
        n.from_account_id == p("from_account_id"),
        same,
    )


def heard(n: Any, filter_: FilterShape) -> list[sa.ColumnElement[bool]]:
    """Rows of `n` (notifications or an alias) that the viewer is told, as far as it depends on
    who they are from: nothing of suspended, blocked and muted people, nor what was put aside.
    Parameters `viewer` and `now`."""
    me = p("viewer", sa.BigInteger)
    sender = n.c.from_account_id
    _, _, of_sender, with_filtered = filter_
    conditions = [
        n.c.account_id == me,
        sa.or_(
            # who asks to join is hidden until somebody of the staff heard of it
            n.c.type == sa.literal_column("'admin.sign_up'"),
            ~_exists(accounts, accounts.c.id == sender, accounts.c.suspended_at.is_not(None)),
        ),
        ~_exists(blocks, blocks.c.account_id == me, blocks.c.target_id == sender),
        ~_exists(
            mutes,
            mutes.c.account_id == me,
            mutes.c.target_id == sender,
            mutes.c.hide_notifications == 1,
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now", sa.BigInteger)),
        ),
        ~of_blocked_domain(me, sender),
    ]
    if of_sender:
        conditions.append(sender == p("sender", sa.BigInteger))
    if not with_filtered:
        conditions.append(n.c.filtered == 0)
    return conditions


def wanted(filter_: FilterShape) -> list[sa.ColumnElement[bool]]:
    """What the viewer is told and asks for; nothing about statuses that they may not see (any
    more). Parameters `viewer`, `now` and those of `values_of`."""
    with_types, without_types, *_ = filter_
    conditions = heard(notifications, filter_)
    conditions.append(
        sa.or_(
            n.status_id.is_(None),
            _exists(statuses, statuses.c.id == n.status_id, visible_to(Eyes.LOCAL)),
        )
    )
    if with_types:
        conditions.append(among(n.type, "types"))
    if without_types:
        conditions.append(~among(n.type, "exclude_types"))
    return conditions


# A page: a range of (account_id, id).
@statement
def _page(bounds: Shape, filter_: FilterShape) -> sa.Select[Any]:
    return bounded(sa.select(*_COLUMNS).where(*wanted(filter_)), n.id, bounds)


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(n.id == p("id"), *wanted(shape_of(_ANY)))


def unread() -> sa.ColumnElement[bool]:
    """What came since the viewer last said what was read: a range above the marker."""
    read = sa.select(markers.c.last_read_id).where(
        markers.c.account_id == p("viewer", sa.BigInteger),
        markers.c.timeline == sa.literal_column("'notifications'"),
    )
    return n.id > sa.func.coalesce(read.scalar_subquery(), 0)


# How many are unread, counted no further than to the limit: a range of (account_id, id).
@statement
def _count(filter_: FilterShape) -> sa.Select[Any]:
    new = sa.select(n.id).where(unread(), *wanted(filter_)).limit(p("limit", sa.Integer))
    return sa.select(sa.func.count()).select_from(new.subquery())


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
    subject_id: int | None = None,
) -> bool:
    """Whether the person is to be told of it: False for a deed that already has a notification,
    for what is not wanted, and for what is put aside with the sender's request."""
    filtered = await tx.value(
        _insert(status_id is not None, notification_policies.sifting(kind)),
        id=notification_id,
        account_id=account_id,
        type=kind.value,
        from_account_id=from_account_id,
        status_id=status_id,
        subject_id=subject_id,
        group_key=group_key(kind, notification_id, status_id, now),
        now=now,
    )
    if filtered:
        await notification_policies.put_request(
            tx, notification_id, account_id, from_account_id, now
        )
    return filtered is not None and not filtered


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
            _page(shape(cursor), shape_of(filter_)),
            **bounds_of(cursor),
            **values_of(filter_),
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
        _count(shape_of(filter_)), **values_of(filter_), viewer=viewer.me, limit=limit, now=now
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
    about = await subjects.load(tx, [(NotificationType(row[1]), row[6]) for row in rows])
    return [
        NotificationView(
            id=id_,
            type=NotificationType(kind),
            account=people[sender],
            created_at=created_at,
            status=None if status_id is None else shown[status_id],
            group_key=key,
            subject_id=subject_id,
            subjects=about,
        )
        for id_, kind, sender, status_id, created_at, key, subject_id in rows
        if sender in people and (status_id is None or status_id in shown)
    ]


def shape_of(filter_: NotificationFilter) -> FilterShape:
    return (
        filter_.types is not None,
        filter_.exclude_types is not None,
        filter_.account_id is not None,
        filter_.include_filtered,
    )


def values_of(filter_: NotificationFilter) -> dict[str, Any]:
    """The filter as parameters of `wanted`."""
    values: dict[str, Any] = {}
    if filter_.types is not None:
        values["types"] = list(filter_.types)
    if filter_.exclude_types is not None:
        values["exclude_types"] = list(filter_.exclude_types)
    if filter_.account_id is not None:
        values["sender"] = filter_.account_id
    return values
