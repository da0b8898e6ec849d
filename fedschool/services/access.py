"""The applications and browsers that act for a person: to see, and to end."""

from fedschool.errors import NotFound
from fedschool.model.access import Access
from fedschool.services import oauth, sessions
from fedschool.site import Site
from fedschool.store import access as store


async def of(site: Site, user_id: int, *, secret: str | None = None) -> Access:
    """`secret`: the cookie of the browser that asks."""
    this = None if secret is None else sessions.digest(secret)
    async with site.reading() as tx:
        return Access(
            tuple(await store.authorized(tx, user_id)),
            tuple(await store.browsers(tx, user_id, site.now(), this)),
        )


async def revoke(site: Site, user_id: int, application_id: int) -> None:
    """The application's tokens are worth nothing from now on. Raises NotFound."""
    async with site.writing() as tx:
        await store.forget_grants(tx, user_id, application_id)
        found = await store.tokens_of(tx, user_id, application_id)
        if not found:
            raise NotFound
        for token_id in found:
            await oauth.withdraw(tx, site, token_id)


async def close(site: Site, user_id: int, session_id: int) -> None:
    """That browser is signed out. Raises NotFound."""
    async with site.writing() as tx:
        if not await store.close_browser(tx, user_id, session_id):
            raise NotFound
