"""Files of posts and profiles, for anybody who knows the address; never anything that runs."""

import re
from io import BytesIO

from quart import Blueprint, Response, request, send_file
from quart.typing import FilePath

from fedschool.api.auth import number
from fedschool.errors import NotFound, RemoteFailure
from fedschool.http.context import site
from fedschool.services import media_proxy

bp = Blueprint("files", __name__)

# What is copied from other servers leaves by its signed address alone, what was uploaded never.
_CLOSED = ("cache/", "incoming/")
_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "png": "image/png",
    "webp": "image/webp",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
# The address changes with the file; the end is for what is deleted or blocked meanwhile.
_FOR_A_WEEK = {"Cache-Control": "public, max-age=604800, immutable"}
# An emoji's address stays when its picture changes.
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_LAST_PART = re.compile(r"bytes=-(\d{1,18})")
_NOT_NOW = {"Cache-Control": "no-store", "Retry-After": "300"}


@bp.get("/media/<path:key>")
async def stored(key: str) -> Response:
    """A file of our store; a key is never used for other content, so it may be kept for ever."""
    mime_type = _TYPES.get(key.rpartition(".")[2])
    if mime_type is None or key.startswith(_CLOSED):
        raise NotFound
    return await _sent(key, mime_type, _FOR_EVER)


async def _sent(key: str, mime_type: str, kept: dict[str, str]) -> Response:
    """The file or the part of it that is asked for: players jump about in films (RFC 9110 14)."""
    store = site().media
    path = store.path(key)
    data = b"" if path else await store.get(key)
    source: FilePath | BytesIO = path or BytesIO(data)
    _count_from_start(path.stat().st_size if path else len(data))
    response = await send_file(source, mimetype=mime_type, conditional=True)
    response.headers.update(_HEADERS | kept)
    response.headers.setdefault("Accept-Ranges", "bytes")
    return response


def _count_from_start(size: int) -> None:
    """`bytes=-500`, the last part, in the words that Quart understands."""
    found = _LAST_PART.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if found is not None:
        length = int(found[1])
        request.headers["Range"] = f"bytes={max(0, size - length)}-"


@bp.get(
    "/media/proxy/<any(original, small, avatar, header, emoji, emoji_still):kind>/<item_id>/<mark>"
)
async def proxied(kind: str, item_id: str, mark: str) -> Response:
    """Another server's picture, film or sound, from our copy."""
    if site().settings.url in request.user_agent.string:
        raise NotFound  # it is we who ask, sent here in a circle
    try:
        found = await media_proxy.copy(site(), media_proxy.Kind(kind), number(item_id), mark)
    except RemoteFailure:
        return Response(b"", 502, _NOT_NOW, content_type="text/plain")
    kept = _FOR_A_DAY if kind.startswith("emoji") else _FOR_A_WEEK
    return await _sent(found.key, found.mime_type, kept)
