"""Preview cards: which status gets one, and the job that makes it."""

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

import msgspec

from fedschool.activitypub import uris
from fedschool.errors import NotFound, RemoteFailure, RemoteGone, RemoteRefused
from fedschool.model.account import Account, Viewer
from fedschool.model.card import Card
from fedschool.model.job import FetchCard, Job, JobKind
from fedschool.model.status import Status
from fedschool.ports.database import Tx
from fedschool.services import page_visits
from fedschool.services.jobs import DONE, Verdict, backoff
from fedschool.site import Site
from fedschool.store import cards as store
from fedschool.store import hydrate, jobs
from fedschool.store.jobs import NewJob
from fedschool.text import previews

DAY = 86_400_000
TRIES = 3
MAX_REST = 14
KEPT_FOR = 30 * DAY
LANE = "card:"
_AS_IT_IS = "/%:@!$&'()*+,;=~-._?[]|"


async def plan(
    tx: Tx,
    site: Site,
    status: Status,
    *,
    media: bool,
    named: Sequence[Account] = (),
    edited: bool = False,
) -> bool:
    """After a status was written or edited: the card that it has from now on, if any.

    `media`: files are attached, and shown instead. `named`: the people whom the status mentions.
    Whether the status links to a page.
    """
    url = None if media else link_of(site, status, named)
    if url is None:
        if edited:
            await store.hide(tx, status.id)
        return False
    now = site.now()
    card_id, due = await store.plan(tx, card_id=site.ids.next(), url=url, now=now)
    await store.show(tx, status.id, card_id)
    if due:
        job = NewJob(
            site.ids.next(),
            JobKind.CARD,
            f"{LANE}{uris.host_of(url)}",
            msgspec.json.encode(FetchCard(card_id)),
            now + _wait(site),
        )
        await jobs.add(tx, [job], now)
        tx.after_commit(site.wake_workers)
    return True


def link_of(site: Site, status: Status, named: Sequence[Account] = ()) -> str | None:
    """The first address in the status that leads to somebody else's page, normalised."""
    if "<a " not in status.content:
        return None
    theirs = {address for account in named for address in (account.url, account.uri)}
    for link in previews.links_in(status.content, theirs):
        url = normal(link)
        if url is not None and uris.host_of(url) != site.uris.host:
            return url
    return None


def normal(url: str) -> str | None:
    """The address under which a page has its one card: no fragment, no default port, ASCII."""
    parts = uris.split(url)
    if parts is None:
        return None
    query = "" if parts.query is None else f"?{quote(parts.query, safe=_AS_IT_IS + '/')}"
    path = quote(parts.path or "/", safe=_AS_IT_IS.replace("?", ""))
    return f"{parts.scheme}://{parts.authority}{path}{query}"


async def run(site: Site, job: Job) -> Verdict:
    """Carries out a `card` job: visits the page and writes down what there is to show."""
    order = msgspec.json.decode(job.payload, type=FetchCard)
    async with site.reading() as tx:
        planned = await store.planned(tx, order.card_id)
    if planned is None:
        return DONE
    forget, card = True, None
    try:
        card = await page_visits.visit(site, order.card_id, planned.url)
    except RemoteGone:
        pass
    except RemoteRefused:
        forget = False
    except RemoteFailure:
        if job.attempts < TRIES:
            return Verdict(site.now() + backoff(job.attempts), "the page cannot be read")
        forget = False
    if card is not None:
        async with site.writing() as tx:
            await store.finish(tx, card, site.now())
    else:
        async with site.writing() as tx:
            rest = min(2**planned.failures, MAX_REST) * DAY
            await store.fail(tx, order.card_id, site.now() + rest, forget=forget)
    if planned.image_key is not None and (card is not None or forget):
        await site.media.delete(planned.image_key)
    return DONE


async def of_status(site: Site, viewer: Viewer, status_id: int) -> Card | None:
    """The card that the status shows. Raises NotFound."""
    async with site.reading() as tx:
        view = await hydrate.one(tx, viewer, status_id)
    if view is None:
        raise NotFound
    return view.card if view.reblog is None else view.reblog.card


async def sweep(site: Site) -> None:
    """Removes cards that no status shows any more, with their pictures."""
    removed = store.CHUNK
    while removed >= store.CHUNK:
        async with site.writing() as tx:
            pictures = await store.sweep(tx, site.now() - KEPT_FOR)
        removed = len(pictures)
        for key in pictures:
            if key is not None:
                with suppress(NotFound):
                    await site.media.delete(key)


def _wait(site: Site) -> int:
    """Milliseconds until the visit: not all servers that have a post come at once."""
    most = site.settings.card_delay * 1000
    return min(most, 1_000 + int(site.chance() * max(0, most - 1_000)))
