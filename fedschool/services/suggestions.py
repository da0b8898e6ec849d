"""Whom somebody might like to follow; the staff may choose some for everybody."""

from collections.abc import Sequence

from fedschool import ids
from fedschool.errors import NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.suggestion import Source, Suggestion
from fedschool.services import accounts as people
from fedschool.services import remote
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import suggestions as store

NEWCOMER = 10
"""Who follows fewer people than this meets the colleagues first."""

LATELY = 30 * 86_400_000


async def suggest(site: Site, viewer: Viewer, limit: int) -> list[Suggestion]:
    """At most `limit` people to follow, the best first, each with the reasons.

    Never somebody who is followed, asked, blocked, muted or dismissed by the viewer, who blocks
    the viewer, moved away, is suspended or limited, or does not want to be found.
    """
    since = max(0, site.now() - LATELY) << ids.SEQUENCE_BITS
    async with site.reading() as tx:
        follows, colleagues, by_source = await store.candidates(
            tx, viewer.me, limit=limit, since=since
        )
        first = colleagues if follows < NEWCOMER else []
        wanted = _ranked(first, by_source)[:limit]
        known = await accounts.by_ids(tx, wanted)
    reasons = {
        account_id: tuple(source for source in Source if account_id in by_source[source])
        for account_id in wanted
    }
    return [
        # A colleague may be suggested for no other reason: our own people are who is known here.
        Suggestion(known[account_id], reasons[account_id] or (Source.MOST_FOLLOWED,))
        for account_id in wanted
        if account_id in known
    ]


async def dismiss(site: Site, viewer: Viewer, account_id: int) -> None:
    """Never suggests the account to the viewer again; nothing happens where nobody has the id."""
    async with site.writing() as tx:
        if await accounts.by_id(tx, account_id) is not None:
            await store.dismiss(tx, viewer.me, account_id, site.now())


async def feature(site: Site, handle: str) -> tuple[Account, bool]:
    """The staff suggest this person to everybody; False when they do already.

    Raises NotFound, RemoteFailure for somebody elsewhere who cannot be found.
    """
    account = await _named(site, handle)
    async with site.writing() as tx:
        return account, await store.feature(tx, account.id, site.now())


async def unfeature(site: Site, handle: str) -> Account:
    """The opposite. Raises NotFound, also for somebody whom nobody chose."""
    username, domain = people.handle_of(site, handle)
    async with site.writing() as tx:
        account = await accounts.by_handle(tx, username, domain)
        if account is None or not await store.unfeature(tx, account.id):
            raise NotFound(f"{handle} is not suggested")
    return account


async def featured(site: Site) -> Sequence[Account]:
    """Whom the staff suggest, the latest first."""
    async with site.reading() as tx:
        return await store.featured(tx)


async def _named(site: Site, handle: str) -> Account:
    username, domain = people.handle_of(site, handle)
    async with site.reading() as tx:
        account = await accounts.by_handle(tx, username, domain)
    if account is None and domain is not None:
        account = await remote.resolve_handle(site, username, domain)
    if account is None or account.suspended_at is not None:
        raise NotFound(f"Nobody is called {handle}")
    return account


def _ranked(first: Sequence[int], by_source: dict[Source, list[int]]) -> list[int]:
    """Colleagues for a newcomer, those chosen by the staff before the others; then by source."""
    chosen = by_source[Source.FEATURED]
    order = [account_id for account_id in chosen if account_id in set(first)]
    order.extend(first)
    for source in Source:
        order.extend(by_source[source])
    return list(dict.fromkeys(order))
