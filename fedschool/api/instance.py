"""What clients ask first: the instance itself (docs.joinmastodon.org/methods/instance)."""

from quart import Blueprint, Response

from fedschool.entities import instance as entities
from fedschool.entities import rule
from fedschool.http import context
from fedschool.http.context import answer, site
from fedschool.services import instance, rules

bp = Blueprint("instance", __name__)


@bp.get("/api/v2/instance")
async def show() -> Response:
    view = await instance.describe(site())
    return answer(entities.instance(view, context.links(), site().vapid.public_key))


@bp.get("/api/v1/instance")
async def show_v1() -> Response:
    return answer(entities.v1(await instance.describe(site()), context.links()))


@bp.get("/api/v1/instance/peers")
async def peers() -> Response:
    return answer(await instance.peers(site()))


@bp.get("/api/v1/instance/activity")
async def activity() -> Response:
    return answer([entities.week(item) for item in await instance.activity(site())])


@bp.get("/api/v1/instance/rules")
async def held() -> Response:
    return answer(rule.rules(await rules.shown(site())))
