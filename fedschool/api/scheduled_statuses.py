"""Posts for later (docs.joinmastodon.org/methods/scheduled_statuses)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import scheduled as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import scheduling

bp = Blueprint("scheduled_statuses", __name__)


class NewTime(msgspec.Struct, frozen=True):
    scheduled_at: str | None = None


@bp.get("/api/v1/scheduled_statuses")
@auth.user("read:statuses")
async def many(viewer: Viewer) -> Response:
    page = await scheduling.page(site(), viewer, paging.cursor(20, 40))
    links = context.links()
    return paging.answer_page(page, [entities.scheduled(item, links) for item in page.items])


@bp.get("/api/v1/scheduled_statuses/<scheduled_id>")
@auth.user("read:statuses")
async def show(viewer: Viewer, scheduled_id: str) -> Response:
    item = await scheduling.get(site(), viewer, number(scheduled_id))
    return answer(entities.scheduled(item, context.links()))


@bp.put("/api/v1/scheduled_statuses/<scheduled_id>")
@auth.user("write:statuses")
async def put_off(viewer: Viewer, scheduled_id: str) -> Response:
    asked = await decode.body(NewTime)
    item = await scheduling.put_off(site(), viewer, number(scheduled_id), asked.scheduled_at)
    return answer(entities.scheduled(item, context.links()))


@bp.delete("/api/v1/scheduled_statuses/<scheduled_id>")
@auth.user("write:statuses")
async def cancel(viewer: Viewer, scheduled_id: str) -> Response:
    await scheduling.cancel(site(), viewer, number(scheduled_id))
    return answer({})
