"""The staff works on reports: whose it is, what it is about, whether it is settled."""

from collections.abc import Sequence

import msgspec

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.moderation import AdminReport, Category, Report
from fedschool.model.staff import Permission
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.services import audit, rules, staff
from fedschool.services.reports import MAX_RULES
from fedschool.site import Site
from fedschool.store import admin_accounts, hydrate
from fedschool.store import reports as store
from fedschool.store import rules as rules_store


async def page(
    site: Site,
    viewer: Viewer,
    cursor: Cursor,
    *,
    resolved: bool = False,
    account_id: int | None = None,
    target_id: int | None = None,
) -> Page[AdminReport]:
    """Open reports, or settled ones, the latest first. Raises Forbidden."""
    async with site.reading() as tx:
        await staff.officer(tx, viewer, Permission.MANAGE_REPORTS)
        found = await store.page(
            tx, cursor, resolved=resolved, account_id=account_id, target_id=target_id
        )
        return Page(await _views(tx, found.items), found.next_id, found.prev_id)


async def get(site: Site, viewer: Viewer, report_id: int) -> AdminReport:
    """Raises Forbidden, NotFound."""
    async with site.reading() as tx:
        await staff.officer(tx, viewer, Permission.MANAGE_REPORTS)
        return await _view(tx, await store.by_id(tx, report_id))


async def change(
    site: Site,
    viewer: Viewer,
    report_id: int,
    *,
    category: Category | None = None,
    rule_ids: Sequence[int] | None = None,
) -> AdminReport:
    """What it is about; None leaves it. Raises Forbidden, NotFound, Unprocessable."""
    if rule_ids is not None and len(rule_ids) > MAX_RULES:
        raise Unprocessable("Validation failed: The report names too many rules")
    changes: dict[str, object] = {}
    if category is not None:
        changes["category"] = category
    if rule_ids is not None:
        changes["rule_ids"] = tuple(dict.fromkeys(rule_ids))
    return await _change(site, viewer, report_id, "update", **changes)


async def assign_to_self(site: Site, viewer: Viewer, report_id: int) -> AdminReport:
    """Raises Forbidden, NotFound."""
    return await _change(site, viewer, report_id, "assign", assigned_id=viewer.account_id)


async def unassign(site: Site, viewer: Viewer, report_id: int) -> AdminReport:
    """Raises Forbidden, NotFound."""
    return await _change(site, viewer, report_id, "unassign", assigned_id=None)


async def resolve(site: Site, viewer: Viewer, report_id: int) -> AdminReport:
    """Settled. Raises Forbidden, NotFound."""
    at, by = site.now(), viewer.account_id
    return await _change(site, viewer, report_id, "resolve", resolved_at=at, resolved_by_id=by)


async def reopen(site: Site, viewer: Viewer, report_id: int) -> AdminReport:
    """Not settled after all. Raises Forbidden, NotFound."""
    return await _change(site, viewer, report_id, "reopen", resolved_at=None, resolved_by_id=None)


async def _change(
    site: Site, viewer: Viewer, report_id: int, action: str, **changes: object
) -> AdminReport:
    async with site.writing() as tx:
        officer = await staff.officer(tx, viewer, Permission.MANAGE_REPORTS)
        report = await store.by_id(tx, report_id)
        if report is None:
            raise NotFound
        named = changes.get("rule_ids", ())
        assert isinstance(named, tuple)
        await rules.require_known(tx, named)
        changed = msgspec.structs.replace(report, updated_at=site.now(), **changes)
        await store.update(tx, changed)
        await audit.record(
            tx,
            site,
            actor=officer.account_id,
            action=f"report.{action}",
            target=f"report/{report_id}",
            detail={},
        )
        return await _view(tx, changed)


async def _view(tx: Tx, report: Report | None) -> AdminReport:
    views = [] if report is None else await _views(tx, [report])
    if not views:
        raise NotFound
    return views[0]


async def _views(tx: Tx, reports: Sequence[Report]) -> list[AdminReport]:
    """The same number of statements however many they are."""
    people = [
        id_
        for item in reports
        for id_ in (item.account_id, item.target_id, item.assigned_id, item.resolved_by_id)
        if id_
    ]
    known = await admin_accounts.by_ids(tx, people)
    named = list(dict.fromkeys(id_ for item in reports for id_ in item.status_ids))
    statuses = await hydrate.unveiled(tx, named)
    broken = await rules_store.by_ids(tx, [id_ for item in reports for id_ in item.rule_ids])
    return [
        AdminReport(
            report=item,
            account=known[item.account_id],
            target=known[item.target_id],
            assigned=known.get(item.assigned_id or 0),
            resolved_by=known.get(item.resolved_by_id or 0),
            statuses=tuple(statuses[id_] for id_ in item.status_ids if id_ in statuses),
            rules=tuple(broken[id_] for id_ in item.rule_ids if id_ in broken),
        )
        for item in reports
        if item.account_id in known and item.target_id in known
    ]
