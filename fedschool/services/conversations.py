"""The viewer's private conversations, as a list to read and to tidy up."""

from fedschool.errors import NotFound
from fedschool.model.account import Viewer
from fedschool.model.conversation import ConversationView
from fedschool.model.timeline import Cursor, Page
from fedschool.site import Site
from fedschool.store import conversations as store


async def page(site: Site, viewer: Viewer, cursor: Cursor) -> Page[ConversationView]:
    """The one that somebody spoke in last comes first."""
    async with site.reading() as tx:
        return await store.page(tx, viewer, cursor, site.now())


async def mark(
    site: Site, viewer: Viewer, conversation_id: int, *, unread: bool
) -> ConversationView:
    """Read or unread. Raises NotFound."""
    async with site.writing() as tx:
        await store.mark(tx, viewer.me, conversation_id, unread=unread)
        view = await store.one(tx, viewer, conversation_id, site.now())
    if view is None:
        raise NotFound
    return view


async def delete(site: Site, viewer: Viewer, conversation_id: int) -> None:
    """Takes it off the list until somebody speaks again; its posts stay. Raises NotFound."""
    async with site.writing() as tx:
        if not await store.delete(tx, viewer.me, conversation_id):
            raise NotFound
