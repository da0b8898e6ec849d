"""Timelines as one viewer sees them."""

import msgspec

from fedschool.errors import NotFound
from fedschool.model.account import Viewer
from fedschool.model.status import StatusView
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Call, Tx
from fedschool.site import Site
from fedschool.store import accounts, hydrate, list_entries, lists, timelines
from fedschool.store import direct as direct_store
from fedschool.text.compose import fold_tag

MAX_TAGS = 4


class TagQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which tags: the one asked for or one of `any_`, each of `all_`, none of `none`."""

    name: str
    any_: tuple[str, ...] = ()
    all_: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


async def home(site: Site, viewer: Viewer, cursor: Cursor) -> Page[StatusView]:
    """What the people and hashtags that the viewer follows posted."""
    async with site.reading() as tx:
        return await _page(tx, viewer, cursor, timelines.home(viewer.me, cursor, site.now()))


async def direct(site: Site, viewer: Viewer, cursor: Cursor) -> Page[StatusView]:
    """Direct posts to and from the viewer, as clients read them before conversations."""
    async with site.reading() as tx:
        return await _page(tx, viewer, cursor, direct_store.timeline(viewer, cursor, site.now()))


async def of_list(site: Site, viewer: Viewer, list_id: int, cursor: Cursor) -> Page[StatusView]:
    """What the people in one of the viewer's lists posted. Raises NotFound."""
    async with site.reading() as tx:
        if await lists.by_id(tx, viewer.me, list_id) is None:
            raise NotFound
        query = list_entries.timeline(viewer.me, list_id, cursor, site.now())
        return await _page(tx, viewer, cursor, query)


async def public(
    site: Site,
    viewer: Viewer,
    cursor: Cursor,
    *,
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> Page[StatusView]:
    """Everything public that is known here; `local` or `remote` narrows it."""
    async with site.reading() as tx:
        query = timelines.public(
            viewer, cursor, local=local, remote=remote, only_media=only_media, now=site.now()
        )
        return await _page(tx, viewer, cursor, query)


async def tag(
    site: Site,
    viewer: Viewer,
    asked: TagQuery,
    cursor: Cursor,
    *,
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> Page[StatusView]:
    """Public posts under a hashtag. A tag that nobody used yet is an empty timeline."""
    wanted = [fold_tag(name) for name in (asked.name, *asked.any_[:MAX_TAGS])]
    both = [fold_tag(name) for name in asked.all_[:MAX_TAGS]]
    none = [fold_tag(name) for name in asked.none[:MAX_TAGS]]
    async with site.reading() as tx:
        known = await timelines.tag_ids(tx, [*wanted, *both, *none])
        any_ = list(dict.fromkeys(known[name] for name in wanted if name in known))
        if not any_ or not all(name in known for name in both):
            return Page(())
        query = timelines.tagged(
            viewer,
            cursor,
            any_=any_,
            all_=[known[name] for name in both],
            none=[known[name] for name in none if name in known],
            local=local,
            remote=remote,
            only_media=only_media,
            now=site.now(),
        )
        return await _page(tx, viewer, cursor, query)


async def account_statuses(
    site: Site,
    viewer: Viewer,
    account_id: int,
    cursor: Cursor,
    *,
    only_media: bool = False,
    exclude_replies: bool = False,
    exclude_reblogs: bool = False,
    pinned: bool = False,
    tagged: str | None = None,
) -> Page[StatusView]:
    """An account's posts, as far as the viewer may see them. Raises NotFound."""
    async with site.reading() as tx:
        account = await accounts.by_id(tx, account_id)
        if account is None:
            raise NotFound
        if pinned:
            ids = await timelines.pinned(tx, viewer, account_id)
            return Page(await hydrate.statuses_of(tx, viewer, ids))
        tag_id = None
        if tagged:
            name = fold_tag(tagged)
            tag_id = (await timelines.tag_ids(tx, [name])).get(name)
            if tag_id is None:
                return Page(())
        query = timelines.of_account(
            viewer,
            account_id,
            cursor,
            only_media=only_media,
            no_replies=exclude_replies,
            no_reblogs=exclude_reblogs,
            tag_id=tag_id,
        )
        return await _page(tx, viewer, cursor, query)


async def _page(tx: Tx, viewer: Viewer, cursor: Cursor, query: Call) -> Page[StatusView]:
    oldest_first = cursor.min_id is not None
    ids, views = await hydrate.page(tx, viewer, query, oldest_first=oldest_first)
    return Page(views, ids[-1], ids[0]) if ids else Page(())
