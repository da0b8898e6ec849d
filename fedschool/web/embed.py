"""A post of ours as a small page that others may show inside of theirs: no scripts, no cookies."""

from quart import Blueprint, Response

from fedschool import ids
from fedschool.errors import NotFound
from fedschool.http.context import site
from fedschool.services import embeds
from fedschool.web.templating import framed

bp = Blueprint("web_embed", __name__)


@bp.get("/@<name>/<number>/embed")
async def embed(name: str, number: str) -> Response:
    status_id = ids.parse(number)
    if status_id is None:
        raise NotFound
    return framed("pages/embed.html", view=await embeds.by_id(site(), name, status_id))
