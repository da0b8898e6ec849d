"""Recommending people on one's profile."""

from fedschool.errors import Unprocessable
from fedschool.model.account import Relationship, Viewer
from fedschool.services import accounts
from fedschool.site import Site
from fedschool.store import endorsements as store
from fedschool.store import people, relationships
from fedschool.store.relationships import Edge


async def endorse(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Raises NotFound; Unprocessable for whom the viewer does not follow."""
    async with site.writing() as tx:
        await accounts.require(tx, account_id)
        await relationships.lock(tx, viewer.me, account_id)
        if await relationships.find(tx, Edge.FOLLOW, viewer.me, account_id) is None:
            raise Unprocessable("Validation failed: You must follow the person you recommend")
        await store.add(
            tx,
            row_id=site.ids.next(),
            account_id=viewer.me,
            target_id=account_id,
            now=site.now(),
        )
        return (await people.between(tx, viewer.me, [account_id], site.now()))[0]


async def unendorse(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Raises NotFound."""
    async with site.writing() as tx:
        await accounts.require(tx, account_id)
        await store.remove(tx, viewer.me, account_id)
        return (await people.between(tx, viewer.me, [account_id], site.now()))[0]
