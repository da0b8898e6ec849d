"""One box for everything: people, hashtags, and whatever an address leads to."""

from enum import StrEnum

import msgspec

from fedschool import ids
from fedschool.errors import FedschoolError
from fedschool.model.account import Account, Viewer
from fedschool.model.search import Sought, Term
from fedschool.model.status import Status, StatusView
from fedschool.model.timeline import TagView
from fedschool.ports.database import Tx
from fedschool.services import accounts, remote
from fedschool.services.accounts import MAX_OFFSET, MAX_QUERY
from fedschool.site import Site
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate, words
from fedschool.store import search as store
from fedschool.text import queries
from fedschool.text.characters import tame
from fedschool.text.compose import fold_tag

USED_LATELY = 30 * 86_400_000
"""How far back (ms) the use of a hashtag counts."""


class Kind(StrEnum):
    ACCOUNTS = "accounts"
    STATUSES = "statuses"
    HASHTAGS = "hashtags"


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. `resolve` asks other servers for who or what is not known here.

    `kinds` are what may be found, up to `limit` of each. `author`, `max_id` and `min_id` narrow
    statuses, `following` narrows accounts, `reviewed` hashtags (to those that the staff let pass).
    """

    text: str
    kinds: frozenset[Kind] = frozenset(Kind)
    limit: int = 20
    offset: int = 0
    resolve: bool = False
    following: bool = False
    reviewed: bool = False
    author: int | None = None
    max_id: int | None = None
    min_id: int | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What fits, the nearest first."""

    accounts: tuple[Account, ...] = ()
    statuses: tuple[StatusView, ...] = ()
    hashtags: tuple[TagView, ...] = ()


async def find(site: Site, viewer: Viewer, query: Query) -> Found:
    """What the viewer may see of what fits. Strangers find no posts by their words."""
    text = tame(query.text).strip()[:MAX_QUERY]
    if text.startswith(("https://", "http://")):
        return Found() if query.offset else await _at_address(site, viewer, query, text)
    sought = queries.read(text)
    if sought.has_operators:
        return Found(statuses=await _statuses(site, viewer, query, sought))
    return Found(
        accounts=await _accounts(site, viewer, query, text),
        statuses=await _statuses(site, viewer, query, sought),
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
    since = max(0, site.now() - USED_LATELY) << ids.SEQUENCE_BITS
    # Where the staff reviews nothing, nothing waits for it.
    reviewed = query.reviewed and site.settings.trend_review
    async with site.reading() as tx:
        found = await store.hashtags(
            tx, viewer, name, query.limit, offset, since=since, reviewed=reviewed
        )
    return tuple(found)


async def _statuses(
    site: Site, viewer: Viewer, query: Query, sought: Sought
) -> tuple[StatusView, ...]:
    """Posts with these words and traits, newest first."""
    if Kind.STATUSES not in query.kinds or viewer.account_id is None or not sought.says_something:
        return ()
    since, until = _bounds(query, sought)
    async with site.reading() as tx:
        authors = await _authors(tx, site, viewer, sought)
        if authors is None:
            return ()
        if query.author is not None:
            authors.append(_mark(words.by(query.author)))
        found = await store.posts(
            tx,
            viewer,
            [*sought.terms, *authors, *_traits(sought)],
            sought.shelf,
            embeds=_embeds(sought),
            since=since,
            until=until,
            limit=query.limit,
            offset=min(query.offset, MAX_OFFSET),
        )
    return tuple(found)


async def _authors(tx: Tx, site: Site, viewer: Viewer, sought: Sought) -> list[Term] | None:
    """The accounts named by `from:`; None where one that is wanted is not known."""
    terms = []
    for handle, wanted in sought.authors:
        if handle == "me":
            terms.append(_mark(words.by(viewer.me), wanted=wanted))
            continue
        author = await accounts_store.by_handle(tx, *accounts.handle_of(site, handle))
        if author is not None:
            terms.append(_mark(words.by(author.id), wanted=wanted))
        elif wanted:
            return None
    return terms


def _traits(sought: Sought) -> list[Term]:
    terms = []
    for trait in sought.traits:
        if trait.name == "language":
            terms.append(_mark(words.in_language(trait.value), wanted=trait.wanted))
        elif trait.value != "embed":
            terms.append(_mark(words.being(trait.value), wanted=trait.wanted))
    return terms


def _embeds(sought: Sought) -> bool | None:
    """A preview comes after the post, so its kind is none of the post's words."""
    for trait in sought.traits:
        if trait.value == "embed":
            return trait.wanted
    return None


def _mark(word: str, *, wanted: bool = True) -> Term:
    return Term(words=(word,), wanted=wanted)


def _bounds(query: Query, sought: Sought) -> tuple[int, int]:
    """Dates and ids as ids that lie just outside."""
    since, until = query.min_id or 0, ids.MAX_ID if query.max_id is None else query.max_id
    if sought.since is not None:
        since = max(since, _id_at(sought.since) - 1)
    if sought.until is not None:
        until = min(until, _id_at(sought.until))
    return since, until


def _id_at(ms: int) -> int:
    return max(0, min(ms, ids.MAX_ID >> ids.SEQUENCE_BITS)) << ids.SEQUENCE_BITS


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
