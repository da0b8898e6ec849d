"""Files that people upload for their posts: made safe, described, given up again."""

import math
import secrets

import msgspec

from fedschool.errors import FieldError, NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.status import Attachment
from fedschool.ports.database import Tx
from fedschool.ports.images import Processed
from fedschool.site import Site
from fedschool.store import media
from fedschool.text.characters import tame

MAX_DESCRIPTION = 1_500
SUPPORTED_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")
ABANDONED_AFTER = 24 * 3_600_000
SWEEP = 200

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_NO_IMAGE = "Validation failed: File content type is invalid"
_NO_MOVIES = "Videos and sound cannot be uploaded here yet: use JPEG, PNG, GIF, WebP or AVIF images"


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """An upload. `content_type` is what the client claims; `focus` is `x,y`, each -1 to 1."""

    data: bytes
    content_type: str = ""
    description: str | None = None
    focus: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What may be changed before the file is posted; what is absent stays."""

    description: str | None = None
    focus: str | None = None


async def upload(site: Site, viewer: Viewer, new: NewFile) -> Attachment:
    """Keeps an image's pixels, encoded anew, under names that cannot be guessed.

    Raises Unprocessable for what is not an image or too large, TooManyRequests when busy.
    """
    description = _description(new.description)
    focus = _focus(new.focus)
    _require_image(new)
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
        await _forget_files(site, item)
        raise
    return item


async def get(site: Site, viewer: Viewer, media_id: int) -> Attachment:
    """The viewer's own upload, as long as it is not posted. Raises NotFound."""
    async with site.reading() as tx:
        return await _unposted(tx, viewer, media_id)


async def change(site: Site, viewer: Viewer, media_id: int, wanted: Change) -> Attachment:
    """Describes an upload that is not posted yet; posted ones change with their status.

    Raises NotFound, Unprocessable.
    """
    changes: dict[str, object] = {}
    if wanted.description is not None:
        changes["description"] = _description(wanted.description)
    if wanted.focus is not None:
        changes["focus_x"], changes["focus_y"] = _focus(wanted.focus)
    async with site.writing() as tx:
        item = msgspec.structs.replace(await _unposted(tx, viewer, media_id), **changes)
        await media.describe(tx, item)
    return item


async def delete(site: Site, viewer: Viewer, media_id: int) -> None:
    """Removes an upload. Raises NotFound, Unprocessable where a status uses it."""
    async with site.writing() as tx:
        item = await _own(tx, viewer, media_id)
        if not await media.delete(tx, media_id):
            raise Unprocessable("Media attachment is currently used by a status")
    await _forget_files(site, item)


async def sweep(site: Site) -> int:
    """Removes uploads that nobody posted within a day; how many. Call again while it is SWEEP."""
    horizon = site.now() - ABANDONED_AFTER
    async with site.writing() as tx:
        found = await media.abandoned(tx, before=horizon, limit=SWEEP)
        gone = [item for item in found if await media.delete(tx, item.id)]
    for item in gone:
        await _forget_files(site, item)
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
        return await site.images.process(data)
    except Unprocessable as error:
        raise _invalid("file", "ERR_INVALID", f"Validation failed: {error.public}") from error


async def _forget_files(site: Site, item: Attachment) -> None:
    for key in (item.key, item.preview_key):
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


def _require_image(new: NewFile) -> None:
    """What a file is, its first bytes say; the claimed type only chooses the sentence."""
    if not new.data:
        raise _invalid("file", "ERR_BLANK", "Validation failed: File can't be blank")
    box = new.data[4:12]
    if new.data.startswith(_IMAGES) or box in (b"ftypavif", b"ftypavis"):
        return
    if new.data.startswith(b"RIFF") and new.data[8:12] == b"WEBP":
        return
    if new.content_type.lower().startswith(("video/", "audio/")):
        raise _invalid("file", "ERR_INVALID", _NO_MOVIES)
    raise _invalid("file", "ERR_INVALID", _NO_IMAGE)


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
