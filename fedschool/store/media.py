"""Attachments: uploaded here, or claimed by a remote status."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.model.status import NO_DETAILS, Attachment, MediaDetails, MediaState
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.base import changed
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_statuses import scheduled_media, statuses

m = media_attachments.c
COLUMNS: list[sa.ColumnElement[Any]] = [
    m.id, m.account_id, m.status_id, m.kind, m.mime_type, m.key, m.preview_key, m.remote_url,
    m.description, m.blurhash, m.width, m.height, m.preview_width, m.preview_height, m.focus_x,
    m.focus_y, m.size, m.created_at, m.state, m.details, m.preview_remote_url, m.source_key,
]  # fmt: skip
RETIRED = -1
_NAMES = [column.name for column in media_attachments.columns]
_MADE = (
    "kind", "mime_type", "key", "preview_key", "blurhash", "width", "height", "preview_width",
    "preview_height", "size", "state", "details", "source_key",
)  # fmt: skip
_STATES = {state.value: state for state in MediaState}
_details = msgspec.json.Decoder(MediaDetails)


def attachment(row: Row) -> Attachment:
    """A row of COLUMNS as an Attachment."""
    (
        id_, account_id, status_id, kind, mime_type, key, preview_key, remote_url, description,
        blurhash, width, height, preview_width, preview_height, focus_x, focus_y, size, created_at,
        state, details, preview_remote_url, source_key,
    ) = row  # fmt: skip
    return Attachment(
        id=id_,
        account_id=account_id,
        status_id=status_id,
        kind=kind,
        mime_type=mime_type,
        key=key,
        preview_key=preview_key,
        remote_url=remote_url,
        description=description,
        blurhash=blurhash,
        width=width,
        height=height,
        preview_width=preview_width,
        preview_height=preview_height,
        focus_x=focus_x,
        focus_y=focus_y,
        size=size,
        created_at=created_at,
        state=_STATES[state],
        details=NO_DETAILS if details == "{}" else _details.decode(details),
        preview_remote_url=preview_remote_url,
        source_key=source_key,
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    return sa.insert(media_attachments).values({name: p(name) for name in _NAMES})


@statement
def _by_ids() -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(among(m.id, "ids"))


@statement
def _of_status() -> sa.Select[Any]:
    return (
        sa.select(*COLUMNS)
        .where(m.status_id == p("status_id"), m.position > RETIRED)
        .order_by(m.position)
    )


@statement
def _describe() -> sa.sql.dml.Update:
    return (
        sa.update(media_attachments)
        .where(m.id == p("id"))
        .values(description=p("description"), focus_x=p("focus_x"), focus_y=p("focus_y"))
    )


# What the work on a file changes, while it is under way.
@statement
def _finish() -> sa.sql.dml.Update:
    return (
        sa.update(media_attachments)
        .where(m.id == p("id"), m.state == MediaState.PROCESSING.value)
        .values({name: p(name) for name in _MADE})
    )


@statement
def _show_preview() -> sa.sql.dml.Update:
    names = ("preview_key", "preview_width", "preview_height", "blurhash", "details")
    return (
        sa.update(media_attachments)
        .where(m.id == p("id"), m.status_id.is_(None))
        .values({name: p(name) for name in names})
    )


def _waits() -> sa.ColumnElement[bool]:
    """Whether the upload is kept for a scheduled post: by primary key."""
    kept = scheduled_media.c.media_id
    return sa.exists(sa.select(kept).where(kept == m.id))


# Claims uploads for a status; the account, that the file is ready, the empty status_id and that
# no scheduled post waits for it are the guard.
@statement
def _attach() -> sa.sql.dml.Update:
    return (
        sa.update(media_attachments)
        .where(
            m.id == p("id"),
            m.account_id == p("account_id"),
            m.state == MediaState.READY.value,
            sa.or_(m.status_id.is_(None), m.status_id == p("status_id")),
            ~_waits(),
        )
        .values(status_id=p("status_id"), position=p("position"))
    )


@statement
def _detach() -> sa.sql.dml.Update:
    return (
        sa.update(media_attachments)
        .where(m.status_id == p("status_id"))
        .values(status_id=sa.null(), created_at=p("now"))
    )


# Not shown any more, but part of the status' history: a place below zero.
@statement
def _retire() -> sa.sql.dml.Update:
    return (
        sa.update(media_attachments).where(m.status_id == p("status_id")).values(position=RETIRED)
    )


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(media_attachments).where(m.id == p("id"), m.status_id.is_(None), ~_waits())


# Uploads outside any status, by the index on (status_id, position).
@statement
def _abandoned() -> sa.Select[Any]:
    return (
        sa.select(*COLUMNS)
        .where(m.status_id.is_(None), m.created_at < p("before"), ~_waits())
        .limit(p("limit", sa.Integer))
    )


# One person's uploads outside any status, likewise.
@statement
def _count_waiting() -> sa.Select[Any]:
    return (
        sa.select(sa.func.count())
        .select_from(media_attachments)
        .where(m.status_id.is_(None), m.account_id == p("account_id", sa.BigInteger), ~_waits())
    )


@statement
def _delete_of_status() -> sa.sql.dml.Delete:
    return sa.delete(media_attachments).where(m.status_id == p("status_id"))


async def insert(tx: Tx, items: Sequence[Attachment]) -> None:
    """Writes attachments, their place in the status being their place in `items`."""
    rows = [{**_row(item), "position": n} for n, item in enumerate(items)]
    await tx.many(_insert(), rows)


def _row(item: Attachment) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(item),
        "state": item.state.value,
        "details": msgspec.json.encode(item.details).decode(),
    }


async def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Attachment]:
    return {row[0]: attachment(row) for row in await tx.all(_by_ids(), ids=list(ids))}


async def of_status(tx: Tx, status_id: int) -> list[Attachment]:
    return [attachment(row) for row in await tx.all(_of_status(), status_id=status_id)]


@statement
def _touch() -> sa.sql.dml.Update:
    return changed(statuses).where(statuses.c.id == p("id"))


async def describe(tx: Tx, item: Attachment) -> None:
    """Writes alt text and focus."""
    if item.status_id is not None:
        await tx.run(_touch(), id=item.status_id)
    await tx.run(
        _describe(),
        id=item.id,
        description=item.description,
        focus_x=item.focus_x,
        focus_y=item.focus_y,
    )


async def finish(tx: Tx, item: Attachment) -> bool:
    """Writes what the work made of an upload; False when it is gone or somebody else was faster."""
    row = _row(item)
    return await tx.run(_finish(), id=item.id, **{name: row[name] for name in _MADE}) > 0


async def show_preview(tx: Tx, item: Attachment) -> None:
    """Another preview picture for an upload that is not posted."""
    await tx.run(
        _show_preview(),
        id=item.id,
        preview_key=item.preview_key,
        preview_width=item.preview_width,
        preview_height=item.preview_height,
        blurhash=item.blurhash,
        details=msgspec.json.encode(item.details).decode(),
    )


async def attach(tx: Tx, status_id: int, account_id: int, ids: Sequence[int]) -> bool:
    """Puts the author's own unattached uploads into the status, in order; False if one is not."""
    for position, media_id in enumerate(ids):
        if not await tx.run(
            _attach(), id=media_id, account_id=account_id, status_id=status_id, position=position
        ):
            return False
    return True


async def detach(tx: Tx, status_id: int, now: int) -> None:
    """The status goes; its author has a day to use the uploads in another one."""
    await tx.run(_detach(), status_id=status_id, now=now)


async def retire(tx: Tx, status_id: int) -> None:
    """Before an edit attaches what it keeps: the rest stays for the history alone."""
    await tx.run(_retire(), status_id=status_id)


async def delete(tx: Tx, media_id: int) -> bool:
    """False when it is already part of a status, or will be."""
    return await tx.run(_delete(), id=media_id) > 0


async def abandoned(tx: Tx, *, before: int, limit: int) -> list[Attachment]:
    """Uploads older than `before` (ms) that belong to no status, posted or scheduled."""
    return [attachment(row) for row in await tx.all(_abandoned(), before=before, limit=limit)]


async def count_waiting(tx: Tx, account_id: int) -> int:
    """How many uploads of a person belong to no status, posted or scheduled."""
    found: int = await tx.value(_count_waiting(), account_id=account_id)
    return found


async def delete_of_status(tx: Tx, status_id: int) -> None:
    await tx.run(_delete_of_status(), status_id=status_id)
