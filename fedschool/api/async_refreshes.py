"""What goes on in the background for a client (docs.joinmastodon.org/methods/async_refreshes)."""

from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.refresh import Refresh
from fedschool.services import remote_replies

bp = Blueprint("async_refreshes", __name__)
RETRY_SECONDS = 3
HEADER = "Mastodon-Async-Refresh"


@bp.get("/api/v1_alpha/async_refreshes/<refresh_id>")
@bp.get("/api/v1/async_refreshes/<refresh_id>", endpoint="show_v1")
@auth.user("read")
async def show(_: Viewer, refresh_id: str) -> Response:
    found = await remote_replies.get(site(), number(refresh_id))
    return answer(
        {
            "async_refresh": {
                "id": str(found.id),
                "status": "running" if found.finished_at is None else "finished",
                "result_count": found.result_count,
            }
        }
    )


def announce(response: Response, running: Refresh | None) -> Response:
    """Tells the client that more is on its way, and where to ask for it."""
    if running is not None:
        response.headers[HEADER] = (
            f'id="{running.id}", retry={RETRY_SECONDS}, result_count={running.result_count}'
        )
    return response
