"""Answers that other servers know of and we do not: looked for in the background, in bounds."""

from collections import deque

import msgspec

from fedschool import log
from fedschool.activitypub import parse, uris
from fedschool.activitypub.vocab import COLLECTIONS, Document
from fedschool.errors import FedschoolError, NotFound
from fedschool.model.account import Viewer
from fedschool.model.job import JobKind, Replies
from fedschool.model.refresh import Refresh
from fedschool.model.status import Status, Visibility
from fedschool.ports.database import Tx
from fedschool.services import fetching, received
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import jobs, statuses
from fedschool.store import thread_refreshes as store

_log = log.get(__name__)
PAUSE = 15 * 60_000
STALE = 5 * 60_000
MAX_ABOVE = 40
MAX_PAGES = 5
MAX_ITEMS = 200
MAX_STATUSES = 40
FETCHES = 60
WAIT = 40_000
_FILLED = frozenset({"items", "orderedItems", "first"})
_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def refresh(site: Site, viewer: Viewer, status_id: int) -> Refresh | None:
    """Looks for answers to a remote status, at most every quarter of an hour.

    The search that goes on now, or None. Only for people who are signed in.
    """
    if viewer.account_id is None:
        return None
    async with site.reading() as tx:
        status = await statuses.visible(tx, viewer, status_id)
        if status is None or not _may_be_asked(status):
            return None
        last = await store.of_thread(tx, status.conversation_id)
        now = site.now()
        if last is not None and last.started_at > now - PAUSE:
            return last if last.finished_at is None and last.started_at > now - STALE else None
        top = await _top(tx, viewer, status)
    return await _begin(site, top)


def _may_be_asked(status: Status) -> bool:
    return not status.local and status.visibility in _OPEN and status.reblog_of_id is None


async def _top(tx: Tx, viewer: Viewer, status: Status) -> Status:
    """Where the thread begins, as far as we know it and it is somebody else's."""
    for ancestor in await statuses.ancestors(tx, status.id, MAX_ABOVE):
        found = await statuses.visible(tx, viewer, ancestor)
        return status if found is None or not _may_be_asked(found) else found
    return status


async def _begin(site: Site, status: Status) -> Refresh | None:
    now = site.now()
    async with site.writing() as tx:
        new = await store.begin(
            tx,
            refresh_id=site.ids.next(),
            conversation_id=status.conversation_id,
            status_id=status.id,
            now=now,
            before=now - PAUSE,
        )
        if new is None:
            return None
        payload = msgspec.json.encode(Replies(new.id))
        lane = f"replies:{uris.host_of(status.uri) or ''}"
        job = jobs.NewJob(site.ids.next(), JobKind.REPLIES, lane, payload, now)
        await jobs.add(tx, [job], now)
        tx.after_commit(site.wake_workers)
    return new


async def get(site: Site, refresh_id: int) -> Refresh:
    """Raises NotFound."""
    async with site.reading() as tx:
        found = await store.by_id(tx, refresh_id)
    if found is None:
        raise NotFound
    return found


async def run(site: Site, job: Replies) -> None:
    """Goes through the thread below the status, level by level, until the bounds are reached."""
    async with site.reading() as tx:
        item = await store.by_id(tx, job.refresh_id)
        root = None if item is None else await statuses.by_id(tx, item.status_id)
    if item is None or root is None:
        return
    budget = Budget(FETCHES, WAIT)
    waiting, seen = deque([root.uri]), {root.uri}
    try:
        while waiting and len(seen) <= MAX_ITEMS:
            for uri in await _answers(site, waiting.popleft(), budget):
                if uri in seen or len(seen) > MAX_ITEMS:
                    continue
                seen.add(uri)
                if await _take_in(site, item.id, uri, budget) and len(waiting) < MAX_STATUSES:
                    waiting.append(uri)
    finally:
        async with site.writing() as tx:
            await store.finish(tx, item.id, site.now())


async def _take_in(site: Site, refresh_id: int, uri: str, budget: Budget) -> bool:
    """Keeps an answer from its own origin; whether more may be below it."""
    if site.uris.is_local(uri):
        return False
    async with site.reading() as tx:
        known = await statuses.by_uri(tx, uri)
    if known is not None:
        return True
    try:
        await received.fetch(site, uri, budget)
    except FedschoolError as error:
        _log.debug("answer left out", host=uris.host_of(uri), why=type(error).__name__)
        return False
    async with site.writing() as tx:
        await store.found(tx, refresh_id, 1)
    return True


async def _answers(site: Site, uri: str, budget: Budget) -> list[str]:
    """The ids in the `replies` of a status, as its own server lists them."""
    found: list[str] = []
    try:
        document = await fetching.named(site, uri, budget)
        origin = parse.object_id(document.get("id")) or uri
        page: Document | None = await _collection(site, origin, document.get("replies"), budget)
        if page is not None and "first" in page:
            found += _items(page)
            page = await _collection(site, origin, page.get("first"), budget)
        pages = 0
        while page is not None and pages < MAX_PAGES and len(found) < MAX_ITEMS:
            found += _items(page)
            pages += 1
            page = await _collection(site, origin, page.get("next"), budget)
    except FedschoolError as error:
        _log.debug("answers not listed", host=uris.host_of(uri), why=type(error).__name__)
    return found[:MAX_ITEMS]


async def _collection(site: Site, origin: str, value: object, budget: Budget) -> Document | None:
    """A collection or a page of one: embedded, or fetched from the status' own server."""
    if isinstance(value, dict) and (
        "items" in value or "orderedItems" in value or "first" in value
    ):
        return value
    uri = parse.object_id(value)
    if uri is None or not uris.same_origin(uri, origin):
        return None
    found = await fetching.document(site, uri, budget)
    if not uris.same_origin(found.url, origin) or found.document.get("type") not in COLLECTIONS:
        return None
    return found.document


def _items(page: Document) -> list[str]:
    listed = page.get("orderedItems", page.get("items", []))
    items = listed if isinstance(listed, list) else [listed]
    named = (parse.object_id(item) for item in items[:MAX_ITEMS])
    return [uri for uri in named if uri is not None]
