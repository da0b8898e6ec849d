"""What happened that concerns the viewer, told in groups: six people liked this."""

from collections.abc import Sequence

from fedschool.errors import NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.notification import GroupsView
from fedschool.model.timeline import Cursor, NotificationFilter, Page
from fedschool.services.notifications import MAX_COUNT
from fedschool.site import Site
from fedschool.store import notification_groups as store


async def page(
    site: Site,
    viewer: Viewer,
    filter_: NotificationFilter,
    grouped: Sequence[str],
    cursor: Cursor,
) -> tuple[GroupsView, int | None, int | None]:
    """Newest first, with the ids that the next and the previous page start from.

    `grouped`: the types that are told together.
    """
    async with site.reading() as tx:
        found = await store.page(tx, viewer, filter_, grouped, cursor, site.now())
        view = await store.view(tx, viewer, list(found.items))
    return view, found.next_id, found.prev_id


async def get(site: Site, viewer: Viewer, key: str) -> GroupsView:
    """One group. Raises NotFound."""
    async with site.reading() as tx:
        found = await store.one(tx, viewer, key, site.now())
        view = None if found is None else await store.view(tx, viewer, [found])
    if view is None or not view.groups:
        raise NotFound
    return view


async def people(site: Site, viewer: Viewer, key: str, cursor: Cursor) -> Page[Account]:
    """Everybody in a group, the latest first; pages by notifications' ids."""
    async with site.reading() as tx:
        found = await store.members(tx, viewer, key, cursor, site.now())
    return Page([account for _, account in found.items], found.next_id, found.prev_id)


async def count(
    site: Site, viewer: Viewer, filter_: NotificationFilter, grouped: Sequence[str], limit: int
) -> int:
    """How many groups came since the viewer's marker, or `limit` where more did."""
    async with site.reading() as tx:
        return await store.count(tx, viewer, filter_, grouped, min(limit, MAX_COUNT), site.now())


async def dismiss(site: Site, viewer: Viewer, key: str) -> None:
    """Removes a group; doing so again changes nothing."""
    async with site.writing() as tx:
        await store.dismiss(tx, viewer.me, key)
