"""Hashtags on profiles (docs.joinmastodon.org/methods/featured_tags)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import timeline as entities
from fedschool.errors import NotFound, Unprocessable
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import featured_tags

bp = Blueprint("featured_tags", __name__)


class NameForm(msgspec.Struct, frozen=True):
    name: str = ""


@bp.get("/api/v1/featured_tags")
@auth.user("read:accounts")
async def mine(viewer: Viewer) -> Response:
    found = await featured_tags.mine(site(), viewer)
    return answer(entities.featured_tags(found, context.links()))


@bp.post("/api/v1/featured_tags")
@auth.user("write:accounts")
async def feature(viewer: Viewer) -> Response:
    name = (await decode.body(NameForm)).name
    try:
        made = await featured_tags.feature(site(), viewer, name)
    except NotFound as error:
        raise Unprocessable("Validation failed: Name is not a hashtag") from error
    return answer(entities.featured_tag(made, context.links()))


@bp.delete("/api/v1/featured_tags/<row_id>")
@auth.user("write:accounts")
async def remove(viewer: Viewer, row_id: str) -> Response:
    await featured_tags.remove(site(), viewer, number(row_id))
    return answer({})


@bp.get("/api/v1/featured_tags/suggestions")
@auth.user("read:accounts")
async def suggestions(viewer: Viewer) -> Response:
    found = await featured_tags.suggestions(site(), viewer)
    links = context.links()
    return answer([entities.tag(view, links, signed_in=True) for view in found])


@bp.get("/api/v1/accounts/<account_id>/featured_tags")
@auth.anybody("read:accounts")
async def of(viewer: Viewer, account_id: str) -> Response:
    found = await featured_tags.of(site(), viewer, number(account_id))
    return answer(entities.featured_tags(found, context.links()))
