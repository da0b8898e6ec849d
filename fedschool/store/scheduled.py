"""Posts that wait for their time, and the uploads they keep meanwhile."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.scheduled import Params, Scheduled
from fedschool.model.status import Attachment
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import media as media_store
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_statuses import scheduled_media, scheduled_statuses
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

c = scheduled_statuses.c
h = scheduled_media.c
m = media_attachments.c
_NAMES = ("id", "account_id", "scheduled_at", "params", "application_id", "key", "created_at")
_COLUMNS: list[sa.ColumnElement[Any]] = [c[name] for name in _NAMES]


@statement
def _insert() -> sa.sql.base.Executable:
    return (
        insert(scheduled_statuses)
        .values({name: p(name) for name in _NAMES})
        .on_conflict_do_nothing()
        .returning(c.id)
    )


# A person's waiting posts: a range of (account_id, id).
@statement
def _page(bounds: Shape) -> sa.Select[Any]:
    return bounded(sa.select(*_COLUMNS).where(c.account_id == p("account_id")), c.id, bounds)


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(c.id == p("id"))


@statement
def _by_key() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(c.account_id == p("account_id"), c.key == p("key"))


# A key may be used again after its time.
@statement
def _free_key() -> sa.sql.dml.Update:
    return (
        sa.update(scheduled_statuses)
        .where(c.account_id == p("account_id"), c.key == p("key"), c.created_at <= p("horizon"))
        .values(key=sa.null())
    )


@statement
def _move() -> sa.sql.dml.Update:
    return (
        sa.update(scheduled_statuses).where(c.id == p("id")).values(scheduled_at=p("scheduled_at"))
    )


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(scheduled_statuses).where(c.id == p("id"))


# Only what still waits for that moment; whoever takes it posts it.
@statement
def _take() -> sa.sql.dml.Delete:
    return sa.delete(scheduled_statuses).where(c.id == p("id"), c.scheduled_at == p("scheduled_at"))


# How many wait, and how many of them for one day, by the index on (account_id, scheduled_at).
@statement
def _count() -> sa.Select[Any]:
    on_day = sa.and_(
        c.scheduled_at >= p("day", sa.BigInteger), c.scheduled_at < p("next_day", sa.BigInteger)
    )
    return sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((on_day, 1), else_=0)), 0)
    ).where(c.account_id == p("account_id"), c.id != p("but", sa.BigInteger))


# One of the author's own uploads that no post has, nor will have; primary keys are the guard.
@statement
def _keep() -> sa.sql.base.Executable:
    row = sa.select(m.id, p("scheduled_id", sa.BigInteger), p("position", sa.Integer)).where(
        m.id == p("media_id"), m.account_id == p("account_id"), m.status_id.is_(None)
    )
    return (
        insert(scheduled_media)
        .from_select(["media_id", "scheduled_id", "position"], row)
        .on_conflict_do_nothing()
    )


@statement
def _kept() -> sa.Select[Any]:
    return (
        sa.select(h.scheduled_id, *media_store.COLUMNS)
        .join_from(scheduled_media, media_attachments, m.id == h.media_id)
        .where(among(h.scheduled_id, "ids"))
        .order_by(h.scheduled_id, h.position)
    )


# Given up: the author has a day to use the uploads in another post.
@statement
def _release() -> sa.sql.dml.Update:
    kept = sa.select(h.media_id).where(h.scheduled_id == p("id"))
    return sa.update(media_attachments).where(m.id.in_(kept)).values(created_at=p("now"))


async def insert_new(tx: Tx, item: Scheduled) -> bool:
    """False when the author's key already made one."""
    values = {
        "id": item.id,
        "account_id": item.account_id,
        "scheduled_at": item.scheduled_at,
        "params": msgspec.json.encode(item.params).decode(),
        "application_id": item.application_id,
        "key": item.key,
        "created_at": item.created_at,
    }
    return await tx.value(_insert(), **values) is not None


async def keep(tx: Tx, item: Scheduled) -> bool:
    """Keeps the uploads for the post; False if one is not the author's to use."""
    for position, media_id in enumerate(item.params.media_ids):
        if not await tx.run(
            _keep(),
            media_id=media_id,
            account_id=item.account_id,
            scheduled_id=item.id,
            position=position,
        ):
            return False
    return True


async def page(tx: Tx, account_id: int, cursor: Cursor) -> list[Scheduled]:
    """Newest first, with their uploads: two statements whatever the number."""
    rows = list(await tx.all(_page(shape(cursor)), **bounds_of(cursor), account_id=account_id))
    return await _whole(tx, rows[::-1] if cursor.min_id is not None else rows)


async def one(tx: Tx, scheduled_id: int) -> Scheduled | None:
    """Whosever it is."""
    found = await _whole(tx, await tx.all(_one(), id=scheduled_id))
    return found[0] if found else None


async def by_key(tx: Tx, account_id: int, key: str, horizon: int) -> Scheduled | None:
    """What the key made after `horizon` (ms)."""
    found = await _whole(tx, await tx.all(_by_key(), account_id=account_id, key=key))
    return found[0] if found and found[0].created_at > horizon else None


async def free_key(tx: Tx, account_id: int, key: str, horizon: int) -> None:
    """Lets a key that was used until `horizon` (ms) be used again."""
    await tx.run(_free_key(), account_id=account_id, key=key, horizon=horizon)


async def move(tx: Tx, scheduled_id: int, scheduled_at: int) -> None:
    await tx.run(_move(), id=scheduled_id, scheduled_at=scheduled_at)


async def cancel(tx: Tx, scheduled_id: int, now: int) -> None:
    await tx.run(_release(), id=scheduled_id, now=now)
    await tx.run(_delete(), id=scheduled_id)


async def take(tx: Tx, scheduled_id: int, scheduled_at: int) -> bool:
    """Removes what waits for this moment, in the transaction that posts it; False when it is
    gone or was put off."""
    return await tx.run(_take(), id=scheduled_id, scheduled_at=scheduled_at) > 0


async def count(
    tx: Tx, account_id: int, *, day: int, next_day: int, but: int = 0
) -> tuple[int, int]:
    """How many wait, and how many from `day` to `next_day` (ms), not counting the id `but`."""
    row = await tx.one(_count(), account_id=account_id, day=day, next_day=next_day, but=but)
    assert row is not None
    return row[0], int(row[1])


async def _whole(tx: Tx, rows: Sequence[Row]) -> list[Scheduled]:
    if not rows:
        return []
    kept: dict[int, list[Attachment]] = {}
    for row in await tx.all(_kept(), ids=[row[0] for row in rows]):
        kept.setdefault(row[0], []).append(media_store.attachment(tuple(row)[1:]))
    return [
        Scheduled(
            id=row[0],
            account_id=row[1],
            scheduled_at=row[2],
            params=msgspec.json.decode(row[3], type=Params),
            application_id=row[4],
            key=row[5],
            created_at=row[6],
            attachments=tuple(kept.get(row[0], ())),
        )
        for row in rows
    ]
