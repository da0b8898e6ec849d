"""Notifications as groups: pages of them, who is in one, and dismissing one."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool import ids
from fedschool.model.account import Account, Viewer
from fedschool.model.notification import GroupsView, NotificationGroup, alone, alone_in
from fedschool.model.timeline import Cursor, NotificationFilter, NotificationType, Page
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate, subjects
from fedschool.store.notifications import FilterShape, heard, shape_of, unread, values_of, wanted
from fedschool.store.tables_notifications import notifications
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

SAMPLE = 8
n = notifications.c
_HEAD = [n.id, n.type, n.from_account_id, n.status_id, n.created_at, n.group_key, n.subject_id]
_EVERYTHING = NotificationFilter(include_filtered=True)


class Group(msgspec.Struct, frozen=True):
    """One notification that stands for its group on a page."""

    id: int
    type: str
    account_id: int
    status_id: int | None
    created_at: int
    key: str
    grouped: bool
    subject_id: int | None = None


def _heads_of(bounds: Shape, filter_: FilterShape) -> "sa.Select[Any]":
    """One row for each group: the one that the page's direction meets first. What else is in a
    group is looked up by (account_id, group_key, id). Parameters of `wanted`, `grouped`."""
    other = notifications.alias("other")
    nearer = [*heard(other, filter_), other.c.group_key == n.group_key]
    has_max, _, has_min = bounds
    if has_min:
        nearer += [other.c.id < n.id, other.c.id > p("min_id", sa.BigInteger)]
    else:
        nearer.append(other.c.id > n.id)
        if has_max:
            nearer.append(other.c.id < p("max_id", sa.BigInteger))
    met = sa.exists(sa.select(sa.literal_column("1")).select_from(other).where(*nearer))
    return sa.select(*_HEAD).where(*wanted(filter_), sa.or_(~among(n.type, "grouped"), ~met))


# A page of groups: a range of (account_id, id).
@statement
def _heads(bounds: Shape, filter_: FilterShape) -> sa.Select[Any]:
    return bounded(_heads_of(bounds, filter_), n.id, bounds)


# How many groups have something unread, counted no further than to the limit.
@statement
def _count(filter_: FilterShape) -> sa.Select[Any]:
    heads = _heads_of((False, False, False), filter_).where(unread())
    return sa.select(sa.func.count()).select_from(heads.limit(p("limit", sa.Integer)).subquery())


# The latest of each group with the group's figures, by (account_id, group_key, id).
@statement
def _members(filter_: FilterShape) -> sa.Select[Any]:
    low, high = p("low", sa.BigInteger), p("high", sa.BigInteger)
    group: dict[str, Any] = {"partition_by": n.group_key}
    count = sa.func.count
    members = (
        sa.select(
            n.group_key,
            n.from_account_id,
            sa.func.row_number().over(order_by=n.id.desc(), **group).label("nth"),
            count().over(**group).label("count"),
            sa.func.max(n.id).over(**group).label("newest"),
            sa.func.min(sa.case((n.id >= low, n.id))).over(**group).label("page_min"),
            sa.func.max(n.created_at).over(**group).label("latest"),
        )
        .where(*wanted(filter_), among(n.group_key, "keys"), n.id <= high)
        .subquery()
    )
    m = members.c
    return (
        sa.select(m.group_key, m.from_account_id, m.count, m.newest, m.page_min, m.latest)
        .where(m.nth <= SAMPLE)
        .order_by(m.group_key, m.nth)
    )


def _in_group(is_alone: bool) -> sa.ColumnElement[bool]:
    return n.id == p("id", sa.BigInteger) if is_alone else n.group_key == p("key", sa.Text)


# Everybody in a group: a range of (account_id, group_key, id).
@statement
def _of_group(is_alone: bool, bounds: Shape) -> sa.Select[Any]:
    query = sa.select(*_HEAD).where(*wanted(shape_of(_EVERYTHING)), _in_group(is_alone))
    return bounded(query, n.id, bounds)


@statement
def _dismiss(is_alone: bool) -> sa.sql.dml.Delete:
    return sa.delete(notifications).where(
        n.account_id == p("account_id", sa.BigInteger), _in_group(is_alone)
    )


async def page(
    tx: Tx,
    viewer: Viewer,
    filter_: NotificationFilter,
    grouped: Sequence[str],
    cursor: Cursor,
    now: int,
) -> Page[NotificationGroup]:
    """Groups, newest first; types that are not in `grouped` stand alone."""
    rows = list(
        await tx.all(
            _heads(shape(cursor), shape_of(filter_)),
            **bounds_of(cursor),
            **values_of(filter_),
            grouped=list(grouped),
            viewer=viewer.me,
            now=now,
        )
    )
    if not rows:
        return Page([])
    if cursor.min_id is not None:
        rows.reverse()
    heads = [_head(row, grouped=row[1] in grouped) for row in rows]
    low, high = _range(heads, cursor)
    figures = await _figures(tx, viewer, filter_, heads, low, high, now)
    return Page(
        [_group(head, figures.get(head.key, ())) for head in heads], heads[-1].id, heads[0].id
    )


async def members(
    tx: Tx, viewer: Viewer, key: str, cursor: Cursor, now: int
) -> Page[tuple[int, Account]]:
    """Who is in a group, the latest first, with the notifications' ids."""
    rows = await _read_group(tx, viewer, key, cursor, now)
    known = await accounts_store.by_ids(tx, [row[2] for row in rows])
    people = [(row[0], known[row[2]]) for row in rows if row[2] in known]
    return Page(people, rows[-1][0], rows[0][0]) if rows else Page([])


async def one(tx: Tx, viewer: Viewer, key: str, now: int) -> NotificationGroup | None:
    """The group of this key, as a whole and without a page."""
    rows = await _read_group(tx, viewer, key, Cursor(limit=1), now)
    if not rows:
        return None
    head = _head(rows[0], grouped=alone_in(key) is None)
    if not head.grouped:
        return _group(head, (), paged=False)
    figures = await _figures(tx, viewer, _EVERYTHING, [head], head.id, head.id, now)
    return _group(head, figures[head.key], paged=False)


async def count(
    tx: Tx, viewer: Viewer, filter_: NotificationFilter, grouped: Sequence[str], limit: int,
    now: int,
) -> int:  # fmt: skip
    """How many groups are unread, or `limit` where more are."""
    found: int = await tx.value(
        _count(shape_of(filter_)),
        **values_of(filter_),
        grouped=list(grouped),
        viewer=viewer.me,
        limit=limit,
        now=now,
    )
    return found


async def dismiss(tx: Tx, account_id: int, key: str) -> None:
    """Removes all that the group holds; nothing where there is none."""
    await tx.run(_dismiss(alone_in(key) is not None), account_id=account_id, **_key(key))


async def view(tx: Tx, viewer: Viewer, groups: Sequence[NotificationGroup]) -> GroupsView:
    """Groups with everybody and every status in them, without those that cannot be shown."""
    status_ids = list(dict.fromkeys(g.status_id for g in groups if g.status_id is not None))
    people = list(dict.fromkeys(account for group in groups for account in group.accounts))
    found, *results = await tx.batch(
        [accounts_store.by_ids_call(people), *hydrate.calls(viewer, status_ids)]
    )
    known = {row[0]: accounts_store.account(row) for row in found}
    views = await hydrate.views(tx, viewer, status_ids, results)
    shown = {item.status.id for item in views}
    about = await subjects.load(tx, [(group.type, group.subject_id) for group in groups])
    return GroupsView(
        tuple(g for g in groups if g.status_id is None or g.status_id in shown),
        tuple(known[account_id] for account_id in people if account_id in known),
        tuple(views),
        about,
    )


async def _read_group(tx: Tx, viewer: Viewer, key: str, cursor: Cursor, now: int) -> list[Row]:
    rows = await tx.all(
        _of_group(alone_in(key) is not None, shape(cursor)),
        viewer=viewer.me,
        now=now,
        **_key(key),
        **bounds_of(cursor),
    )
    return list(reversed(rows)) if cursor.min_id is not None else list(rows)


def _key(key: str) -> dict[str, Any]:
    single = alone_in(key)
    return {"key": key} if single is None else {"id": ids.parse(single) or 0}


def _range(heads: Sequence[Group], cursor: Cursor) -> tuple[int, int]:
    """The ids that the page stands for: a page that is not full reaches to the end."""
    low, high = heads[-1].id, heads[0].id
    if len(heads) >= cursor.limit:
        return low, high
    if cursor.min_id is not None:
        return low, ids.MAX_ID if cursor.max_id is None else cursor.max_id - 1
    return 0 if cursor.since_id is None else cursor.since_id + 1, high


async def _figures(
    tx: Tx,
    viewer: Viewer,
    filter_: NotificationFilter,
    heads: Sequence[Group],
    low: int,
    high: int,
    now: int,
) -> dict[str, tuple[Row, ...]]:
    rows = await tx.all(
        _members(shape_of(filter_)),
        **values_of(filter_),
        keys=[head.key for head in heads if head.grouped],
        viewer=viewer.me,
        low=low,
        high=high,
        now=now,
    )
    figures: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        figures[row[0]] = (*figures.get(row[0], ()), row)
    return figures


def _head(row: Row, *, grouped: bool) -> Group:
    id_, kind, account_id, status_id, created_at, key, subject_id = row
    return Group(id_, kind, account_id, status_id, created_at, key, grouped, subject_id)


def _group(head: Group, rows: Sequence[Row], *, paged: bool = True) -> NotificationGroup:
    # a group that vanished between two reads is told as its head alone
    grouped = head.grouped and bool(rows)
    _, _, count, newest, oldest, latest = (
        rows[0] if grouped else (None, None, 1, head.id, head.id, head.created_at)
    )
    return NotificationGroup(
        key=head.key if head.grouped else alone(head.id),
        type=NotificationType(head.type),
        count=count,
        newest_id=newest,
        accounts=tuple(row[1] for row in rows) if grouped else (head.account_id,),
        status_id=head.status_id,
        subject_id=head.subject_id,
        page_min_id=(oldest or head.id) if paged else None,
        page_max_id=newest if paged else None,
        page_latest_at=latest if paged else None,
    )
