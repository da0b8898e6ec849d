"""`/health`: whether the process answers and its database does."""

from quart import Blueprint, Response

from fedschool.http.context import site
from fedschool.store import health as store

bp = Blueprint("health", __name__)


@bp.get("/health")
async def health() -> Response:
    async with site().reading() as tx:
        alive = await store.answers(tx)
    # The text that Mastodon answers, and that monitors and clients look for.
    text, status = ("OK", 200) if alive else ("The database does not answer", 503)
    return Response(text, status, content_type="text/plain; charset=utf-8")
