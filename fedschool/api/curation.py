"""Hashtags (docs.joinmastodon.org/methods/tags, methods/followed_tags)."""

from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.entities import timeline as entities
from fedschool.http import context
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.timeline import TagView
from fedschool.services import curation, featured_tags

bp = Blueprint("curation", __name__)


def shown(view: TagView, viewer: Viewer) -> Response:
    signed_in = viewer.account_id is not None
    return answer(entities.tag(view, context.links(), signed_in=signed_in))


@bp.get("/api/v1/tags/<name>")
@auth.anybody("read")
async def tag(viewer: Viewer, name: str) -> Response:
    return shown(await curation.tag(site(), viewer, name), viewer)


@bp.post("/api/v1/tags/<name>/follow")
@auth.user("write:follows")
async def follow(viewer: Viewer, name: str) -> Response:
    return shown(await curation.follow_tag(site(), viewer, name), viewer)


@bp.post("/api/v1/tags/<name>/unfollow")
@auth.user("write:follows")
async def unfollow(viewer: Viewer, name: str) -> Response:
    return shown(await curation.unfollow_tag(site(), viewer, name), viewer)


@bp.post("/api/v1/tags/<name>/feature")
@auth.user("write:accounts")
async def feature(viewer: Viewer, name: str) -> Response:
    await featured_tags.feature(site(), viewer, name, again=True)
    return shown(await curation.tag(site(), viewer, name), viewer)


@bp.post("/api/v1/tags/<name>/unfeature")
@auth.user("write:accounts")
async def unfeature(viewer: Viewer, name: str) -> Response:
    await featured_tags.unfeature(site(), viewer, name)
    return shown(await curation.tag(site(), viewer, name), viewer)


@bp.get("/api/v1/followed_tags")
@auth.user("read:follows")
async def followed(viewer: Viewer) -> Response:
    page = await curation.followed_tags(site(), viewer, paging.cursor(100, 200))
    links = context.links()
    body = [entities.tag(view, links, signed_in=True) for view in page.items]
    return paging.answer_page(page, body, previous="since_id")
