"""What a list shows: the timelines that fan-out writes for lists."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.lists import RepliesPolicy
from fedschool.model.status import Visibility
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Call, Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import blocks, follows, mutes
from fedschool.store.tables_statuses import statuses
from fedschool.store.tables_timelines import home_entries, list_entries, list_members, lists
from fedschool.store.timelines import BACKFILL, Shape, bounded, bounds_of, shape
from fedschool.store.visibility import of_blocked_domain, unwanted

li = lists.c
m = list_members.c
e = list_entries.c
s = statuses.c
original = statuses.alias("original")


def _there(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal_column("1")).select_from(table).where(*conditions))


def _mine_of() -> "sa.Select[Any]":
    """The person's lists, for `in`."""
    return sa.select(li.id).where(li.account_id == p("account_id", sa.BigInteger))


def _belongs() -> sa.ColumnElement[bool]:
    """Whether a status of somebody in a list belongs in it: over `statuses`, `lists` and
    `original`, what the status boosts.

    Its owner follows the author (and wants the boosts), blocked and muted neither the author nor
    who is boosted, and answers to other people are as the list wants them. Parameter `now`.
    """
    owner, parent = li.account_id, s.in_reply_to_account_id
    follow, other, fellow = follows.alias(), follows.alias(), list_members.alias()
    followed = _there(
        follow,
        follow.c.account_id == owner,
        follow.c.target_id == s.account_id,
        sa.or_(s.reblog_of_id.is_(None), follow.c.show_reblogs == 1),
    )
    answers_nobody_else = sa.or_(parent.is_(None), parent == s.account_id, parent == owner)
    known = sa.or_(
        s.account_id == owner,
        _there(other, other.c.account_id == owner, other.c.target_id == parent),
    )
    asked_for = sa.or_(
        li.replies_policy == RepliesPolicy.FOLLOWED.value,
        sa.and_(
            li.replies_policy == RepliesPolicy.LIST.value,
            _there(fellow, fellow.c.list_id == li.id, fellow.c.account_id == parent),
        ),
    )
    return sa.and_(
        sa.or_(s.account_id == owner, followed),
        sa.or_(answers_nobody_else, sa.and_(known, asked_for)),
        ~_unwanted_by(owner, s.account_id),
        sa.or_(original.c.id.is_(None), ~_unwanted_by(owner, original.c.account_id)),
    )


def _unwanted_by(reader: Any, author: Any) -> sa.ColumnElement[bool]:
    """Whether either blocks the other, or the reader muted the author."""
    b, mute = blocks.alias(), mutes.alias()
    return sa.or_(
        _there(b, b.c.account_id == reader, b.c.target_id == author),
        _there(b, b.c.account_id == author, b.c.target_id == reader),
        _there(
            mute,
            mute.c.account_id == reader,
            mute.c.target_id == author,
            sa.or_(mute.c.expires_at.is_(None), mute.c.expires_at > p("now", sa.BigInteger)),
        ),
        of_blocked_domain(reader, author),
    )


# A person's lists that somebody is in.
@statement
def _holding() -> sa.Select[Any]:
    return (
        sa.select(li.id)
        .join_from(list_members, lists, li.id == m.list_id)
        .where(m.account_id == p("member"), li.account_id == p("account_id"))
    )


# The lists that a new status reaches, by the index on members' account_id.
@statement
def _reached() -> sa.Select[Any]:
    return (
        sa.select(li.id, li.account_id)
        .join_from(statuses, list_members, m.account_id == s.account_id)
        .join(lists, li.id == m.list_id)
        .join(accounts, accounts.c.id == li.account_id)
        .outerjoin(original, original.c.id == s.reblog_of_id)
        .where(s.id == p("status_id"), accounts.c.suspended_at.is_(None), _belongs())
    )


@statement
def _enter() -> sa.sql.dml.Insert:
    new = insert(list_entries).values(list_id=p("list_id"), status_id=p("status_id"))
    return new.on_conflict_do_nothing()


# The last posts of somebody in a list, by the index on (account_id, id).
@statement
def _last_posts() -> sa.Select[Any]:
    shown = (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE)
    return (
        sa.select(s.id)
        .join_from(statuses, lists, li.id == p("list_id"))
        .outerjoin(original, original.c.id == s.reblog_of_id)
        .where(s.account_id == p("member"), s.visibility.in_(shown), _belongs())
        .order_by(s.id.desc())
        .limit(BACKFILL)
    )


def _theirs(boosts: bool) -> sa.ColumnElement[bool]:
    """Entries that are `member`'s; `boosts`: boosts of `member`, by whomever."""
    member = p("member", sa.BigInteger)
    if not boosts:
        return _there(statuses, s.account_id == member, s.id == e.status_id)
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .join_from(statuses, original, original.c.id == s.reblog_of_id)
        .where(original.c.account_id == member, s.id == e.status_id)
    )


@statement
def _purge(boosts: bool) -> sa.sql.dml.Delete:
    return sa.delete(list_entries).where(e.list_id.in_(_mine_of()), _theirs(boosts))


@statement
def _purge_one() -> sa.sql.dml.Delete:
    return sa.delete(list_entries).where(e.list_id == p("list_id"), _theirs(False))


# A list becomes exclusive: what its people posted leaves the home.
@statement
def _out_of_home() -> sa.sql.dml.Delete:
    h, me = home_entries.c, p("account_id", sa.BigInteger)
    theirs = sa.exists(
        sa.select(sa.literal_column("1"))
        .join_from(statuses, list_members, m.account_id == s.account_id)
        .where(m.list_id == p("list_id"), s.id == h.status_id, s.account_id != me)
    )
    return sa.delete(home_entries).where(h.account_id == me, theirs)


# A list is exclusive no longer: its entries come home, but for what another such list holds.
@statement
def _into_home() -> sa.sql.dml.Insert:
    me = p("account_id", sa.BigInteger)
    other, apart = list_entries.alias(), lists.alias()
    elsewhere = sa.exists(
        sa.select(sa.literal_column("1"))
        .join_from(other, apart, apart.c.id == other.c.list_id)
        .where(
            other.c.status_id == e.status_id,
            apart.c.account_id == me,
            apart.c.exclusive == 1,
            apart.c.id != p("list_id", sa.BigInteger),
        )
    )
    entries = sa.select(me, e.status_id).where(e.list_id == p("list_id"), ~elsewhere)
    new = insert(home_entries).from_select(["account_id", "status_id"], entries)
    return new.on_conflict_do_nothing()


# A list's timeline: a range of the primary key. Fan-out and a block may cross, so what the reader
# blocked or muted is looked at here again.
@statement
def _timeline(bounds: Shape) -> sa.Select[Any]:
    query = (
        sa.select(e.status_id)
        .join_from(list_entries, statuses, s.id == e.status_id)
        .outerjoin(original, original.c.id == s.reblog_of_id)
        .where(
            e.list_id == p("list_id"),
            ~unwanted(s.account_id),
            sa.or_(original.c.id.is_(None), ~unwanted(original.c.account_id)),
        )
    )
    return bounded(query, e.status_id, bounds)


async def keep_apart(tx: Tx, account_id: int, list_id: int) -> None:
    """The list became exclusive, or somebody came into an exclusive one."""
    await tx.run(_out_of_home(), account_id=account_id, list_id=list_id)


async def bring_home(tx: Tx, account_id: int, list_id: int) -> None:
    """The list is exclusive no longer."""
    await tx.run(_into_home(), account_id=account_id, list_id=list_id)


async def reached(tx: Tx, status_id: int, *, now: int) -> list[tuple[int, int]]:
    """Lists that a new status belongs in, each with its owner."""
    return [(row[0], row[1]) for row in await tx.all(_reached(), status_id=status_id, now=now)]


async def enter(tx: Tx, list_ids: Sequence[int], status_id: int) -> None:
    rows = [{"list_id": list_id, "status_id": status_id} for list_id in list_ids]
    await tx.many(_enter(), rows)


def timeline(account_id: int, list_id: int, cursor: Cursor, now: int) -> Call:
    """Ids of a page, for `hydrate.page`; ask first whether the list is the viewer's."""
    return _timeline(shape(cursor))(
        viewer=account_id, list_id=list_id, now=now, **bounds_of(cursor)
    )


async def purge(tx: Tx, account_id: int, author: int, *, boosts: bool) -> None:
    """After an unfollow; `boosts` after a block or a mute, too."""
    await tx.run(_purge(False), account_id=account_id, member=author)
    if boosts:
        await tx.run(_purge(True), account_id=account_id, member=author)


async def purge_one(tx: Tx, list_id: int, members: Sequence[int]) -> None:
    """What these posted leaves one list."""
    await tx.many(_purge_one(), [{"list_id": list_id, "member": member} for member in members])


async def fill(tx: Tx, list_id: int, member: int, now: int) -> None:
    """Somebody came into a list: the last that they posted enters it."""
    rows = await tx.all(_last_posts(), list_id=list_id, member=member, now=now)
    await tx.many(_enter(), [{"list_id": list_id, "status_id": row[0]} for row in rows])


async def backfill(tx: Tx, account_id: int, member: int, *, now: int) -> None:
    """After the end of a mute: the last posts of `member` are in the person's lists again."""
    rows = await tx.all(_holding(), account_id=account_id, member=member)
    for row in rows:
        await fill(tx, row[0], member, now)
