"""The directory of people who want to be found."""

import msgspec

from fedschool.model.account import Account, Viewer
from fedschool.site import Site
from fedschool.store import directory as store

MAX_OFFSET = 5_000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A page. `newest`: by when they came, else by when they posted last; `local`: ours alone."""

    newest: bool = False
    local: bool = False
    limit: int = 40
    offset: int = 0


async def page(site: Site, viewer: Viewer, wanted: Wanted) -> list[Account]:
    """Without those whom the viewer blocked or muted, and whom the server keeps down."""
    async with site.reading() as tx:
        return await store.page(
            tx,
            viewer,
            newest=wanted.newest,
            local=wanted.local,
            limit=wanted.limit,
            offset=min(wanted.offset, MAX_OFFSET),
        )
