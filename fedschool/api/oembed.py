"""oEmbed (docs.joinmastodon.org/methods/oembed)."""

import msgspec
from quart import Blueprint, Response

from fedschool.entities import oembed as entities
from fedschool.errors import NotImplementedYet
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.services import embeds

bp = Blueprint("oembed", __name__)

_LEAST, _MOST = 100, 4_000


class Query(msgspec.Struct, frozen=True):
    """What is asked, in pixels; `format` other than JSON is not served."""

    url: str = ""
    maxwidth: int | None = None
    maxheight: int | None = None
    format: str = "json"


@bp.get("/api/oembed")
async def show() -> Response:
    asked = decode.query(Query)
    if asked.format != "json":
        raise NotImplementedYet("Only JSON is served here")
    view = await embeds.by_address(site(), asked.url)
    body = entities.oembed(
        view,
        context.links(),
        host=site().settings.host,
        width=entities.WIDTH if asked.maxwidth is None else _within(asked.maxwidth),
        height=None if asked.maxheight is None else _within(asked.maxheight),
    )
    return answer(body, headers={"Cache-Control": "public, max-age=300"})


def _within(pixels: int) -> int:
    return max(_LEAST, min(pixels, _MOST))
