"""Hashtags on people's profiles."""

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.instance import MAX_FEATURED_TAGS
from fedschool.model.timeline import FeaturedTag, TagView
from fedschool.services import accounts
from fedschool.services.curation import folded
from fedschool.site import Site
from fedschool.store import curation, relationships
from fedschool.store import featured_tags as store

SUGGESTIONS = 10


async def mine(site: Site, viewer: Viewer) -> list[FeaturedTag]:
    """The viewer's, in the order in which they were chosen."""
    async with site.reading() as tx:
        return await store.of(tx, viewer.me)


async def of(site: Site, _viewer: Viewer, account_id: int) -> list[FeaturedTag]:
    """Somebody's. Raises NotFound."""
    async with site.reading() as tx:
        await accounts.require(tx, account_id)
        return await store.of(tx, account_id)


async def suggestions(site: Site, viewer: Viewer) -> list[TagView]:
    """What the viewer used last and could feature."""
    async with site.reading() as tx:
        return await store.suggestions(tx, viewer.me, SUGGESTIONS, site.now())


async def feature(site: Site, viewer: Viewer, name: str, *, again: bool = False) -> FeaturedTag:
    """`again`: it may be there already. Raises NotFound for what is no hashtag, Unprocessable."""
    key, now = folded(name), site.now()
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        await curation.insert_tag(
            tx, tag_id=site.ids.next(), name=key, display=name.lstrip("#"), now=now
        )
        tag = await curation.tag(tx, viewer.me, key, now)
        assert tag is not None
        new = await store.add(
            tx, row_id=site.ids.next(), account_id=viewer.me, tag_id=tag.id, now=now
        )
        if not (new or again):
            raise Unprocessable("Validation failed: Name has already been taken")
        found = await store.of(tx, viewer.me)
        if len(found) > MAX_FEATURED_TAGS:
            raise Unprocessable(
                f"Validation failed: There may be at most {MAX_FEATURED_TAGS} featured hashtags"
            )
    return next(item for item in found if item.name == key)


async def unfeature(site: Site, viewer: Viewer, name: str) -> None:
    """Raises NotFound for what is no hashtag."""
    key = folded(name)
    async with site.writing() as tx:
        tag = await curation.tag(tx, viewer.me, key, site.now())
        if tag is not None:
            await store.remove_tag(tx, viewer.me, tag.id)


async def remove(site: Site, viewer: Viewer, row_id: int) -> None:
    """Raises NotFound."""
    async with site.writing() as tx:
        if not await store.remove(tx, viewer.me, row_id):
            raise NotFound
