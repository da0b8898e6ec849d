"""Hashtags: how much one is used, and following it."""

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.timeline import Cursor, Page, TagView
from fedschool.site import Site
from fedschool.store import curation as store
from fedschool.store import relationships, uses
from fedschool.text import compose

MAX_FOLLOWED = 500


async def tag(site: Site, viewer: Viewer, name: str) -> TagView:
    """The hashtag with its last week. Raises NotFound for what no hashtag can be called."""
    key = folded(name)
    now = site.now()
    async with site.reading() as tx:
        found = await store.tag(tx, viewer.account_id, key, now)
        if found is not None and not (found.following or found.featuring):
            # Nobody learns words of private posts.
            found = found if await store.is_seen(tx, viewer, found.id) else None
    # Nobody used it yet: a hashtag all the same, and it may be followed
    return found or TagView(id=0, name=key, display=name, history=uses.history({}, now))


async def follow_tag(site: Site, viewer: Viewer, name: str) -> TagView:
    """Public posts under the hashtag come home from now on.

    Raises NotFound as `tag`, Unprocessable.
    """
    key = folded(name)
    now = site.now()
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        if await store.count_followed(tx, viewer.me) >= MAX_FOLLOWED:
            raise Unprocessable(
                f"Validation failed: There may be at most {MAX_FOLLOWED} followed hashtags"
            )
        await store.insert_tag(
            tx, tag_id=site.ids.next(), name=key, display=name.lstrip("#"), now=now
        )
        found = await store.tag(tx, viewer.me, key, now)
        assert found is not None
        await store.follow_tag(
            tx, follow_id=site.ids.next(), account_id=viewer.me, tag_id=found.id, now=now
        )
        after = await store.tag(tx, viewer.me, key, now)
    assert after is not None
    return after


async def unfollow_tag(site: Site, viewer: Viewer, name: str) -> TagView:
    """Raises NotFound as `tag`."""
    key = folded(name)
    async with site.writing() as tx:
        found = await store.tag(tx, viewer.me, key, site.now())
        if found is not None:
            await store.unfollow_tag(tx, viewer.me, found.id)
    return await tag(site, viewer, name)


async def followed_tags(site: Site, viewer: Viewer, cursor: Cursor) -> Page[TagView]:
    """The viewer's hashtags, the one followed last first."""
    async with site.reading() as tx:
        return await store.followed_tags(tx, viewer.me, cursor, site.now())


def folded(name: str) -> str:
    """A hashtag's key. Raises NotFound for what is none."""
    name = name.removeprefix("#")
    if len(name) > compose.MAX_TAG or compose.find(f"#{name}").tags != (name,):
        raise NotFound
    return compose.fold_tag(name)
