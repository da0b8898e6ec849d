"""What the school tells everybody (docs.joinmastodon.org/methods/announcements)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import announcement as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import announcements

bp = Blueprint("announcements", __name__)


class Asked(msgspec.Struct, frozen=True):
    with_dismissed: bool = False


@bp.get("/api/v1/announcements")
@auth.user()
async def current(viewer: Viewer) -> Response:
    wanted = decode.query(Asked).with_dismissed
    found = await announcements.current(site(), viewer, with_dismissed=wanted)
    return answer([entities.announcement(view, context.links()) for view in found])


@bp.post("/api/v1/announcements/<announcement_id>/dismiss")
@auth.user("write:accounts")
async def dismiss(viewer: Viewer, announcement_id: str) -> Response:
    await announcements.dismiss(site(), viewer, number(announcement_id))
    return answer({})


@bp.put("/api/v1/announcements/<announcement_id>/reactions/<name>")
@auth.user("write:favourites")
async def react(viewer: Viewer, announcement_id: str, name: str) -> Response:
    await announcements.react(site(), viewer, number(announcement_id), name)
    return answer({})


@bp.delete("/api/v1/announcements/<announcement_id>/reactions/<name>")
@auth.user("write:favourites")
async def unreact(viewer: Viewer, announcement_id: str, name: str) -> Response:
    await announcements.unreact(site(), viewer, number(announcement_id), name)
    return answer({})
