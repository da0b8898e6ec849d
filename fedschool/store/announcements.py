"""Announcements, who put them away, and reactions to them."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.announcement import Announcement, AnnouncementView, Reaction
from fedschool.model.emoji import Emoji
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.tables_announcements import (
    announcement_dismissals,
    announcement_reactions,
    announcements,
)
from fedschool.store.tables_media import emojis
from fedschool.store.tables_statuses import statuses
from fedschool.store.visibility import Eyes, visible_to

a = announcements.c
d = announcement_dismissals.c
r = announcement_reactions.c
e = emojis.c
_COLUMNS = [
    a.id, a.text, a.content, a.starts_at, a.ends_at, a.all_day, a.published_at, a.updated_at,
    a.account_ids, a.tags, a.status_ids,
]  # fmt: skip
_EMOJI = [e.shortcode, e.id, e.key, e.static_key]
_SHORTCODE = re.compile(r":([A-Za-z0-9_]{2,64}):")
_ids = msgspec.json.Decoder(tuple[int, ...])
_names = msgspec.json.Decoder(tuple[str, ...])


def _shown() -> sa.ColumnElement[bool]:
    """Whether it is told now."""
    now = p("now", sa.BigInteger)
    return sa.and_(a.published_at <= now, sa.or_(a.ends_at.is_(None), a.ends_at > now))


def _dismissed() -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(announcement_dismissals)
        .where(d.account_id == p("viewer", sa.BigInteger), d.announcement_id == a.id)
    )


# The announcements of the day: they are few, no index is needed.
@statement
def _current(with_dismissed: bool) -> sa.Select[Any]:
    read = sa.case((_dismissed(), sa.literal_column("1")), else_=sa.literal_column("0"))
    query = sa.select(*_COLUMNS, read).where(_shown())
    if not with_dismissed:
        query = query.where(~_dismissed())
    return query.order_by(sa.func.coalesce(a.starts_at, a.published_at), a.id)


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(a.id == p("id"), _shown())


@statement
def _all() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).order_by(a.id)


@statement
def _insert() -> sa.sql.dml.Insert:
    names = [column.name for column in _COLUMNS]
    return sa.insert(announcements).values({name: p(name) for name in names})


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(announcements).where(a.id == p("id"))


@statement
def _dismiss() -> sa.sql.base.Executable:
    names = ("account_id", "announcement_id", "created_at")
    new = insert(announcement_dismissals).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


# How often each emoji was chosen, the first chosen first, by the unique index; with the picture
# of a custom one.
@statement
def _reactions(of_one_name: bool) -> sa.Select[Any]:
    mine = sa.case((r.account_id == p("viewer", sa.BigInteger), 1), else_=0)
    query = (
        sa.select(r.announcement_id, r.name, sa.func.count(), sa.func.max(mine), *_EMOJI)
        .outerjoin_from(
            announcement_reactions,
            emojis,
            sa.and_(e.shortcode == r.name, e.domain == "", e.key.is_not(None)),
        )
        .where(among(r.announcement_id, "ids"))
    )
    if of_one_name:
        query = query.where(r.name == p("name"))
    grouped = query.group_by(r.announcement_id, r.name, *_EMOJI)
    return grouped.order_by(sa.func.min(r.id))


@statement
def _names_chosen() -> sa.Select[Any]:
    return sa.select(r.name).where(r.announcement_id == p("announcement_id")).distinct()


@statement
def _react() -> sa.sql.base.Executable:
    names = ("id", "announcement_id", "account_id", "name", "created_at")
    new = insert(announcement_reactions).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


@statement
def _unreact() -> sa.sql.dml.Delete:
    return sa.delete(announcement_reactions).where(
        r.announcement_id == p("announcement_id"),
        r.account_id == p("account_id"),
        r.name == p("name"),
    )


# Our own emojis by the unique index on (shortcode, domain).
@statement
def _emojis() -> sa.Select[Any]:
    return sa.select(*_EMOJI).where(among(e.shortcode, "names"), e.domain == "", e.key.is_not(None))


# Those of the posts that anybody may see.
@statement
def _statuses() -> sa.Select[Any]:
    s = statuses.c
    return sa.select(s.id, s.url).where(among(s.id, "ids"), visible_to(Eyes.ANYBODY))


async def current(tx: Tx, viewer: int, now: int, *, with_dismissed: bool) -> list[AnnouncementView]:
    """What is told to somebody now, the earliest first, in a fixed number of statements."""
    rows = await tx.all(_current(with_dismissed), viewer=viewer, now=now)
    return await _views(tx, rows, viewer)


async def one(tx: Tx, announcement_id: int, now: int) -> AnnouncementView | None:
    """As nobody in particular sees it; None for what is not told now."""
    row = await tx.one(_one(), id=announcement_id, now=now)
    return None if row is None else (await _views(tx, [row], None))[0]


async def is_shown(tx: Tx, announcement_id: int, now: int) -> bool:
    return await tx.one(_one(), id=announcement_id, now=now) is not None


async def everything(tx: Tx) -> list[Announcement]:
    """Also what is over, the oldest first."""
    return [_announcement(row) for row in await tx.all(_all())]


async def insert_new(tx: Tx, item: Announcement) -> None:
    values = msgspec.structs.asdict(item) | {"all_day": int(item.all_day)}
    for name in ("account_ids", "tags", "status_ids"):
        values[name] = msgspec.json.encode(values[name]).decode()
    await tx.run(_insert(), **values)


async def delete(tx: Tx, announcement_id: int) -> bool:
    return await tx.run(_delete(), id=announcement_id) > 0


async def dismiss(tx: Tx, account_id: int, announcement_id: int, now: int) -> None:
    await tx.run(_dismiss(), account_id=account_id, announcement_id=announcement_id, created_at=now)


async def reaction(tx: Tx, announcement_id: int, name: str) -> Reaction:
    """How often an emoji was chosen, as nobody in particular sees it."""
    rows = await tx.all(_reactions(True), ids=[announcement_id], name=name, viewer=0)
    return _reaction(rows[0], None) if rows else Reaction(name=name, count=0)


async def names(tx: Tx, announcement_id: int) -> set[str]:
    """The emojis that were chosen."""
    return {row[0] for row in await tx.all(_names_chosen(), announcement_id=announcement_id)}


async def is_custom(tx: Tx, name: str) -> bool:
    """Whether we have an emoji of that shortcode."""
    return bool(await tx.all(_emojis(), names=[name]))


async def react(
    tx: Tx, *, row_id: int, announcement_id: int, account_id: int, name: str, now: int
) -> bool:
    """False when the person chose it before."""
    added = await tx.run(
        _react(),
        id=row_id,
        announcement_id=announcement_id,
        account_id=account_id,
        name=name,
        created_at=now,
    )
    return added > 0


async def unreact(tx: Tx, announcement_id: int, account_id: int, name: str) -> bool:
    removed = await tx.run(
        _unreact(), announcement_id=announcement_id, account_id=account_id, name=name
    )
    return removed > 0


async def _views(tx: Tx, rows: Sequence[Row], viewer: int | None) -> list[AnnouncementView]:
    items = [_announcement(row) for row in rows]
    if not items:
        return []
    named = {item.id: _SHORTCODE.findall(item.text) for item in items}
    chosen, people, posts, pictures = await tx.batch(
        [
            _reactions(False)(ids=[item.id for item in items], viewer=viewer or 0),
            accounts_store.by_ids_call([x for item in items for x in item.account_ids]),
            _statuses()(ids=[x for item in items for x in item.status_ids]),
            _emojis()(names=sorted({name for found in named.values() for name in found})),
        ]
    )
    reactions: defaultdict[int, list[Reaction]] = defaultdict(list)
    for row in chosen:
        reactions[row[0]].append(_reaction(row, viewer))
    accounts = {row[0]: accounts_store.account(row) for row in people}
    urls = {row[0]: row[1] for row in posts}
    known = {row[0]: _emoji(row) for row in pictures}
    return [
        AnnouncementView(
            announcement=item,
            accounts=tuple(accounts[x] for x in item.account_ids if x in accounts),
            statuses=tuple((x, urls[x]) for x in item.status_ids if x in urls),
            emojis=tuple(known[x] for x in dict.fromkeys(named[item.id]) if x in known),
            reactions=tuple(reactions[item.id]),
            read=None if viewer is None else bool(row[-1]),
        )
        for item, row in zip(items, rows, strict=True)
    ]


def _announcement(row: Row) -> Announcement:
    values = {column.name: value for column, value in zip(_COLUMNS, row, strict=False)}
    values["all_day"] = bool(values["all_day"])
    values["account_ids"] = _ids.decode(values["account_ids"])
    values["tags"] = _names.decode(values["tags"])
    values["status_ids"] = _ids.decode(values["status_ids"])
    return Announcement(**values)


def _reaction(row: Row, viewer: int | None) -> Reaction:
    _, name, count, mine, *picture = row
    return Reaction(
        name=name,
        count=count,
        me=None if viewer is None else bool(mine),
        emoji=None if picture[0] is None else _emoji(picture),
    )


def _emoji(row: Row) -> Emoji:
    shortcode, id_, key, static_key = row
    return Emoji(shortcode=shortcode, id=id_, key=key, static_key=static_key)
