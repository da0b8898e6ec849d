"""Somebody is followed from here for the first time: what they posted lately is fetched, and what
they pinned, so that their page is not empty. In bounds, and from their own server alone."""

import msgspec

from fedschool import log
from fedschool.activitypub import parse, uris
from fedschool.activitypub.vocab import Document
from fedschool.errors import FedschoolError, RemoteFailure
from fedschool.model.account import Account
from fedschool.model.job import Acquaint, JobKind
from fedschool.model.status import Status, Visibility
from fedschool.ports.database import Tx
from fedschool.services import fetching, received
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, interactions, jobs, synchronization, timelines

_log = log.get(__name__)
MAX_POSTS = 20
MAX_PINS = 20
MAX_PAGES = 3
FETCHES = 40
_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def plan(tx: Tx, site: Site, followed: Account) -> None:
    """Call when a follow begins: the first of ours sets it going."""
    following, _ = await synchronization.ours(tx, followed.id)
    now = site.now()
    if len(following) != 1 or not site.keyring.once.take(f"acquaint {followed.uri}", now):
        return
    payload = msgspec.json.encode(Acquaint(followed.id))
    lane = f"acquaint:{followed.domain}"
    await jobs.add(tx, [jobs.NewJob(site.ids.next(), JobKind.ACQUAINT, lane, payload, now)], now)
    tx.after_commit(site.wake_workers)


async def run(site: Site, job: Acquaint) -> None:
    """Fetches the latest open posts that answer nobody, then the pinned ones."""
    async with site.reading() as tx:
        account = await accounts.by_id(tx, job.account_id)
    if account is None or account.local or account.suspended_at is not None:
        return
    budget = Budget(FETCHES)
    await _posts(site, account, budget)
    await _pins(site, account, budget)
    async with site.writing() as tx:
        following, _ = await synchronization.ours(tx, account.id)
        for follower in following.values():
            await timelines.backfill_home(tx, follower, account.id)


async def _posts(site: Site, account: Account, budget: Budget) -> None:
    seen = 0
    for item in await _items(site, account, account.outbox_url, budget):
        if seen == MAX_POSTS:
            return
        thing = item
        if isinstance(item, dict) and "object" in item:
            if item.get("type") != "Create" or parse.object_id(item.get("actor")) != account.uri:
                continue
            thing = item["object"]
        seen += await _keep(site, account, thing, budget, answers=False) is not None


async def _pins(site: Site, account: Account, budget: Budget) -> None:
    for item in (await _items(site, account, account.featured_url, budget))[:MAX_PINS]:
        status = await _keep(site, account, item, budget, answers=True)
        if status is None or status.visibility not in _OPEN:
            continue
        async with site.writing() as tx:
            if await interactions.pin_count(tx, account.id) < MAX_PINS:
                await interactions.add(
                    tx,
                    "pins",
                    deed_id=site.ids.next(),
                    account_id=account.id,
                    status_id=status.id,
                    now=site.now(),
                )


async def _keep(
    site: Site, account: Account, thing: object, budget: Budget, *, answers: bool
) -> Status | None:
    """The post, if it is the account's own; one that came whole is believed as its page is."""
    uri = parse.object_id(thing)
    if uri is None or not uris.same_origin(uri, account.uri):
        return None
    try:
        if not isinstance(thing, dict):
            thing = await fetching.named(site, uri, budget)
        claimed = parse.note(thing)
        if claimed.in_reply_to is not None and not answers:
            return None
        return await received.note(
            site, claimed, author=account, budget=budget, fetched=True, quotes=1
        )
    except FedschoolError as error:
        _log.debug("post left out", host=uris.host_of(uri), why=type(error).__name__)
        return None


async def _items(site: Site, account: Account, url: str, budget: Budget) -> list[str | Document]:
    """What a collection lists, over a few pages; each page from the account's own server."""
    found: list[str | Document] = []
    page: str | Document | None = url or None
    try:
        for _ in range(MAX_PAGES + 1):
            if page is None or len(found) >= 2 * MAX_POSTS:
                break
            document = await _page(site, account, page, budget)
            read = parse.collection(document)
            found += read.items
            page = read.first or read.next
    except FedschoolError as error:
        _log.debug("collection left out", host=uris.host_of(url), why=type(error).__name__)
    return found


async def _page(site: Site, account: Account, page: str | Document, budget: Budget) -> Document:
    if isinstance(page, dict):
        return page
    if not uris.same_origin(page, account.uri):
        raise RemoteFailure("The collection goes on elsewhere")
    answer = await fetching.document(site, page, budget)
    if not uris.same_origin(answer.url, account.uri):
        raise RemoteFailure("The collection goes on elsewhere")
    return answer.document
