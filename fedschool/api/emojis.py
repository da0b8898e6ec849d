"""Custom emojis (docs.joinmastodon.org/methods/custom_emojis)."""

from quart import Blueprint, Response, request

from fedschool.entities import emoji as entities
from fedschool.http import context
from fedschool.http.context import answer, site
from fedschool.services import emojis

bp = Blueprint("emojis", __name__)

_KEPT = {"Cache-Control": "public, max-age=60"}


@bp.get("/api/v1/custom_emojis")
async def catalogue() -> Response:
    """All of ours; clients ask often, and are told that nothing changed."""
    found = await emojis.catalogue(site())
    response = answer(entities.catalogue(found, context.links()), headers=_KEPT)
    await response.add_etag()
    await response.make_conditional(request)
    return response
