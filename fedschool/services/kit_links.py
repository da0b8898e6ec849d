"""Statuses that link to collections of people: which they are, so that readers see them at once."""

import contextlib
from collections.abc import Iterable

from fedschool.activitypub.objects import ClaimedNote
from fedschool.errors import FedschoolError
from fedschool.model.status import Status
from fedschool.ports.database import Tx
from fedschool.services import received_kits
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import kits as store
from fedschool.text import previews

MAX_LINKS = 40
MAX_KITS = 4


async def find(site: Site, claimed: ClaimedNote, budget: Budget) -> None:
    """Fetches the collections that a note names and that are not known here, in bounds."""
    for uri in claimed.kits[:MAX_KITS]:
        with contextlib.suppress(FedschoolError):
            await received_kits.fetch(site, uri, budget)


async def write(
    tx: Tx, site: Site, status: Status, named: Iterable[str] = (), *, edited: bool = False
) -> None:
    """The collections that a status links to, or that its author's server `named`."""
    inside = previews.links_in(status.content) if "<a " in status.content else []
    links = [*named, *inside][:MAX_LINKS]
    if not links and not edited:
        return
    ours = [kit_id for link in links if (kit_id := site.uris.local_collection_id(link))]
    there = [kit_id for kit_id in ours if await store.by_id(tx, kit_id) is not None]
    known = await store.known_among(tx, links) if links else []
    await store.tag(tx, status.id, list(dict.fromkeys([*there, *known]))[:MAX_KITS])
