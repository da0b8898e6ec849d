"""Our posts on other people's pages: which may be shown there."""

from fedschool.errors import NotFound
from fedschool.model.account import ANYBODY
from fedschool.model.status import StatusView, Visibility
from fedschool.site import Site
from fedschool.store import hydrate

_SHOWN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def by_address(site: Site, url: str) -> StatusView:
    """The post of ours that has this address or id. Raises NotFound, as `by_id`."""
    named = site.uris.local_status(url)
    if named is None:
        raise NotFound
    return await by_id(site, *named)


async def by_id(site: Site, username: str, status_id: int) -> StatusView:
    """A post that anybody may see, by a person of ours; boosts are none."""
    async with site.reading() as tx:
        view = await hydrate.one(tx, ANYBODY, status_id)
    if view is None or view.reblog is not None or not view.account.local:
        raise NotFound
    if view.status.visibility not in _SHOWN or view.account.username.lower() != username.lower():
        raise NotFound
    return view
