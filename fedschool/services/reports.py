"""Somebody tells the staff, here and at the other server, what should not be."""

from collections.abc import Sequence

from fedschool.activitypub import render
from fedschool.distribution import outbox
from fedschool.errors import NotFound, TooManyRequests, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.moderation import Report, ReportDraft, ReportView
from fedschool.model.status import StatusView
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.services import instance_actor, rules, staff_notices
from fedschool.site import Site
from fedschool.store import accounts, hydrate
from fedschool.store import reports as store

MAX_COMMENT = 1_000
MAX_STATUSES = 100
MAX_RULES = 50
MAX_DOMAINS = 10
A_DAY = 100
"""How many reports one person may file within a day."""
DAY = 86_400_000


async def file(site: Site, viewer: Viewer, draft: ReportDraft) -> ReportView:
    """Files a report, and forwards it where that is asked for, without saying who filed it.

    Posts of others, and those that the viewer may not see, are left out.
    Raises NotFound, Unprocessable, TooManyRequests.
    """
    _check(draft)
    sender = await instance_actor.ensure(site) if draft.forward else None
    now = site.now()
    async with site.writing() as tx:
        if await store.filed(tx, viewer.me, now - DAY) >= A_DAY:
            raise TooManyRequests("There are too many reports of yours today")
        await rules.require_known(tx, draft.rule_ids)
        target = await accounts.by_id(tx, draft.target_id)
        if target is None or draft.target_id == viewer.me:
            raise NotFound
        posts = await _posts(tx, viewer, draft)
        elsewhere = [] if sender is None else await _elsewhere(tx, target, posts, draft)
        report = Report(
            id=site.ids.next(),
            account_id=viewer.me,
            target_id=target.id,
            category=draft.category,
            comment=draft.comment,
            forwarded=bool(elsewhere),
            status_ids=tuple(view.status.id for view in posts),
            rule_ids=tuple(dict.fromkeys(draft.rule_ids)),
            created_at=now,
            updated_at=now,
        )
        await store.insert_new(tx, report)
        await staff_notices.reported(tx, site, viewer.me, report.id)
        if sender is not None and elsewhere:
            objects = [target.uri, *(view.status.uri for view in posts)]
            flag_id = site.uris.activity(report.id)
            document = render.flag(flag_id, sender.uri, objects, report.comment)
            await outbox.send(tx, site, sender, document, people=elsewhere)
    return ReportView(report, target)


async def mine(site: Site, viewer: Viewer, cursor: Cursor) -> Page[ReportView]:
    """What the viewer reported, the latest first."""
    async with site.reading() as tx:
        page = await store.page(tx, cursor, account_id=viewer.me)
        known = await accounts.by_ids(tx, [item.target_id for item in page.items])
    views = [
        ReportView(item, known[item.target_id]) for item in page.items if item.target_id in known
    ]
    return Page(views, page.next_id, page.prev_id)


def _check(draft: ReportDraft) -> None:
    if len(draft.comment) > MAX_COMMENT:
        raise Unprocessable(
            f"Validation failed: Comment is too long (maximum is {MAX_COMMENT} characters)"
        )
    if len(draft.status_ids) > MAX_STATUSES or len(draft.rule_ids) > MAX_RULES:
        raise Unprocessable("Validation failed: The report names too much")
    if len(draft.domains) > MAX_DOMAINS:
        raise Unprocessable("Validation failed: The report is for too many servers")


async def _posts(tx: Tx, viewer: Viewer, draft: ReportDraft) -> list[StatusView]:
    views = await hydrate.statuses_of(tx, viewer, list(dict.fromkeys(draft.status_ids)))
    return [
        view
        for view in views
        if view.status.account_id == draft.target_id and view.status.reblog_of_id is None
    ]


async def _elsewhere(
    tx: Tx, target: Account, posts: Sequence[StatusView], draft: ReportDraft
) -> list[int]:
    """Remote people whose servers hear of it: the target's, and where asked for, the servers of
    those whom the posts answer."""
    answered = [view.status.in_reply_to_account_id for view in posts]
    asked = await accounts.by_ids(tx, [id_ for id_ in dict.fromkeys(answered) if id_ is not None])
    servers = {person.domain: person.id for person in asked.values() if person.domain}
    if target.domain:
        servers[target.domain] = target.id
    wanted: set[str | None] = {domain.lower() for domain in draft.domains} or {target.domain}
    return [account_id for domain, account_id in servers.items() if domain in wanted]
