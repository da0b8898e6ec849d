"""What happened that concerns the viewer."""

from fedschool.errors import NotFound
from fedschool.model.account import Viewer
from fedschool.model.timeline import Cursor, NotificationFilter, NotificationView, Page
from fedschool.site import Site
from fedschool.store import notifications as store

MAX_COUNT = 1_000


async def page(
    site: Site, viewer: Viewer, filter_: NotificationFilter, cursor: Cursor
) -> Page[NotificationView]:
    """Newest first, without what the viewer may not see or does not want to hear."""
    async with site.reading() as tx:
        return await store.page(tx, viewer, filter_, cursor, site.now())


async def get(site: Site, viewer: Viewer, notification_id: int) -> NotificationView:
    """Raises NotFound."""
    async with site.reading() as tx:
        found = await store.one(tx, viewer, notification_id, site.now())
    if found is None:
        raise NotFound
    return found


async def unread_count(site: Site, viewer: Viewer, filter_: NotificationFilter, limit: int) -> int:
    """How many came since the viewer's marker, or `limit` where more did."""
    async with site.reading() as tx:
        return await store.count(tx, viewer, filter_, min(limit, MAX_COUNT), site.now())


async def dismiss(site: Site, viewer: Viewer, notification_id: int) -> None:
    """Raises NotFound."""
    async with site.writing() as tx:
        if not await store.dismiss(tx, viewer.me, notification_id):
            raise NotFound


async def clear(site: Site, viewer: Viewer) -> None:
    """Dismisses all of them."""
    async with site.writing() as tx:
        await store.clear(tx, viewer.me)
