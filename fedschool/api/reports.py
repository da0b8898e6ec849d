"""Telling the staff of what should not be (docs.joinmastodon.org/methods/reports)."""

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import moderation as entities
from fedschool.errors import Unprocessable
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.moderation import Category, ReportDraft
from fedschool.services import reports

bp = Blueprint("reports", __name__)


class ReportForm(msgspec.Struct, frozen=True):
    account_id: str = ""
    status_ids: list[str] = []
    comment: str | None = None
    category: str | None = None
    rule_ids: list[str] = []
    forward: bool = False
    forward_to_domains: list[str] = []


def category(text: str) -> Category:
    """Raises Unprocessable."""
    try:
        return Category(text)
    except ValueError as error:
        raise Unprocessable("Validation failed: Category is not included in the list") from error


def parse_ids(texts: list[str]) -> tuple[int, ...]:
    """What can be an id; the rest names nothing."""
    return tuple(value for text in texts if (value := ids.parse(text)) is not None)


@bp.post("/api/v1/reports")
@auth.user("write:reports")
async def file(viewer: Viewer) -> Response:
    form = await decode.body(ReportForm)
    rule_ids = parse_ids(form.rule_ids)
    about = Category.VIOLATION if rule_ids else Category.OTHER
    view = await reports.file(
        site(),
        viewer,
        ReportDraft(
            target_id=number(form.account_id),
            status_ids=parse_ids(form.status_ids),
            comment=form.comment or "",
            category=category(form.category) if form.category and not rule_ids else about,
            rule_ids=rule_ids,
            forward=form.forward,
            domains=tuple(form.forward_to_domains),
        ),
    )
    return answer(entities.report(view, context.links()))


@bp.get("/api/v1/reports")
@auth.user("read:accounts")
async def mine(viewer: Viewer) -> Response:
    """The viewer's own reports; older clients ask for them."""
    page = await reports.mine(site(), viewer, paging.cursor(20, 100))
    links = context.links()
    return paging.answer_page(page, [entities.report(view, links) for view in page.items])
