"""Blocking whole domains for oneself: their posts and notifications are hidden, their people
do not follow one any longer."""

from fedschool.activitypub import uris
from fedschool.errors import Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.timeline import Cursor, Page
from fedschool.services import relationships
from fedschool.site import Site
from fedschool.store import domain_blocks as store
from fedschool.store import relationships as relations

MAX_DOMAINS = 1_000


async def of(site: Site, viewer: Viewer, cursor: Cursor) -> Page[str]:
    """The domains that the viewer blocks, the latest first."""
    async with site.reading() as tx:
        return await store.of(tx, viewer.me, cursor)


async def block(site: Site, viewer: Viewer, domain: str) -> None:
    """Raises Unprocessable for what is no domain, and for this one."""
    authority = _authority(domain)
    if authority == site.uris.host:
        raise Unprocessable("Validation failed: Domain is this server's own")
    async with site.writing() as tx:
        await relations.lock(tx, viewer.me)
        if await store.size(tx, viewer.me) >= MAX_DOMAINS:
            raise Unprocessable(
                f"Validation failed: There may be at most {MAX_DOMAINS} blocked domains"
            )
        await store.add(
            tx, row_id=site.ids.next(), account_id=viewer.me, domain=authority, now=site.now()
        )
    await relationships.leave_domain(site, viewer, authority)


async def unblock(site: Site, viewer: Viewer, domain: str) -> None:
    """Those who were turned away do not come back by it. Raises Unprocessable."""
    authority = _authority(domain)
    async with site.writing() as tx:
        await store.remove(tx, viewer.me, authority)


def _authority(domain: str) -> str:
    authority = uris.authority_of(domain.strip())
    if authority is None:
        raise Unprocessable("Validation failed: Domain is not a valid domain name")
    return authority
