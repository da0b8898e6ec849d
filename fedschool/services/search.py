"""One box for everything: people, hashtags, and whatever an address leads to."""

from enum import StrEnum

import msgspec

from fedschool.errors import FedschoolError
from fedschool.model.account import Account, Viewer
from fedschool.model.status import Status, StatusView
from fedschool.model.timeline import TagView
from fedschool.services import accounts, remote
from fedschool.services.accounts import MAX_OFFSET, MAX_QUERY
from fedschool.site import Site
from fedschool.store import hydrate
from fedschool.store import search as store
from fedschool.text.characters import tame
from fedschool.text.compose import fold_tag


class Kind(StrEnum):
    ACCOUNTS = "accounts"
    STATUSES = "statuses"
    HASHTAGS = "hashtags"


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. `resolve` asks other servers for who or what is not known here.

    `kinds` are what may be found, up to `limit` of each. `author`, `max_id` and `min_id` narrow
    statuses, `following` narrows accounts.
    """

    text: str
    kinds: frozenset[Kind] = frozenset(Kind)
    limit: int = 20
    offset: int = 0
    resolve: bool = False
    following: bool = False
    author: int | None = None
    max_id: int | None = None
    min_id: int | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What fits, the nearest first."""

    accounts: tuple[Account, ...] = ()
    statuses: tuple[StatusView, ...] = ()
    hashtags: tuple[TagView, ...] = ()


async def find(site: Site, viewer: Viewer, query: Query) -> Found:
    """What the viewer may see of what fits. Words in posts are not searched yet."""
    text = tame(query.text).strip()[:MAX_QUERY]
    if text.startswith(("https://", "http://")):
        return Found() if query.offset else await _at_address(site, viewer, query, text)
    return Found(
        accounts=await _accounts(site, viewer, query, text),
        hashtags=await _hashtags(site, viewer, query, text),
    )


async def _accounts(site: Site, viewer: Viewer, query: Query, text: str) -> tuple[Account, ...]:
    if Kind.ACCOUNTS not in query.kinds or text.startswith("#"):
        return ()
    asked = accounts.Search(
        text=text,
        limit=query.limit,
        offset=query.offset,
        resolve=query.resolve,
        following=query.following,
    )
    return tuple(await accounts.search(site, viewer, asked))


async def _hashtags(site: Site, viewer: Viewer, query: Query, text: str) -> tuple[TagView, ...]:
    name = fold_tag(text)
    if Kind.HASHTAGS not in query.kinds or "@" in text or not name:
        return ()
    offset = min(query.offset, MAX_OFFSET)
    async with site.reading() as tx:
        return tuple(await store.hashtags(tx, viewer, name, query.limit, offset))


async def _at_address(site: Site, viewer: Viewer, query: Query, address: str) -> Found:
    found = await _named(site, address, resolve=query.resolve)
    if isinstance(found, Account):
        return Found(accounts=(found,) if Kind.ACCOUNTS in query.kinds else ())
    if found is None or Kind.STATUSES not in query.kinds or not _is_wanted(found, query):
        return Found()
    async with site.reading() as tx:
        view = await hydrate.one(tx, viewer, found.id)
    return Found(statuses=() if view is None else (view,))


async def _named(site: Site, address: str, *, resolve: bool) -> Account | Status | None:
    if not resolve:
        return await remote.known(site, address)
    try:
        return await remote.resolve_uri(site, address)
    except FedschoolError:
        return None  # an address that leads nowhere finds nothing


def _is_wanted(status: Status, query: Query) -> bool:
    return (
        query.author in (None, status.account_id)
        and (query.max_id is None or status.id < query.max_id)
        and (query.min_id is None or status.id > query.min_id)
    )
