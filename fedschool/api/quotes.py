"""Quotes of statuses (docs.joinmastodon.org/methods/statuses/#quotes)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import quotes

bp = Blueprint("quotes", __name__)


class InteractionPolicy(msgspec.Struct, frozen=True):
    quote_approval_policy: str | None = None


@bp.get("/api/v1/statuses/<status_id>/quotes")
@auth.anybody("read:statuses")
async def page(viewer: Viewer, status_id: str) -> Response:
    found = await quotes.page(site(), viewer, number(status_id), paging.cursor())
    body = context.rendered().statuses(found.items)
    return paging.answer_page(found, body, previous="since_id")


@bp.post("/api/v1/statuses/<status_id>/quotes/<quoting_id>/revoke")
@auth.user("write:statuses")
async def revoke(viewer: Viewer, status_id: str, quoting_id: str) -> Response:
    view = await quotes.revoke(site(), viewer, number(status_id), number(quoting_id))
    return answer(context.rendered().status(view))


@bp.put("/api/v1/statuses/<status_id>/interaction_policy")
@auth.user("write:statuses")
async def set_policy(viewer: Viewer, status_id: str) -> Response:
    asked = await decode.body(InteractionPolicy)
    view = await quotes.set_policy(site(), viewer, number(status_id), asked.quote_approval_policy)
    return answer(context.rendered().status(view))
