"""The lists of people: who follows whom, who asked to, whom the viewer blocked or muted."""

from collections.abc import Sequence

from fedschool.model.account import Account, Viewer
from fedschool.model.timeline import Cursor, Page
from fedschool.services import accounts
from fedschool.site import Site
from fedschool.store import people, relationships
from fedschool.store.people import People

EMPTY: Page[Account] = Page([])
MAX_FAMILIAR = 40
FAMILIAR = 20


async def followers(site: Site, viewer: Viewer, account_id: int, cursor: Cursor) -> Page[Account]:
    """Who follows the account, the latest first. Raises NotFound; see `_of_account`."""
    return await _of_account(site, viewer, account_id, People.FOLLOWERS, cursor)


async def following(site: Site, viewer: Viewer, account_id: int, cursor: Cursor) -> Page[Account]:
    """Whom the account follows, the latest first. Raises NotFound; see `_of_account`."""
    return await _of_account(site, viewer, account_id, People.FOLLOWING, cursor)


async def follow_requests(site: Site, viewer: Viewer, cursor: Cursor) -> Page[Account]:
    """Who waits for the viewer's consent."""
    return _plain(await _own(site, viewer, People.REQUESTS, cursor))


async def blocks(site: Site, viewer: Viewer, cursor: Cursor) -> Page[Account]:
    """Whom the viewer blocks."""
    return _plain(await _own(site, viewer, People.BLOCKS, cursor))


async def mutes(site: Site, viewer: Viewer, cursor: Cursor) -> Page[tuple[Account, int | None]]:
    """Whom the viewer mutes, and until when (ms; None is for good)."""
    return await _own(site, viewer, People.MUTES, cursor)


async def endorsed_by(site: Site, viewer: Viewer, account_id: int, cursor: Cursor) -> Page[Account]:
    """Whom the account recommends, the latest first. Raises NotFound; see `_of_account`."""
    return await _of_account(site, viewer, account_id, People.ENDORSED, cursor)


async def endorsed(site: Site, viewer: Viewer, cursor: Cursor) -> Page[Account]:
    """Whom the viewer recommends."""
    return _plain(await _own(site, viewer, People.ENDORSED, cursor))


async def familiar_followers(
    site: Site, viewer: Viewer, ids: Sequence[int]
) -> list[tuple[int, list[Account]]]:
    """For each of the accounts, its followers whom the viewer follows, as far as these tell."""
    async with site.reading() as tx:
        return await people.familiar(tx, viewer.me, ids[:MAX_FAMILIAR], FAMILIAR)


async def _of_account(
    site: Site, viewer: Viewer, account_id: int, list_: People, cursor: Cursor
) -> Page[Account]:
    """Empty where the account hides its lists or blocks the viewer; without the unwanted."""
    mine = viewer.account_id == account_id
    async with site.reading() as tx:
        account = await accounts.require(tx, account_id)
        if account.hide_collections and not mine:
            return EMPTY
        me = viewer.account_id
        if me is not None and await relationships.blocking(tx, account_id, me):
            return EMPTY
        page = await people.people(
            tx, list_, account_id, cursor, viewer=None if mine else me, now=site.now()
        )
    return _plain(page)


async def _own(
    site: Site, viewer: Viewer, list_: People, cursor: Cursor
) -> Page[tuple[Account, int | None]]:
    async with site.reading() as tx:
        return await people.people(tx, list_, viewer.me, cursor, viewer=None, now=site.now())


def _plain(page: Page[tuple[Account, int | None]]) -> Page[Account]:
    return Page([account for account, _ in page.items], page.next_id, page.prev_id)
