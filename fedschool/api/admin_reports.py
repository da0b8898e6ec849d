"""Reports, for the staff (docs.joinmastodon.org/methods/admin/reports)."""

from collections.abc import Awaitable, Callable

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.api.reports import category, parse_ids
from fedschool.entities import admin_accounts as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.moderation import AdminReport
from fedschool.services import admin_reports
from fedschool.site import Site

bp = Blueprint("admin_reports", __name__)

READ, WRITE = "admin:read:reports", "admin:write:reports"


class ReportsQuery(msgspec.Struct, frozen=True):
    resolved: bool = False
    account_id: str | None = None
    target_account_id: str | None = None


class ReportChange(msgspec.Struct, frozen=True):
    category: str | None = None
    rule_ids: list[str] | None = None


@bp.get("/api/v1/admin/reports")
@auth.user(READ)
async def page(viewer: Viewer) -> Response:
    asked = decode.query(ReportsQuery)
    found = await admin_reports.page(
        site(),
        viewer,
        paging.cursor(100, 200),
        resolved=asked.resolved,
        account_id=_somebody(asked.account_id),
        target_id=_somebody(asked.target_account_id),
    )
    links = context.links()
    return paging.answer_page(found, [entities.report(view, links) for view in found.items])


@bp.get("/api/v1/admin/reports/<report_id>")
@auth.user(READ)
async def show(viewer: Viewer, report_id: str) -> Response:
    return _shown(await admin_reports.get(site(), viewer, number(report_id)))


@bp.route("/api/v1/admin/reports/<report_id>", methods=["PUT", "PATCH"])
@auth.user(WRITE)
async def change(viewer: Viewer, report_id: str) -> Response:
    form = await decode.body(ReportChange)
    changed = await admin_reports.change(
        site(),
        viewer,
        number(report_id),
        category=category(form.category) if form.category else None,
        rule_ids=None if form.rule_ids is None else parse_ids(form.rule_ids),
    )
    return _shown(changed)


Deed = Callable[[Site, Viewer, int], Awaitable[AdminReport]]
_DEEDS: dict[str, Deed] = {
    "assign_to_self": admin_reports.assign_to_self,
    "unassign": admin_reports.unassign,
    "resolve": admin_reports.resolve,
    "reopen": admin_reports.reopen,
}


@bp.post(f"/api/v1/admin/reports/<report_id>/<any({','.join(_DEEDS)}):deed>")
@auth.user(WRITE)
async def do(viewer: Viewer, report_id: str, deed: str) -> Response:
    return _shown(await _DEEDS[deed](site(), viewer, number(report_id)))


def _shown(view: AdminReport) -> Response:
    return answer(entities.report(view, context.links()))


def _somebody(text: str | None) -> int | None:
    """What cannot be an id is nobody's."""
    return (ids.parse(text) or 0) if text else None
