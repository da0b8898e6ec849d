"""What a person follows besides people: hashtags, and how much these are used."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.timeline import Cursor, Page, TagView
from fedschool.model.trend import TrendKind
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import uses
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_statuses import status_tags, statuses, tags
from fedschool.store.tables_timelines import featured_tags, home_entries, tag_follows
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import Eyes, eyes, viewer_id, visible_to

t = tags.c
f = tag_follows.c


def _as_flag(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, sa.literal_column("1")), else_=sa.literal_column("0"))


def featuring() -> sa.ColumnElement[int]:
    """Whether `account_id` shows the hashtag on the profile."""
    mine = featured_tags.c
    shown = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(featured_tags)
        .where(mine.account_id == p("account_id", sa.BigInteger), mine.tag_id == t.id)
    )
    return _as_flag(shown)


# A hashtag by its unique folded name, and whether somebody follows and features it.
@statement
def _by_name() -> sa.Select[Any]:
    following = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(tag_follows)
        .where(f.account_id == p("account_id", sa.BigInteger), f.tag_id == t.id)
    )
    return sa.select(t.id, t.name, t.display, _as_flag(following), featuring()).where(
        t.name == p("name")
    )


@statement
def _insert_tag() -> sa.sql.dml.Insert:
    names = ("id", "name", "display", "created_at")
    return insert(tags).values({name: p(name) for name in names}).on_conflict_do_nothing()


@statement
def _follow() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "tag_id", "created_at")
    return insert(tag_follows).values({name: p(name) for name in names}).on_conflict_do_nothing()


@statement
def _count_followed() -> sa.Select[Any]:
    return (
        sa.select(sa.func.count()).select_from(tag_follows).where(f.account_id == p("account_id"))
    )


@statement
def _unfollow() -> sa.sql.dml.Delete:
    return sa.delete(tag_follows).where(f.account_id == p("account_id"), f.tag_id == p("tag_id"))


# What was in a home for this hashtag alone: not its owner's, nor by somebody who is followed,
# nor under another hashtag that is.
@statement
def _purge_home() -> sa.sql.dml.Delete:
    h, s = home_entries.c, statuses.c
    me = p("account_id", sa.BigInteger)
    other = status_tags.alias("other")
    tagged = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(status_tags)
        .where(status_tags.c.tag_id == p("tag_id"), status_tags.c.status_id == h.status_id)
    )
    wanted = sa.exists(
        sa.select(sa.literal_column("1"))
        .join_from(other, tag_follows, f.tag_id == other.c.tag_id)
        .where(other.c.status_id == h.status_id, f.account_id == me)
    )
    followed = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(follows)
        .where(follows.c.account_id == me, follows.c.target_id == s.account_id)
    )
    known = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(statuses)
        .where(s.id == h.status_id, sa.or_(s.account_id == me, followed))
    )
    return sa.delete(home_entries).where(h.account_id == me, tagged, ~wanted, ~known)


# Posts with a hashtag, by the index on tag_id, until one may be seen.
@statement
def _seen(kind: Eyes) -> sa.Select[Any]:
    return (
        sa.select(statuses.c.id)
        .join_from(status_tags, statuses, statuses.c.id == status_tags.c.status_id)
        .where(status_tags.c.tag_id == p("tag_id"), visible_to(kind))
        .limit(1)
    )


# The hashtags that a person follows, the latest first: the person's rows by the unique index.
@statement
def _followed(bounds: Shape) -> sa.Select[Any]:
    query = (
        sa.select(f.id, t.id, t.name, t.display, sa.literal_column("1"), featuring())
        .join_from(tag_follows, tags, t.id == f.tag_id)
        .where(f.account_id == p("account_id"))
    )
    return bounded(query, f.id, bounds)


# Hashtags by primary key, and whether somebody follows and features them.
@statement
def _by_ids() -> sa.Select[Any]:
    following = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(tag_follows)
        .where(f.account_id == p("account_id", sa.BigInteger), f.tag_id == t.id)
    )
    return sa.select(t.id, t.name, t.display, _as_flag(following), featuring()).where(
        among(t.id, "ids")
    )


async def tag(tx: Tx, account_id: int | None, name: str, now: int) -> TagView | None:
    """The hashtag of this folded name with its last week; None if nobody used it yet."""
    row = await tx.one(_by_name(), account_id=account_id or 0, name=name)
    if row is None:
        return None
    return (await tag_views(tx, [row], now))[0]


async def is_seen(tx: Tx, viewer: Viewer, tag_id: int) -> bool:
    """Whether the viewer may see a post that has the hashtag."""
    query = _seen(eyes(viewer))
    return await tx.one(query, tag_id=tag_id, viewer=viewer_id(viewer)) is not None


async def insert_tag(tx: Tx, *, tag_id: int, name: str, display: str, now: int) -> None:
    """Nothing happens where the name is known."""
    await tx.run(_insert_tag(), id=tag_id, name=name, display=display, created_at=now)


async def count_followed(tx: Tx, account_id: int) -> int:
    found: int = await tx.value(_count_followed(), account_id=account_id)
    return found


async def follow_tag(tx: Tx, *, follow_id: int, account_id: int, tag_id: int, now: int) -> None:
    await tx.run(_follow(), id=follow_id, account_id=account_id, tag_id=tag_id, created_at=now)


async def unfollow_tag(tx: Tx, account_id: int, tag_id: int) -> None:
    """Also takes what came for that hashtag alone out of the person's home."""
    if await tx.run(_unfollow(), account_id=account_id, tag_id=tag_id):
        await tx.run(_purge_home(), account_id=account_id, tag_id=tag_id)


async def followed_tags(tx: Tx, account_id: int, cursor: Cursor, now: int) -> Page[TagView]:
    rows = list(await tx.all(_followed(shape(cursor)), **bounds_of(cursor), account_id=account_id))
    if not rows:
        return Page([])
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    views = await tag_views(tx, [row[1:] for row in rows], now)
    return Page(views, next_id=rows[-1][0] if more else None, prev_id=rows[0][0])


async def tags_by_id(
    tx: Tx, account_id: int | None, ids: Sequence[int], now: int
) -> dict[int, TagView]:
    """Those of the hashtags that exist, with their last week."""
    rows = await tx.all(_by_ids(), account_id=account_id or 0, ids=list(ids))
    return {view.id: view for view in await tag_views(tx, rows, now)}


async def tag_views(tx: Tx, rows: Sequence[Row], now: int) -> list[TagView]:
    """Rows of (id, name, display, following, featuring) as views."""
    used = await uses.histories(tx, TrendKind.TAG, [row[0] for row in rows], now)
    return [
        TagView(
            id=row[0],
            name=row[1],
            display=row[2],
            following=bool(row[3]),
            featuring=bool(row[4]),
            history=used[row[0]],
        )
        for row in rows
    ]
