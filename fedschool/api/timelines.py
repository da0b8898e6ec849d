"""Timelines (docs.joinmastodon.org/methods/timelines), favourites and bookmarks."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.http import context, decode
from fedschool.http.context import site
from fedschool.model.account import Viewer
from fedschool.model.status import StatusView
from fedschool.model.timeline import Page
from fedschool.services import interactions, timelines

bp = Blueprint("timelines", __name__)


class PublicQuery(msgspec.Struct, frozen=True):
    local: bool = False
    remote: bool = False
    only_media: bool = False


class TagQuery(msgspec.Struct, frozen=True):
    local: bool = False
    remote: bool = False
    only_media: bool = False
    any: list[str] = []
    all: list[str] = []
    none: list[str] = []


class AccountQuery(msgspec.Struct, frozen=True):
    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    pinned: bool = False
    tagged: str | None = None


def _listed(page: Page[StatusView]) -> Response:
    return paging.answer_page(page, context.rendered().statuses(page.items))


@bp.get("/api/v1/timelines/home")
@auth.user("read:statuses")
async def home(viewer: Viewer) -> Response:
    return _listed(await timelines.home(site(), viewer, paging.cursor()))


@bp.get("/api/v1/timelines/list/<list_id>")
@auth.user("read:lists")
async def of_list(viewer: Viewer, list_id: str) -> Response:
    return _listed(await timelines.of_list(site(), viewer, number(list_id), paging.cursor()))


@bp.get("/api/v1/timelines/direct")
@auth.user("read:statuses")
async def direct(viewer: Viewer) -> Response:
    return _listed(await timelines.direct(site(), viewer, paging.cursor()))


@bp.get("/api/v1/timelines/public")
@auth.anybody("read:statuses")
async def public(viewer: Viewer) -> Response:
    asked = decode.query(PublicQuery)
    page = await timelines.public(
        site(),
        viewer,
        paging.cursor(),
        local=asked.local,
        remote=asked.remote,
        only_media=asked.only_media,
    )
    return _listed(page)


@bp.get("/api/v1/timelines/tag/<name>")
@auth.anybody("read:statuses")
async def tag(viewer: Viewer, name: str) -> Response:
    asked = decode.query(TagQuery)
    page = await timelines.tag(
        site(),
        viewer,
        timelines.TagQuery(
            name=name, any_=tuple(asked.any), all_=tuple(asked.all), none=tuple(asked.none)
        ),
        paging.cursor(),
        local=asked.local,
        remote=asked.remote,
        only_media=asked.only_media,
    )
    return _listed(page)


@bp.get("/api/v1/accounts/<account_id>/statuses")
@auth.anybody("read:statuses")
async def of_account(viewer: Viewer, account_id: str) -> Response:
    asked = decode.query(AccountQuery)
    page = await timelines.account_statuses(
        site(),
        viewer,
        number(account_id),
        paging.cursor(),
        only_media=asked.only_media,
        exclude_replies=asked.exclude_replies,
        exclude_reblogs=asked.exclude_reblogs,
        pinned=asked.pinned,
        tagged=asked.tagged,
    )
    return _listed(page)


@bp.get("/api/v1/favourites")
@auth.user("read:favourites")
async def favourites(viewer: Viewer) -> Response:
    return _listed(await interactions.favourites(site(), viewer, paging.cursor()))


@bp.get("/api/v1/bookmarks")
@auth.user("read:bookmarks")
async def bookmarks(viewer: Viewer) -> Response:
    return _listed(await interactions.bookmarks(site(), viewer, paging.cursor()))
