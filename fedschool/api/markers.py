"""How far the viewer read (docs.joinmastodon.org/methods/markers)."""

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth
from fedschool.entities import timeline as entities
from fedschool.errors import Unprocessable
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import markers

bp = Blueprint("markers", __name__)


class Asked(msgspec.Struct, frozen=True):
    timeline: list[str] = []


class Position(msgspec.Struct, frozen=True):
    last_read_id: str | None = None


class Positions(msgspec.Struct, frozen=True):
    home: Position | None = None
    notifications: Position | None = None


@bp.get("/api/v1/markers")
@auth.user("read:statuses")
async def show(viewer: Viewer) -> Response:
    found = await markers.of(site(), viewer, decode.query(Asked).timeline)
    return answer(entities.markers(found))


@bp.post("/api/v1/markers")
@auth.user("write:statuses")
async def move(viewer: Viewer) -> Response:
    form = await decode.body(Positions)
    positions = {"home": form.home, "notifications": form.notifications}
    read = {
        timeline: _id(position.last_read_id)
        for timeline, position in positions.items()
        if position is not None and position.last_read_id
    }
    return answer(entities.markers(await markers.move(site(), viewer, read)))


def _id(text: str) -> int:
    value = ids.parse(text)
    if value is None:
        raise Unprocessable("Validation failed: Last read is not a number")
    return value
