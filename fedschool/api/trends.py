"""Trends (docs.joinmastodon.org/methods/trends) and the timeline of a link."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from quart import Blueprint, Response, request

from fedschool.api import auth, paging
from fedschool.entities import timeline, trend
from fedschool.errors import Malformed
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import trends

bp = Blueprint("trends", __name__)


class Window(msgspec.Struct, frozen=True):
    """The part of a list that is asked for."""

    limit: int | None = None
    offset: int = 0


class LinkQuery(msgspec.Struct, frozen=True):
    url: str = ""


def window(default: int, most: int) -> Window:
    """Raises Malformed for negative numbers."""
    asked = decode.query(Window)
    limit = default if asked.limit is None else asked.limit
    if limit < 0 or asked.offset < 0:
        raise Malformed("limit and offset must not be negative")
    return Window(max(1, min(limit, most)), min(asked.offset, 10_000))


def listed(items: Sequence[Any], body: Any, part: Window) -> Response:
    """A list whose `Link` header leads on by offset."""
    limit = part.limit or 1
    ways = []
    if len(items) == limit:
        ways.append(f'<{_url(part.offset + limit)}>; rel="next"')
    if part.offset:
        ways.append(f'<{_url(max(0, part.offset - limit))}>; rel="prev"')
    return answer(body, headers={"Link": ", ".join(ways)} if ways else None)


def _url(offset: int) -> str:
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "offset"]
    query = urlencode([*kept, ("offset", offset)])
    return f"{site().settings.url}{request.path}?{query}"


@bp.get("/api/v1/trends")
@bp.get("/api/v1/trends/tags")
@auth.anybody("read")
async def tags(viewer: Viewer) -> Response:
    part = window(10, 20)
    found = await trends.tags(site(), viewer, part.limit or 1, part.offset)
    links, signed_in = context.links(), viewer.account_id is not None
    body = [timeline.tag(item.tag, links, signed_in=signed_in) for item in found]
    return listed(found, body, part)


@bp.get("/api/v1/trends/links")
@auth.anybody("read")
async def links(_viewer: Viewer) -> Response:
    part = window(10, 20)
    found = await trends.links(site(), part.limit or 1, part.offset)
    return listed(found, [trend.link(item, context.links()) for item in found], part)


@bp.get("/api/v1/trends/statuses")
@auth.anybody("read", "read:statuses")
async def statuses(viewer: Viewer) -> Response:
    part = window(20, 40)
    found = await trends.statuses(site(), viewer, part.limit or 1, part.offset)
    return listed(found, context.rendered().statuses(found), part)


@bp.get("/api/v1/timelines/link")
@auth.anybody("read:statuses")
async def linking(viewer: Viewer) -> Response:
    url = decode.query(LinkQuery).url
    page = await trends.linking(site(), viewer, url, paging.cursor())
    return paging.answer_page(page, context.rendered().statuses(page.items))
