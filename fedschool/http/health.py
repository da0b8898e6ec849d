"""`/health`: whether the process answers and its database does."""

from quart import Blueprint, Response

from fedschool.http.context import answer, site
from fedschool.store import health as store

bp = Blueprint("health", __name__)


@bp.get("/health")
async def health() -> Response:
    async with site().reading() as tx:
        alive = await store.answers(tx)
    return answer({"status": "ok" if alive else "failing"}, 200 if alive else 503)
