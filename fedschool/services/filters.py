"""What people would rather not read: filters, their keywords, and single statuses in them.

All of a person's filters are few and are read at once; each change moves their version, by which
everything that was made of them is known.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import msgspec
from msgspec import UNSET, UnsetType

from fedschool.distribution import streams
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.filters import (
    Filter,
    FilterAction,
    FilterContext,
    FilteredStatus,
    Keyword,
)
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import filters as store
from fedschool.store import relationships, statuses

MAX_FILTERS = 100
MAX_KEYWORDS = 500
MAX_STATUSES = 1_000
MAX_TITLE = 256
MAX_KEYWORD = 512
LONGEST = 100 * 365 * 24 * 3600


class KeywordForm(msgspec.Struct, frozen=True, kw_only=True):
    """A keyword to add, or with an `id` to change or remove."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    remove: bool = False


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a client says of a filter; None leaves it as it is.

    `expires_in` in seconds from now: None is never, UNSET leaves it.
    """

    title: str | None = None
    contexts: tuple[str, ...] | None = None
    action: str | None = None
    expires_in: int | UnsetType | None = UNSET
    keywords: tuple[KeywordForm, ...] = ()


Found = tuple[Filter, Keyword]


async def of(site: Site, viewer: Viewer) -> list[Filter]:
    """The viewer's filters, oldest first."""
    async with site.reading() as tx:
        return await store.of(tx, viewer.me)


async def get(site: Site, viewer: Viewer, filter_id: int) -> Filter:
    """Raises NotFound."""
    return _one(await of(site, viewer), filter_id)


async def keyword(site: Site, viewer: Viewer, keyword_id: int) -> Found:
    """A keyword, and the filter that it is in. Raises NotFound."""
    return _keyword(await of(site, viewer), keyword_id)


async def status(site: Site, viewer: Viewer, entry_id: int) -> FilteredStatus:
    """Raises NotFound."""
    return _entry(await of(site, viewer), entry_id)


async def create(site: Site, viewer: Viewer, form: Form) -> Filter:
    """Raises Unprocessable; NotFound for keywords that claim an id."""
    empty = Filter(id=site.ids.next(), account_id=viewer.me, title="", contexts=())
    async with _changing(site, viewer) as (tx, all_):
        if len(all_) >= MAX_FILTERS:
            raise Unprocessable(f"Validation failed: There may be at most {MAX_FILTERS} filters")
        item = _with(site, empty, form)
        await store.insert_new(tx, item)
        await _put_keywords(tx, site, all_, item, form.keywords)
    return await get(site, viewer, item.id)


async def update(site: Site, viewer: Viewer, filter_id: int, form: Form) -> Filter:
    """Raises NotFound, for keywords of other filters as well; Unprocessable."""
    async with _changing(site, viewer) as (tx, all_):
        item = _with(site, _one(all_, filter_id), form)
        await store.change(tx, item)
        await _put_keywords(tx, site, all_, item, form.keywords)
    return await get(site, viewer, filter_id)


async def delete(site: Site, viewer: Viewer, filter_id: int) -> None:
    """Raises NotFound."""
    async with _changing(site, viewer) as (tx, all_):
        await store.delete(tx, _one(all_, filter_id).id)


async def add_keyword(site: Site, viewer: Viewer, filter_id: int, form: KeywordForm) -> Keyword:
    """Raises NotFound, Unprocessable."""
    async with _changing(site, viewer) as (tx, all_):
        item = _one(all_, filter_id)
        _require_room(all_, 1)
        made = _spelled(None, form, site.ids.next())
        await store.put_keyword(tx, item.id, made)
    return made


async def change_keyword(site: Site, viewer: Viewer, keyword_id: int, form: KeywordForm) -> Keyword:
    """Raises NotFound, Unprocessable."""
    async with _changing(site, viewer) as (tx, all_):
        item, before = _keyword(all_, keyword_id)
        after = _spelled(before, form, keyword_id)
        await store.put_keyword(tx, item.id, after)
    return after


async def remove_keyword(site: Site, viewer: Viewer, keyword_id: int) -> None:
    """Raises NotFound."""
    async with _changing(site, viewer) as (tx, all_):
        _keyword(all_, keyword_id)
        await store.delete_keyword(tx, keyword_id)


async def add_status(site: Site, viewer: Viewer, filter_id: int, status_id: int) -> FilteredStatus:
    """Puts one status that the viewer may see into a filter. Raises NotFound, Unprocessable."""
    async with _changing(site, viewer) as (tx, all_):
        item = _one(all_, filter_id)
        if await statuses.visible(tx, viewer, status_id) is None:
            raise NotFound
        if any(entry.status_id == status_id for entry in item.statuses):
            raise Unprocessable("Validation failed: Status has already been taken")
        if sum(len(each.statuses) for each in all_) >= MAX_STATUSES:
            raise Unprocessable(f"Validation failed: Filters hold at most {MAX_STATUSES} posts")
        entry = FilteredStatus(site.ids.next(), status_id)
        await store.insert_status(tx, item.id, entry)
    return entry


async def remove_status(site: Site, viewer: Viewer, entry_id: int) -> None:
    """Raises NotFound."""
    async with _changing(site, viewer) as (tx, all_):
        await store.delete_status(tx, _entry(all_, entry_id).id)


async def create_phrase(site: Site, viewer: Viewer, form: Form) -> Found:
    """The first version's filter: one keyword, in a filter of its own. Raises Unprocessable."""
    item = await create(site, viewer, form)
    return item, item.keywords[0]


async def change_phrase(site: Site, viewer: Viewer, keyword_id: int, form: Form) -> Found:
    """As `create_phrase`, for a keyword that is there; `form.keywords` is that one.

    Raises NotFound; Unprocessable, also for a change to the rest of a filter that holds more.
    """
    async with _changing(site, viewer) as (tx, all_):
        before, _ = _keyword(all_, keyword_id)
        after = _with(site, before, form)
        if len(before.keywords) + len(before.statuses) > 1:
            if (after.contexts, after.action) != (before.contexts, before.action):
                raise Unprocessable("This filter holds more than this phrase")
            after = before
        await store.change(tx, after)
        await _put_keywords(tx, site, all_, after, form.keywords)
    return await keyword(site, viewer, keyword_id)


async def remove_phrase(site: Site, viewer: Viewer, keyword_id: int) -> None:
    """The filter goes with its last keyword. Raises NotFound."""
    async with _changing(site, viewer) as (tx, all_):
        item, _ = _keyword(all_, keyword_id)
        await store.delete_keyword(tx, keyword_id)
        if len(item.keywords) + len(item.statuses) == 1:
            await store.delete(tx, item.id)


@asynccontextmanager
async def _changing(site: Site, viewer: Viewer) -> AsyncIterator[tuple[Tx, list[Filter]]]:
    """A transaction with the viewer's filters, which nobody else changes meanwhile."""
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        yield tx, await store.of(tx, viewer.me)
        await store.moved(tx, viewer.me)
        streams.filters_changed(tx, site, viewer.me)


async def _put_keywords(
    tx: Tx, site: Site, all_: Sequence[Filter], item: Filter, forms: Sequence[KeywordForm]
) -> None:
    _require_room(all_, sum(1 for form in forms if form.id is None and not form.remove))
    before = {entry.id: entry for entry in item.keywords}
    for form in forms:
        if form.id is not None and form.id not in before:
            raise NotFound
        if form.remove:
            if form.id is not None:
                await store.delete_keyword(tx, form.id)
            continue
        known = None if form.id is None else before[form.id]
        entry = _spelled(known, form, site.ids.next() if known is None else known.id)
        await store.put_keyword(tx, item.id, entry)


def _with(site: Site, item: Filter, form: Form) -> Filter:
    title = item.title if form.title is None else form.title.strip()
    if not title:
        raise Unprocessable("Validation failed: Title can't be blank")
    if len(title) > MAX_TITLE:
        raise _too_long("Title", MAX_TITLE)
    asked = item.contexts if form.contexts is None else form.contexts
    contexts = tuple(context for context in FilterContext if context.value in asked)
    if not contexts or len(contexts) != len(set(asked)):
        raise Unprocessable("Validation failed: Context None or invalid context supplied")
    action = item.action.value if form.action is None else form.action
    if action not in {known.value for known in FilterAction}:
        raise Unprocessable("Validation failed: Filter action is none of warn, hide, blur")
    return msgspec.structs.replace(
        item,
        title=title,
        contexts=contexts,
        action=FilterAction(action),
        expires_at=_expiry(site, item, form.expires_in),
    )


def _expiry(site: Site, item: Filter, expires_in: int | UnsetType | None) -> int | None:
    if isinstance(expires_in, UnsetType):
        return item.expires_at
    if expires_in is None:
        return None
    if not 0 <= expires_in <= LONGEST:
        raise Unprocessable("Validation failed: Expires in is not a number of seconds")
    return site.now() + expires_in * 1000


def _spelled(before: Keyword | None, form: KeywordForm, keyword_id: int) -> Keyword:
    word = form.keyword
    if word is None and before is not None:
        word = before.keyword
    word = (word or "").strip()
    if not word:
        raise Unprocessable("Validation failed: Keyword can't be blank")
    if len(word) > MAX_KEYWORD:
        raise _too_long("Keyword", MAX_KEYWORD)
    whole = form.whole_word
    if whole is None:
        whole = True if before is None else before.whole_word
    return Keyword(id=keyword_id, keyword=word, whole_word=whole)


def _require_room(all_: Iterable[Filter], more: int) -> None:
    if sum(len(item.keywords) for item in all_) + more > MAX_KEYWORDS:
        raise Unprocessable(f"Validation failed: Filters hold at most {MAX_KEYWORDS} keywords")


def _too_long(name: str, most: int) -> Unprocessable:
    return Unprocessable(f"Validation failed: {name} is too long (maximum is {most} characters)")


def _one(all_: Iterable[Filter], filter_id: int) -> Filter:
    found = next((item for item in all_ if item.id == filter_id), None)
    if found is None:
        raise NotFound
    return found


def _keyword(all_: Iterable[Filter], keyword_id: int) -> Found:
    for item in all_:
        for entry in item.keywords:
            if entry.id == keyword_id:
                return item, entry
    raise NotFound


def _entry(all_: Iterable[Filter], entry_id: int) -> FilteredStatus:
    entries = (entry for item in all_ for entry in item.statuses)
    found = next((entry for entry in entries if entry.id == entry_id), None)
    if found is None:
        raise NotFound
    return found
