"""Files of posts and profiles, for anybody who knows the address; never anything that runs."""

from io import BytesIO

from quart import Blueprint, Response, send_file
from quart.typing import FilePath

from fedschool.errors import NotFound
from fedschool.http.context import site

bp = Blueprint("files", __name__)

# What is copied from other servers leaves by its signed address alone.
_CLOSED = "cache/"
_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@bp.get("/media/<path:key>")
async def stored(key: str) -> Response:
    """A file of our store; a key is never used for other content, so it may be kept for ever."""
    mime_type = _TYPES.get(key.rpartition(".")[2])
    if mime_type is None or key.startswith(_CLOSED):
        raise NotFound
    store = site().media
    source: FilePath | BytesIO = store.path(key) or BytesIO(await store.get(key))
    response = await send_file(source, mimetype=mime_type, conditional=True)
    response.headers.update(_HEADERS)
    return response
