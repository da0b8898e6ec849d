"""What trends, for the staff (docs.joinmastodon.org/methods/admin/trends)."""

from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.api.trends import listed, window
from fedschool.entities import status as status_entities
from fedschool.entities import trend
from fedschool.http import context
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.trend import StatusTrend
from fedschool.services import trends

bp = Blueprint("admin_trends", __name__)

_VERDICTS = "<any(approve, reject):verdict>"


def _status(item: StatusTrend) -> dict[str, object]:
    body = status_entities.status(item.view, context.links())
    return {**body, "requires_review": item.allowed is None}


@bp.get("/api/v1/admin/trends/tags")
@auth.user("admin:read")
async def tags(viewer: Viewer) -> Response:
    part = window(10, 20)
    found = await trends.all_tags(site(), viewer, part.limit or 1, part.offset)
    review = site().settings.trend_review
    body = [trend.admin_tag(item, context.links(), review=review) for item in found]
    return listed(found, body, part)


@bp.get("/api/v1/admin/trends/links")
@auth.user("admin:read")
async def links(viewer: Viewer) -> Response:
    part = window(10, 20)
    found = await trends.all_links(site(), viewer, part.limit or 1, part.offset)
    return listed(found, [trend.admin_link(item, context.links()) for item in found], part)


@bp.get("/api/v1/admin/trends/statuses")
@auth.user("admin:read")
async def statuses(viewer: Viewer) -> Response:
    part = window(20, 40)
    found = await trends.all_statuses(site(), viewer, part.limit or 1, part.offset)
    return listed(found, [_status(item) for item in found], part)


@bp.post(f"/api/v1/admin/trends/tags/<tag_id>/{_VERDICTS}")
@auth.user("admin:write")
async def review_tag(viewer: Viewer, tag_id: str, verdict: str) -> Response:
    allowed = verdict == "approve"
    found = await trends.review_tag(site(), viewer, number(tag_id), allowed=allowed)
    review = site().settings.trend_review
    return answer(trend.admin_tag(found, context.links(), review=review))


@bp.post(f"/api/v1/admin/trends/links/<card_id>/{_VERDICTS}")
@auth.user("admin:write")
async def review_link(viewer: Viewer, card_id: str, verdict: str) -> Response:
    allowed = verdict == "approve"
    found = await trends.review_link(site(), viewer, number(card_id), allowed=allowed)
    return answer(trend.admin_link(found, context.links()))


@bp.post(f"/api/v1/admin/trends/statuses/<status_id>/{_VERDICTS}")
@auth.user("admin:write")
async def review_status(viewer: Viewer, status_id: str, verdict: str) -> Response:
    allowed = verdict == "approve"
    found = await trends.review_status(site(), viewer, number(status_id), allowed=allowed)
    return answer(_status(found))
