"""Files of posts and profiles, for anybody who knows the address; never anything that runs."""

from io import BytesIO

from quart import Blueprint, Response, request, send_file
from quart.typing import FilePath

from fedschool.api.auth import number
from fedschool.errors import NotFound, RemoteFailure
from fedschool.http.context import site
from fedschool.services import media_proxy

bp = Blueprint("files", __name__)

# What is copied from other servers leaves by its signed address alone.
_CLOSED = "cache/"
_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
# The address changes with the file; the end is for what is deleted or blocked meanwhile.
_FOR_A_WEEK = {"Cache-Control": "public, max-age=604800, immutable"}
_NOT_NOW = {"Cache-Control": "no-store", "Retry-After": "300"}


@bp.get("/media/<path:key>")
async def stored(key: str) -> Response:
    """A file of our store; a key is never used for other content, so it may be kept for ever."""
    mime_type = _TYPES.get(key.rpartition(".")[2])
    if mime_type is None or key.startswith(_CLOSED):
        raise NotFound
    store = site().media
    source: FilePath | BytesIO = store.path(key) or BytesIO(await store.get(key))
    response = await send_file(source, mimetype=mime_type, conditional=True)
    response.headers.update(_HEADERS | _FOR_EVER)
    return response


@bp.get("/media/proxy/<any(original, small, avatar, header):kind>/<item_id>/<mark>")
async def proxied(kind: str, item_id: str, mark: str) -> Response:
    """Another server's picture, from our copy."""
    if site().settings.url in request.user_agent.string:
        raise NotFound  # it is we who ask, sent here in a circle
    try:
        data = await media_proxy.picture(site(), media_proxy.Kind(kind), number(item_id), mark)
    except RemoteFailure:
        return Response(b"", 502, _NOT_NOW, content_type="text/plain")
    mime_type = next((name for start, name in _BEGINNINGS if data.startswith(start)), None)
    if mime_type is None:
        raise NotFound
    return Response(data, headers=_HEADERS | _FOR_A_WEEK, content_type=mime_type)
