"""Reports that other servers send about our people."""

from fedschool import log
from fedschool.activitypub import parse, uris
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.distribution import doors
from fedschool.errors import Malformed
from fedschool.model.account import Account
from fedschool.model.moderation import Report
from fedschool.ports.database import Tx
from fedschool.services import staff_notices
from fedschool.services.fetching import Budget
from fedschool.services.reports import DAY, MAX_COMMENT, MAX_STATUSES
from fedschool.site import Site
from fedschool.store import accounts, reports
from fedschool.text import html

_log = log.get(__name__)
MAX_TARGETS = 5
A_DAY = 100
"""How many reports one server may send within a day."""


async def flag(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """A report about people of ours and posts of theirs; what else it names is left out.

    Raises Malformed where it names nobody of ours.
    """
    assert sender.domain is not None
    named = (parse.object_id(item) for item in activity.objects[: MAX_STATUSES + MAX_TARGETS])
    ours = list(dict.fromkeys(uri for uri in named if uri and site.uris.is_local(uri)))
    async with site.writing() as tx:
        if await doors.refuses_reports(tx, sender.domain, uris.host_of(sender.uri)):
            return
        if await reports.filed_from(tx, sender.domain, site.now() - DAY) >= A_DAY:
            _log.info("report left out", host=sender.domain, why="too many today")
            return
        targets = await _targets(tx, site, ours)
        if not targets:
            raise Malformed("The report is about nobody here")
        for place, target in enumerate(targets):
            await _file(tx, site, sender, activity, target, ours, first=place == 0)


async def _targets(tx: Tx, site: Site, named: list[str]) -> list[Account]:
    """The people of ours who are named, or whose posts are."""
    found: dict[int, Account] = {}
    for uri in named:
        name = site.uris.local_username(uri)
        if name is None and (post := site.uris.local_status(uri)) is not None:
            name = post[0]
        if name is None:
            continue
        account = await accounts.by_handle(tx, name, None)
        if account is not None and account.suspended_at is None:
            found[account.id] = account
        if len(found) == MAX_TARGETS:
            break
    return list(found.values())


async def _file(
    tx: Tx,
    site: Site,
    sender: Account,
    activity: ClaimedActivity,
    target: Account,
    named: list[str],
    *,
    first: bool,
) -> None:
    now = site.now()
    report = Report(
        id=site.ids.next(),
        account_id=sender.id,
        target_id=target.id,
        uri=activity.id if first else None,
        comment=html.strip(activity.content or "", MAX_COMMENT),
        status_ids=tuple(await reports.posts_by_uri(tx, target.id, named)),
        created_at=now,
        updated_at=now,
    )
    if await reports.insert_new(tx, report):
        await staff_notices.reported(tx, site, sender.id, report.id)
