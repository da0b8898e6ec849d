"""What the instance says about itself (docs.joinmastodon.org/methods/instance)."""

from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.entities import texts as entities
from fedschool.errors import NotFound, Unauthenticated
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import servers, texts
from fedschool.settings import ShowBlocks
from fedschool.text import markdown

bp = Blueprint("instance_texts", __name__)


@bp.get("/api/v1/instance/extended_description")
async def extended_description() -> Response:
    found = await texts.about(site())
    return answer(entities.page(found, "" if found is None else markdown.render(found.text)))


@bp.get("/api/v1/instance/privacy_policy")
async def privacy_policy() -> Response:
    found = await texts.privacy(site())
    return answer(entities.page(found, markdown.render(found.text)))


@bp.get("/api/v1/instance/terms_of_service")
@bp.get("/api/v1/instance/terms_of_service/<day>")
async def terms_of_service(day: str | None = None) -> Response:
    found = await texts.terms(site(), day)
    return answer(entities.terms(found, markdown.render(found.text), texts.today(site())))


@bp.get("/api/v1/instance/languages")
async def languages() -> Response:
    return answer(entities.languages())


@bp.get("/api/v1/instance/translation_languages")
async def translation_languages() -> Response:
    """Nothing is translated here, from no language to none."""
    return answer({})


@bp.get("/api/v1/instance/domain_blocks")
@auth.anybody()
async def domain_blocks(viewer: Viewer) -> Response:
    shown = site().settings.show_blocks
    if shown is ShowBlocks.NOBODY:
        raise NotFound
    if shown is ShowBlocks.MEMBERS and viewer.account_id is None:
        raise Unauthenticated("This list is for the people of this server")
    return answer(
        [
            {
                "domain": item.domain,
                "digest": item.digest,
                "severity": item.severity.value,
                "comment": item.comment or None,
            }
            for item in await servers.published_blocks(site())
        ]
    )
