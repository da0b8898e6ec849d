"""Polls (docs.joinmastodon.org/methods/polls)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import poll as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import polls

bp = Blueprint("polls", __name__)


class Votes(msgspec.Struct, frozen=True):
    choices: list[int] = []


@bp.get("/api/v1/polls/<poll_id>")
@auth.anybody("read:statuses")
async def show(viewer: Viewer, poll_id: str) -> Response:
    view = await polls.get(site(), viewer, number(poll_id))
    return answer(entities.poll(view, context.links()))


@bp.post("/api/v1/polls/<poll_id>/votes")
@auth.user("write:statuses")
async def vote(viewer: Viewer, poll_id: str) -> Response:
    asked = await decode.body(Votes)
    view = await polls.vote(site(), viewer, number(poll_id), asked.choices)
    return answer(entities.poll(view, context.links()))
