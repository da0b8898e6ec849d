"""Files that people upload for their posts: made safe, described, given up again.

Pictures are ready at once. Films and sounds are kept as they came and worked on by a job
(`movies`); meanwhile they can be described, and not posted.
"""

import asyncio
import math
import secrets
from collections.abc import Sequence

import msgspec

from fedschool.errors import FieldError, NotFound, TooManyRequests, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.status import Attachment, MediaState
from fedschool.ports.database import Tx
from fedschool.ports.images import Processed
from fedschool.ports.movies import Finished, Task, sniff
from fedschool.services import movies
from fedschool.site import Site
from fedschool.store import media
from fedschool.text.characters import tame

MAX_DESCRIPTION = 1_500
SUPPORTED_TYPES = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif",
    "video/mp4", "video/quicktime", "video/webm", "audio/mpeg", "audio/mp3", "audio/mp4",
    "audio/x-m4a", "audio/m4a", "audio/aac", "audio/ogg", "audio/opus", "audio/vorbis",
    "audio/webm", "audio/flac", "audio/x-flac", "audio/wav", "audio/x-wav", "audio/wave",
    "audio/vnd.wave", "video/ogg",
)  # fmt: skip
ABANDONED_AFTER = 24 * 3_600_000
SWEEP = 200
MAX_WAITING = 100
"""How many uploads of one person may lie here unposted."""

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_UNKNOWN = "Validation failed: File content type is invalid"
# A GIF beyond this is kept as a silent film, which is a tenth of it; a smaller one stays as it is.
SMALL_GIF = 1 << 20
# How long after an upload that is worked on at once a job looks whether that was finished.
SAFETY = 20 * 60_000
_UNFINISHED = "Cannot attach files that have not finished processing. Try again in a moment!"
_ALONE = "A video or sound stands alone in a post: attach it without other files"


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """An upload. `content_type` is what the client claims; `focus` is `x,y`, each -1 to 1."""

    data: bytes
    content_type: str = ""
    description: str | None = None
    focus: str | None = None
    thumbnail: bytes = b""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What may be changed before the file is posted; what is absent stays."""

    description: str | None = None
    focus: str | None = None
    thumbnail: bytes = b""


async def upload(site: Site, viewer: Viewer, new: NewFile, *, wait: bool = False) -> Attachment:
    """Keeps what is seen and heard of a file, under names that cannot be guessed.

    A picture is ready; a film or sound is `processing`, unless the caller `wait`s for it.
    Raises Unprocessable for what cannot be used or is too large, TooManyRequests when busy or
    when too many files wait already.
    """
    description = _description(new.description)
    focus = _focus(new.focus)
    if not new.data:
        raise _invalid("file", "ERR_BLANK", "Validation failed: File can't be blank")
    async with site.reading() as tx:
        if await media.count_waiting(tx, viewer.me) >= MAX_WAITING:
            raise TooManyRequests("There are too many files of yours that no post shows")
    task = await _film_task(new.data)
    if task is not None:
        return await _upload_film(site, viewer, new, task, description, focus, wait=wait)
    image = await _processed(site, new.data)
    item = _attachment(site, viewer, image, description, focus)
    assert item.key is not None
    assert item.preview_key is not None
    try:
        await site.media.put(item.key, image.data)
        await site.media.put(item.preview_key, image.preview)
        async with site.writing() as tx:
            await media.insert(tx, [item])
    except Exception:
        await forget_files(site, item)
        raise
    return item


def _moves(data: bytes) -> bool:
    from fedschool.ports import pixels  # noqa: PLC0415  loaded with the first picture

    return pixels.moves(data)


async def _film_task(data: bytes) -> Task | None:
    """What kind of film or sound it is; None for pictures. Raises Unprocessable for neither."""
    if data.startswith(b"GIF8"):
        large = len(data) > SMALL_GIF
        return Task.GIF if large and await asyncio.to_thread(_moves, data) else None
    task = sniff.task_of(data)
    if task is Task.HEIF or (task is None and _is_image(data)):
        return None
    if task is None:
        raise _invalid("file", "ERR_INVALID", _UNKNOWN)
    return task


async def _upload_film(
    site: Site, viewer: Viewer, new: NewFile, task: Task, description: str,
    focus: tuple[float, float], *, wait: bool,
) -> Attachment:  # fmt: skip
    most = site.movies.limits.max_bytes
    if len(new.data) > most:
        text = f"Validation failed: Videos and sound may have up to {most >> 20} MB"
        raise _invalid("file", "ERR_TOO_LONG", text)
    sounds = sniff.sounds_only(new.data, new.content_type)
    name = secrets.token_hex(16)
    item = Attachment(
        id=site.ids.next(),
        account_id=viewer.me,
        kind="gifv" if task is Task.GIF else "audio" if sounds else "video",
        description=description,
        focus_x=focus[0],
        focus_y=focus[1],
        size=len(new.data),
        created_at=site.now(),
        state=MediaState.PROCESSING,
        source_key=f"incoming/{name[:2]}/{name}",
    )
    if new.thumbnail:
        item = await _with_thumbnail(site, item, new.thumbnail)
    assert item.source_key is not None
    try:
        await site.media.put(item.source_key, new.data)
        async with site.writing() as tx:
            await media.insert(tx, [item])
            await movies.plan(tx, site, item.id, site.now() + (SAFETY if wait else 0))
    except Exception:
        await forget_files(site, item)
        raise
    if not wait:
        return item
    await movies.process(site, item.id)
    return await get(site, viewer, item.id)


async def get(site: Site, viewer: Viewer, media_id: int) -> Attachment:
    """The viewer's own upload, as long as it is not posted.

    Raises NotFound; Unprocessable when nothing could be made of it.
    """
    async with site.reading() as tx:
        return _usable(await _unposted(tx, viewer, media_id))


async def change(site: Site, viewer: Viewer, media_id: int, wanted: Change) -> Attachment:
    """Describes an upload that is not posted yet; posted ones change with their status.

    Raises NotFound, Unprocessable.
    """
    changes: dict[str, object] = {}
    if wanted.description is not None:
        changes["description"] = _description(wanted.description)
    if wanted.focus is not None:
        changes["focus_x"], changes["focus_y"] = _focus(wanted.focus)
    picture = wanted.thumbnail
    async with site.reading() as tx:
        known = _usable(await _unposted(tx, viewer, media_id))
    shown = await _with_thumbnail(site, known, picture) if picture and known.moves else None
    async with site.writing() as tx:
        before = _usable(await _unposted(tx, viewer, media_id))
        item = msgspec.structs.replace(before, **changes)
        await media.describe(tx, item)
        if shown is not None:
            item = msgspec.structs.replace(
                item,
                # the work may have ended in the meantime
                details=msgspec.structs.replace(item.details, colors=shown.details.colors),
                **{name: getattr(shown, name) for name in _PREVIEW},
            )
            await media.show_preview(tx, item)
    if shown is not None and before.preview_key is not None:
        await site.media.delete(before.preview_key)
    return item


_PREVIEW = ("preview_key", "preview_width", "preview_height", "blurhash")


async def _with_thumbnail(site: Site, item: Attachment, data: bytes) -> Attachment:
    """The item with the client's own picture as its preview."""
    image = await _processed(site, data)
    name = secrets.token_hex(16)
    key = f"local/{name[:2]}/{name}-small.{image.preview_extension}"
    await site.media.put(key, image.preview)
    return msgspec.structs.replace(
        item,
        preview_key=key,
        preview_width=image.preview_width,
        preview_height=image.preview_height,
        blurhash=image.blurhash,
        details=msgspec.structs.replace(item.details, colors=image.colors),
    )


def _usable(item: Attachment) -> Attachment:
    if item.state is MediaState.FAILED:
        raise Unprocessable(item.details.failure or movies.FAILED)
    return item


async def require_postable(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> None:
    """Uploads that are the viewer's own must be ready, and a film or sound stands alone.

    Raises Unprocessable.
    """
    if not ids:
        return
    known = await media.by_ids(tx, ids)
    own = [item for item in known.values() if item.account_id == viewer.me]
    if any(item.state is MediaState.PROCESSING for item in own):
        raise _invalid("media_ids", "ERR_INVALID", _UNFINISHED)
    if len(ids) > 1 and any(item.moves for item in own):
        raise _invalid("media_ids", "ERR_INVALID", _ALONE)


async def delete(site: Site, viewer: Viewer, media_id: int) -> None:
    """Removes an upload. Raises NotFound, Unprocessable where a status uses it."""
    async with site.writing() as tx:
        item = await _own(tx, viewer, media_id)
        if not await media.delete(tx, media_id):
            raise Unprocessable("Media attachment is currently used by a status")
    await forget_files(site, item)


async def sweep(site: Site) -> int:
    """Removes uploads that nobody posted within a day; how many. Call again while it is SWEEP."""
    horizon = site.now() - ABANDONED_AFTER
    async with site.writing() as tx:
        found = await media.abandoned(tx, before=horizon, limit=SWEEP)
        gone = [item for item in found if await media.delete(tx, item.id)]
    for item in gone:
        await forget_files(site, item)
    return len(gone)


async def _own(tx: Tx, viewer: Viewer, media_id: int) -> Attachment:
    item = (await media.by_ids(tx, [media_id])).get(media_id)
    if item is None or item.account_id != viewer.me:
        raise NotFound
    return item


async def _unposted(tx: Tx, viewer: Viewer, media_id: int) -> Attachment:
    item = await _own(tx, viewer, media_id)
    if item.status_id is not None:
        raise NotFound
    return item


async def _processed(site: Site, data: bytes) -> Processed:
    try:
        if sniff.task_of(data) is Task.HEIF:
            return _from_heif(await site.movies.picture(data))
        if not _is_image(data):
            raise Unprocessable("File content type is invalid")
        return await site.images.process(data)
    except Unprocessable as error:
        raise _invalid("file", "ERR_INVALID", f"Validation failed: {error.public}") from error


def _from_heif(done: Finished) -> Processed:
    made = done.made
    assert made.preview_extension is not None
    assert done.preview is not None
    return Processed(
        data=done.file,
        mime_type=made.mime_type,
        extension=made.extension,
        width=made.width or 0,
        height=made.height or 0,
        animated=False,
        preview=done.preview,
        preview_mime_type="image/jpeg",
        preview_extension=made.preview_extension,
        preview_width=made.preview_width or 0,
        preview_height=made.preview_height or 0,
        blurhash=made.blurhash or "",
    )


async def forget_files(site: Site, item: Attachment) -> None:
    """Removes what is kept of an upload."""
    for key in (item.key, item.preview_key, item.source_key):
        if key is not None:
            await site.media.delete(key)


def _attachment(
    site: Site, viewer: Viewer, image: Processed, description: str, focus: tuple[float, float]
) -> Attachment:
    name = secrets.token_hex(16)
    return Attachment(
        id=site.ids.next(),
        account_id=viewer.me,
        mime_type=image.mime_type,
        key=f"local/{name[:2]}/{name}.{image.extension}",
        preview_key=f"local/{name[:2]}/{name}-small.{image.preview_extension}",
        description=description,
        blurhash=image.blurhash,
        width=image.width,
        height=image.height,
        preview_width=image.preview_width,
        preview_height=image.preview_height,
        focus_x=focus[0],
        focus_y=focus[1],
        size=len(image.data),
        created_at=site.now(),
    )


def _is_image(data: bytes) -> bool:
    """What a file is, its first bytes say."""
    if data.startswith(_IMAGES) or data[4:12] in (b"ftypavif", b"ftypavis"):
        return True
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _description(given: str | None) -> str:
    text = tame(given or "").strip()
    if len(text) > MAX_DESCRIPTION:
        raise _invalid(
            "description",
            "ERR_TOO_LONG",
            f"Validation failed: Description is too long (maximum is {MAX_DESCRIPTION} characters)",
        )
    return text


def _focus(given: str | None) -> tuple[float, float]:
    if not given:
        return 0.0, 0.0
    try:
        x, y = (float(part) for part in given[:64].split(","))
    except ValueError as error:
        raise _bad_focus() from error
    # comparisons with NaN are false, so it is refused as well
    if not (math.fabs(x) <= 1 and math.fabs(y) <= 1):
        raise _bad_focus()
    return x, y


def _bad_focus() -> Unprocessable:
    return _invalid(
        "focus", "ERR_INVALID", "Validation failed: Focus is not two numbers between -1 and 1"
    )


def _invalid(field: str, code: str, text: str) -> Unprocessable:
    return Unprocessable(text, {field: [FieldError(code, text)]})
