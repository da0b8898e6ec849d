"""Pages of what the instance says about itself: its privacy policy and its terms."""

from quart import Blueprint, Response

from fedschool.http.context import site
from fedschool.model.texts import InstanceText
from fedschool.services import texts
from fedschool.text import markdown
from fedschool.web.templating import page

bp = Blueprint("web_texts", __name__)


@bp.get("/privacy-policy")
async def privacy() -> Response:
    return await _page("Privacy policy", await texts.privacy(site()))


@bp.get("/terms-of-service")
@bp.get("/terms-of-service/<day>")
async def terms(day: str | None = None) -> Response:
    return await _page("Terms of service", await texts.terms(site(), day))


async def _page(title: str, item: InstanceText) -> Response:
    return await page(
        "pages/text.html",
        title=title,
        content=markdown.render(item.text),
        since=item.effective_on,
        until=item.succeeded_on,
    )
