"""Timelines as pages of ids: each is one range scan, newest first, over an index."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.status import Status, Visibility
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Call, Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_interactions import pins
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_relationships import blocks, follows, mutes
from fedschool.store.tables_statuses import status_tags, statuses, tags
from fedschool.store.tables_timelines import home_entries, list_members, lists, tag_follows
from fedschool.store.visibility import (
    Eyes,
    eyes,
    of_blocked_domain,
    unwanted,
    viewer_id,
    visible_to,
)

s = statuses.c
Shape = tuple[bool, bool, bool]
BACKFILL = 40


def shape(cursor: Cursor) -> Shape:
    """Which bounds a cursor has; each shape is a statement of its own."""
    return (
        cursor.max_id is not None,
        cursor.since_id is not None,
        cursor.min_id is not None,
    )


def bounded(
    query: "sa.Select[Any]", column: sa.ColumnElement[int], bounds: Shape
) -> "sa.Select[Any]":
    """The page of `query` by `column`; parameters max_id, since_id, min_id, limit."""
    has_max, has_since, has_min = bounds
    if has_max:
        query = query.where(column < p("max_id", sa.BigInteger))
    if has_since:
        query = query.where(column > p("since_id", sa.BigInteger))
    if has_min:
        query = query.where(column > p("min_id", sa.BigInteger))
    order = column.asc() if has_min else column.desc()
    return query.order_by(order).limit(p("limit", sa.Integer))


def bounds_of(cursor: Cursor) -> dict[str, int]:
    """A cursor as parameters."""
    values = {"limit": cursor.limit}
    for name in ("max_id", "since_id", "min_id"):
        value = getattr(cursor, name)
        if value is not None:
            values[name] = value
    return values


# A person's home: a range of the primary key. Fan-out and a block may cross, so what the reader
# blocked or muted is looked at here again.
@statement
def _home(bounds: Shape) -> sa.Select[Any]:
    h, original = home_entries.c, statuses.alias("original")
    query = (
        sa.select(h.status_id)
        .join_from(home_entries, statuses, s.id == h.status_id)
        .outerjoin(original, original.c.id == s.reblog_of_id)
        .where(
            h.account_id == p("viewer"),
            ~unwanted(s.account_id),
            sa.or_(original.c.id.is_(None), ~unwanted(original.c.account_id)),
        )
    )
    return bounded(query, h.status_id, bounds)


def _silenced() -> sa.ColumnElement[bool]:
    """Whether the author is limited, so that only followers meet the posts."""
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(accounts)
        .where(
            accounts.c.id == s.account_id,
            sa.or_(accounts.c.silenced_at.is_not(None), accounts.c.suspended_at.is_not(None)),
        )
    )


def _public_rows() -> "sa.Select[Any]":
    """Public posts that are nobody's boost and not an answer to somebody else."""
    return sa.select(s.id).where(
        s.visibility == sa.literal_column("'public'"),
        s.reblog_of_id.is_(None),
        sa.or_(s.in_reply_to_id.is_(None), s.in_reply_to_account_id == s.account_id),
        ~_silenced(),
    )


def _with_media(query: "sa.Select[Any]") -> "sa.Select[Any]":
    has = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(media_attachments)
        .where(media_attachments.c.status_id == s.id)
    )
    return query.where(has)


# The public timeline: the partial indexes on id.
@statement
def _public(
    bounds: Shape, kind: Eyes, local: bool, remote: bool, only_media: bool
) -> sa.Select[Any]:
    query = _public_rows()
    if local:
        query = query.where(s.local == sa.literal_column("1"))
    if remote:
        query = query.where(s.local == sa.literal_column("0"))
    if only_media:
        query = _with_media(query)
    if kind is Eyes.ANYBODY:
        query = query.where(s.local_only == 0)
    else:
        query = query.where(~unwanted(s.account_id))
    return bounded(query, s.id, bounds)


# A hashtag timeline: for each tag of `any` a range of (tag_id, status_id), merged.
@statement
def _tagged(
    bounds: Shape, kind: Eyes, tag_count: int, both: int, none: bool,
    local: bool, remote: bool, only_media: bool,
) -> sa.Select[Any]:  # fmt: skip
    def one(n: int) -> "sa.Select[Any]":
        query = (
            sa.select(s.id)
            .join_from(status_tags, statuses, s.id == status_tags.c.status_id)
            .where(
                status_tags.c.tag_id == p(f"any{n}", sa.BigInteger),
                s.visibility == sa.literal_column("'public'"),
                ~_silenced(),
            )
        )
        for m in range(both):
            query = query.where(_has_tag(status_tags.alias(), p(f"all{m}", sa.BigInteger)))
        if none:
            other = status_tags.alias()
            query = query.where(
                ~sa.exists(
                    sa.select(sa.literal_column("1"))
                    .select_from(other)
                    .where(other.c.status_id == s.id, among(other.c.tag_id, "none"))
                )
            )
        if local:
            query = query.where(s.local == 1)
        if remote:
            query = query.where(s.local == 0)
        if only_media:
            query = _with_media(query)
        query = query.where(visible_to(kind))
        if kind is not Eyes.ANYBODY:
            query = query.where(~unwanted(s.account_id))
        return bounded(query, status_tags.c.status_id, bounds)

    if tag_count == 1:
        return one(0)
    merged = sa.union(*(sa.select(one(n).subquery()) for n in range(tag_count))).subquery()
    return bounded(sa.select(merged.c.id), merged.c.id, bounds)


def _has_tag(table: Any, tag: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(table)
        .where(table.c.status_id == s.id, table.c.tag_id == tag)
    )


# An account's statuses: a range of (account_id, id).
@statement
def _of_account(
    bounds: Shape, kind: Eyes, only_media: bool, no_replies: bool, no_reblogs: bool, tagged: bool
) -> sa.Select[Any]:
    query = sa.select(s.id).where(s.account_id == p("account_id"), visible_to(kind))
    if kind is Eyes.ANYBODY:
        # strangers get no direct or private posts, whatever else changes
        query = query.where(s.visibility.in_(("public", "unlisted")))
    if only_media:
        query = _with_media(query)
    if no_replies:
        query = query.where(
            sa.or_(
                sa.and_(s.in_reply_to_id.is_(None), s.in_reply_to_uri.is_(None)),
                s.in_reply_to_account_id == s.account_id,
            )
        )
    if no_reblogs:
        query = query.where(s.reblog_of_id.is_(None))
    if tagged:
        query = query.where(_has_tag(status_tags.alias(), p("tag", sa.BigInteger)))
    return bounded(query, s.id, bounds)


@statement
def _pinned(kind: Eyes) -> sa.Select[Any]:
    return (
        sa.select(s.id)
        .join_from(pins, statuses, s.id == pins.c.status_id)
        .where(pins.c.account_id == p("account_id"), visible_to(kind))
        .order_by(pins.c.id.desc())
    )


@statement
def _tag_ids() -> sa.Select[Any]:
    return sa.select(tags.c.id, tags.c.name).where(among(tags.c.name, "names"))


@statement
def _enter() -> sa.sql.dml.Insert:
    return (
        insert(home_entries)
        .values(account_id=p("account_id"), status_id=p("status_id"))
        .on_conflict_do_nothing()
    )


# Homes that a new status reaches: the author's local followers (by the index on target_id), and
# for public posts those who follow one of its hashtags. A reply enters homes only where both ends
# are followed; nobody gets what they blocked or muted, nor what they may not see.
@statement
def _readers(with_tags: bool, boost: bool, reply: bool) -> sa.Select[Any]:
    f = follows.c
    followers = sa.select(f.account_id.label("reader")).where(f.target_id == p("author"))
    if boost:
        followers = followers.where(f.show_reblogs == 1)
    if reply:
        other = follows.alias("other")
        followers = followers.where(
            sa.or_(
                f.account_id == p("parent", sa.BigInteger),
                _is_there(
                    other,
                    other.c.account_id == f.account_id,
                    other.c.target_id == p("parent", sa.BigInteger),
                ),
            )
        )
    found: Any = followers
    if with_tags:
        tagged = (
            sa.select(tag_follows.c.account_id.label("reader"))
            .join_from(status_tags, tag_follows, tag_follows.c.tag_id == status_tags.c.tag_id)
            .where(status_tags.c.status_id == p("status_id"))
        )
        found = sa.union(followers, tagged)
    reader = found.subquery()
    authors = [p("author", sa.BigInteger)]
    if boost:
        authors.append(p("original", sa.BigInteger))
    query = (
        sa.select(reader.c.reader)
        .join_from(reader, accounts, accounts.c.id == reader.c.reader)
        .where(
            accounts.c.domain == "",
            accounts.c.suspended_at.is_(None),
            reader.c.reader != p("author", sa.BigInteger),
            ~_kept_apart(reader.c.reader, p("author", sa.BigInteger)),
        )
    )
    for author in authors:
        blocked = sa.or_(
            sa.and_(blocks.c.account_id == reader.c.reader, blocks.c.target_id == author),
            sa.and_(blocks.c.target_id == reader.c.reader, blocks.c.account_id == author),
        )
        muted = sa.and_(
            mutes.c.account_id == reader.c.reader,
            mutes.c.target_id == author,
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now", sa.BigInteger)),
        )
        query = query.where(
            ~_is_there(blocks, blocked),
            ~_is_there(mutes, muted),
            ~of_blocked_domain(reader.c.reader, author),
        )
    return query


def _is_there(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal_column("1")).select_from(table).where(*conditions))


def _kept_apart(reader: Any, author: Any) -> sa.ColumnElement[bool]:
    """Whether the reader has `author` in a list that is read instead of the home."""
    m = list_members.c
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .join_from(list_members, lists, lists.c.id == m.list_id)
        .where(m.account_id == author, lists.c.account_id == reader, lists.c.exclusive == 1)
    )


# A new follow: the last posts of the followed account enter the follower's home, unless these
# are read in a list alone.
@statement
def _backfill() -> sa.Select[Any]:
    return (
        sa.select(s.id)
        .where(
            s.account_id == p("target_id"),
            ~_kept_apart(p("account_id", sa.BigInteger), p("target_id", sa.BigInteger)),
            s.visibility.in_((Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE)),
        )
        .order_by(s.id.desc())
        .limit(BACKFILL)
    )


# An unfollow or a block: what came from that account, and boosts of it, leave the home.
@statement
def _purge() -> sa.sql.dml.Delete:
    h = home_entries.c
    theirs = sa.select(s.id).where(s.account_id == p("target_id"), s.id == h.status_id)
    return sa.delete(home_entries).where(h.account_id == p("account_id"), sa.exists(theirs))


@statement
def _purge_boosts() -> sa.sql.dml.Delete:
    h = home_entries.c
    original = statuses.alias("original")
    boosts = (
        sa.select(s.id)
        .join_from(statuses, original, original.c.id == s.reblog_of_id)
        .where(original.c.account_id == p("target_id"), s.id == h.status_id)
    )
    return sa.delete(home_entries).where(h.account_id == p("account_id"), sa.exists(boosts))


def home(account_id: int, cursor: Cursor, now: int) -> Call:
    """Ids of a page; hand it to `hydrate.page`, as the others below."""
    return _home(shape(cursor))(viewer=account_id, now=now, **bounds_of(cursor))


def public(
    viewer: Viewer, cursor: Cursor, *, local: bool, remote: bool, only_media: bool, now: int
) -> Call:
    kind = eyes(viewer)
    who = {} if kind is Eyes.ANYBODY else {"viewer": viewer_id(viewer), "now": now}
    query = _public(shape(cursor), kind, local, remote, only_media)
    return query(**who, **bounds_of(cursor))


def tagged(
    viewer: Viewer, cursor: Cursor, *, any_: Sequence[int], all_: Sequence[int],
    none: Sequence[int], local: bool, remote: bool, only_media: bool, now: int,
) -> Call:  # fmt: skip
    """Statuses with one of `any_`, each of `all_` and none of `none` (tag ids)."""
    kind = eyes(viewer)
    query = _tagged(
        shape(cursor), kind, len(any_), len(all_), bool(none), local, remote, only_media
    )
    values: dict[str, Any] = bounds_of(cursor)
    values |= {f"any{n}": tag for n, tag in enumerate(any_)}
    values |= {f"all{n}": tag for n, tag in enumerate(all_)}
    if none:
        values["none"] = list(none)
    if kind is not Eyes.ANYBODY:
        values |= {"viewer": viewer_id(viewer), "now": now}
    return query(**values)


def of_account(
    viewer: Viewer, account_id: int, cursor: Cursor, *, only_media: bool = False,
    no_replies: bool = False, no_reblogs: bool = False, tag_id: int | None = None,
) -> Call:  # fmt: skip
    query = _of_account(
        shape(cursor), eyes(viewer), only_media, no_replies, no_reblogs, tag_id is not None
    )
    values: dict[str, Any] = bounds_of(cursor)
    values |= {"account_id": account_id, "viewer": viewer_id(viewer)}
    if tag_id is not None:
        values["tag"] = tag_id
    return query(**values)


async def pinned(tx: Tx, viewer: Viewer, account_id: int) -> list[int]:
    query = _pinned(eyes(viewer))
    rows = await tx.all(query, account_id=account_id, viewer=viewer_id(viewer))
    return [row[0] for row in rows]


async def tag_ids(tx: Tx, names: Sequence[str]) -> dict[str, int]:
    """Ids of the hashtags (folded names) that exist."""
    rows = await tx.all(_tag_ids(), names=list(names))
    return {row[1]: row[0] for row in rows}


async def readers(
    tx: Tx, status: Status, original: Status | None, *, with_tags: bool, now: int
) -> list[int]:
    """Local accounts whose home a new status belongs in; `original` is what it boosts."""
    parent = status.in_reply_to_account_id
    reply = parent is not None and parent != status.account_id
    values: dict[str, Any] = {"author": status.account_id, "now": now}
    if with_tags:
        values["status_id"] = status.id
    if reply:
        values["parent"] = parent
    if original is not None:
        values["original"] = original.account_id
    rows = await tx.all(_readers(with_tags, original is not None, reply), **values)
    return [row[0] for row in rows]


# Followers who asked to hear of every post, by the index on target_id.
@statement
def _bells() -> sa.Select[Any]:
    f = follows.c
    return (
        sa.select(f.account_id)
        .join_from(follows, accounts, accounts.c.id == f.account_id)
        .where(f.target_id == p("author"), f.notify == 1, accounts.c.domain == "")
    )


async def bells(tx: Tx, author: int) -> list[int]:
    return [row[0] for row in await tx.all(_bells(), author=author)]


async def enter_homes(tx: Tx, account_ids: Sequence[int], status_id: int) -> None:
    await tx.many(
        _enter(), [{"account_id": reader, "status_id": status_id} for reader in account_ids]
    )


async def backfill_home(tx: Tx, account_id: int, target_id: int) -> None:
    """After a follow."""
    rows = await tx.all(_backfill(), account_id=account_id, target_id=target_id)
    await tx.many(_enter(), [{"account_id": account_id, "status_id": row[0]} for row in rows])


async def purge_home(tx: Tx, account_id: int, target_id: int, *, boosts: bool) -> None:
    """After an unfollow; `boosts` after a block or a mute, too."""
    await tx.run(_purge(), account_id=account_id, target_id=target_id)
    if boosts:
        await tx.run(_purge_boosts(), account_id=account_id, target_id=target_id)
