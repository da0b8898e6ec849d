"""Our people's collections (ActivityPub 5): what they posted, whom they know, what they pinned."""

from urllib.parse import urlencode

from fedschool.activitypub import render
from fedschool.activitypub.vocab import Document
from fedschool.distribution import outbox as gate
from fedschool.errors import NotFound
from fedschool.model.account import ANYBODY, Account
from fedschool.model.status import StatusView
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Tx
from fedschool.services import documents
from fedschool.site import Site
from fedschool.store import featured_tags as tags_store
from fedschool.store import hydrate, people, threads, timelines
from fedschool.store.people import People

PAGE = 20
PEOPLE_PAGE = 40
MAX_THREAD = 500
MAX_REPLIES = 100


async def outbox(site: Site, username: str, cursor: Cursor | None) -> Document:
    """Public and unlisted posts and boosts; without a cursor the collection itself."""
    async with site.reading() as tx:
        account = await _shown(tx, username)
        identity = site.uris.outbox(account.username)
        if cursor is None:
            first, last = _address(identity), _address(identity, min_id=0)
            total = account.statuses_count
            return render.ordered_collection(identity, total, first=first, last=last)
        query = timelines.of_account(ANYBODY, account.id, cursor)
        oldest_first = cursor.min_id is not None
        ids, views = await hydrate.page(tx, ANYBODY, query, oldest_first=oldest_first)
    items = [documents.activity_of(site, view) for view in views if gate.leaves(view.status)]
    newest, oldest = (ids[0], ids[-1]) if ids else (None, None)
    return _page(identity, cursor, items, newest, oldest, full=len(ids) >= cursor.limit)


async def followers(site: Site, username: str, cursor: Cursor | None) -> Document:
    return await _people(site, People.FOLLOWERS, username, cursor)


async def following(site: Site, username: str, cursor: Cursor | None) -> Document:
    return await _people(site, People.FOLLOWING, username, cursor)


async def featured(site: Site, username: str) -> Document:
    """Pinned posts that anybody may see, whole."""
    async with site.reading() as tx:
        account = await _shown(tx, username)
        ids = await timelines.pinned(tx, ANYBODY, account.id)
        views = await hydrate.statuses_of(tx, ANYBODY, ids)
    items = [_note(site, view) for view in views if gate.leaves(view.status)]
    return render.ordered_collection(site.uris.featured(account.username), len(items), items=items)


async def featured_tags(site: Site, username: str) -> Document:
    """The hashtags on the profile."""
    async with site.reading() as tx:
        account = await _shown(tx, username)
        found = await tags_store.of(tx, account.id)
    items: list[Document] = [
        {"type": "Hashtag", "href": site.uris.tag(item.name), "name": f"#{item.display}"}
        for item in found
    ]
    identity = site.uris.featured_tags(account.username)
    return render.ordered_collection(identity, len(items), items=items)


async def replies(site: Site, username: str, status_id: int) -> Document:
    """Addresses of the answers that anybody may see."""
    async with site.reading() as tx:
        view = await documents.open_status(tx, username, status_id)
        items = await threads.replies(tx, status_id, MAX_REPLIES)
    identity = site.uris.replies(view.account.username, status_id)
    return render.ordered_collection(identity, len(items), items=items)


async def likes(site: Site, username: str, status_id: int) -> Document:
    """How many, not who."""
    async with site.reading() as tx:
        view = await documents.open_status(tx, username, status_id)
    identity = site.uris.likes(view.account.username, status_id)
    return render.ordered_collection(identity, view.status.favourites_count)


async def shares(site: Site, username: str, status_id: int) -> Document:
    """How many, not who."""
    async with site.reading() as tx:
        view = await documents.open_status(tx, username, status_id)
    identity = site.uris.shares(view.account.username, status_id)
    return render.ordered_collection(identity, view.status.reblogs_count)


async def context(site: Site, conversation_id: int) -> Document:
    """A thread that our people take part in, as far as anybody may see it (FEP-7888)."""
    async with site.reading() as tx:
        items = await threads.conversation(tx, conversation_id, MAX_THREAD)
    if not items:
        raise NotFound
    return render.ordered_collection(site.uris.context(conversation_id), len(items), items=items)


async def _people(site: Site, kind: People, username: str, cursor: Cursor | None) -> Document:
    async with site.reading() as tx:
        account = await _shown(tx, username)
        if kind is People.FOLLOWERS:
            identity, total = site.uris.followers(account.username), account.followers_count
        else:
            identity, total = site.uris.following(account.username), account.following_count
        if account.hide_collections:
            return render.ordered_collection(identity, total)
        if cursor is None:
            return render.ordered_collection(identity, total, first=_address(identity))
        page = await people.people(tx, kind, account.id, cursor, viewer=None, now=site.now())
    items = [found.uri for found, _ in page.items]
    return _page(identity, cursor, items, page.prev_id, page.next_id, full=page.next_id is not None)


async def _shown(tx: Tx, username: str) -> Account:
    account = await documents.person(tx, username)
    if account.suspended_at is not None:
        raise NotFound
    return account


def _note(site: Site, view: StatusView) -> Document:
    return render.note(view, site.uris, lambda key: gate.media_url(site, key), with_context=False)


def _page(
    identity: str,
    cursor: Cursor,
    items: list[str] | list[Document],
    newest: int | None,
    oldest: int | None,
    *,
    full: bool,
) -> Document:
    return render.ordered_page(
        _address(identity, max_id=cursor.max_id, min_id=cursor.min_id),
        identity,
        list(items),
        next_page=_address(identity, max_id=oldest) if full and oldest is not None else None,
        prev_page=None if newest is None else _address(identity, min_id=newest),
    )


def _address(identity: str, *, max_id: int | None = None, min_id: int | None = None) -> str:
    given = {"max_id": max_id, "min_id": min_id}
    chosen = {name: value for name, value in given.items() if value is not None}
    return f"{identity}?{urlencode({'page': 'true', **chosen})}"
