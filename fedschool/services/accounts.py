"""Looking people up: by id, by handle, by words of a name. Own profiles: `profiles`."""

from collections.abc import Sequence

import msgspec

from fedschool.errors import FedschoolError, NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.search import Term
from fedschool.ports.database import Tx
from fedschool.services import remote
from fedschool.site import Site
from fedschool.store import accounts, moderation, people
from fedschool.store import search as search_store
from fedschool.text.characters import tame
from fedschool.text.words import words

MAX_BATCH = 40
MAX_QUERY = 300
MAX_OFFSET = 5_000
MAX_NAMES = 8


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """`text` begins words of a username and a display name, or is a handle or a profile's address.

    `resolve` asks other servers for who is not known here; `following` keeps to those followed.
    """

    text: str
    limit: int = 40
    offset: int = 0
    resolve: bool = False
    following: bool = False


async def get(site: Site, _viewer: Viewer, account_id: int) -> Account:
    """Suspended people are shown as that. Raises NotFound, also for who waits for approval."""
    async with site.reading() as tx:
        return await _known(tx, await accounts.by_id(tx, account_id))


async def get_many(site: Site, _viewer: Viewer, ids: Sequence[int]) -> list[Account]:
    """Those of `ids` that are known, in that order."""
    async with site.reading() as tx:
        found = await accounts.by_ids(tx, list(ids)[:MAX_BATCH])
    shown = (found.get(account_id) for account_id in dict.fromkeys(ids))
    return [item for item in shown if item is not None and item.suspended_at is None]


async def lookup(site: Site, _viewer: Viewer, acct: str) -> Account:
    """Who has this handle, `ada`, `@ada` or `ada@host`, as far as known here. Raises NotFound."""
    username, domain = handle_of(site, acct)
    async with site.reading() as tx:
        return await _known(tx, await accounts.by_handle(tx, username, domain))


async def search(site: Site, viewer: Viewer, asked: Search) -> list[Account]:
    """People that fit, the nearest first; nobody where nobody fits."""
    text = tame(asked.text).strip()[:MAX_QUERY]
    if not text:
        return []
    exact = None if asked.following or asked.offset else await _exact(site, text, asked.resolve)
    limit = asked.limit - (1 if exact else 0)
    async with site.reading() as tx:
        found = await _beginning(tx, site, viewer, text, asked, limit)
    if exact is None:
        return found
    return [exact, *(item for item in found if item.id != exact.id)]


async def require(tx: Tx, account_id: int) -> Account:
    """Raises NotFound for who is not to be seen."""
    return _shown(await accounts.by_id(tx, account_id))


def handle_of(site: Site, acct: str) -> tuple[str, str | None]:
    """A typed handle as username and domain, which is None for ours."""
    username, _, domain = tame(acct).strip().removeprefix("acct:").removeprefix("@").partition("@")
    domain = domain.lower()
    return username, None if domain in ("", site.uris.host) else domain


async def _exact(site: Site, text: str, resolve: bool) -> Account | None:
    """The one whose handle or profile address the text is."""
    if text.startswith(("https://", "http://")):
        return await _by_address(site, text, resolve)
    username, domain = handle_of(site, text)
    async with site.reading() as tx:
        found = await accounts.by_handle(tx, username, domain)
    if found is not None:
        return found if found.suspended_at is None else None
    if domain is None or not resolve:
        return None
    try:
        return await remote.resolve_handle(site, username, domain)
    except FedschoolError:
        return None  # a typed handle that leads nowhere finds nobody


async def _by_address(site: Site, uri: str, resolve: bool) -> Account | None:
    username = site.uris.local_username(uri)
    async with site.reading() as tx:
        if username is not None:
            found = await accounts.by_handle(tx, username, None)
        else:
            found = await accounts.by_uri(tx, uri)
    if found is not None:
        return found if found.suspended_at is None else None
    if not resolve or site.uris.is_local(uri):
        return None
    try:
        resolved = await remote.resolve_uri(site, uri)
    except FedschoolError:
        return None
    return resolved if isinstance(resolved, Account) else None


async def _beginning(
    tx: Tx, site: Site, viewer: Viewer, text: str, asked: Search, limit: int
) -> list[Account]:
    offset = min(max(asked.offset, 0), MAX_OFFSET)
    username, domain = handle_of(site, text)
    if limit <= 0 or not username or text.startswith(("https://", "http://")):
        return []
    if "@" in text.removeprefix("@"):
        return await people.search_handles(tx, username, domain or "", limit, offset)
    names = [Term(words=(word,), begins=True) for word in words(text, MAX_NAMES)]
    if not names:
        return []
    return await search_store.people(tx, viewer, names, limit, offset, following=asked.following)


async def _known(tx: Tx, item: Account | None) -> Account:
    """Who is there or was suspended by the staff; who is not let in yet is nobody."""
    if item is None or (
        item.suspended_at is not None and not await moderation.is_suspended(tx, item.id)
    ):
        raise NotFound
    return item


def _shown(item: Account | None) -> Account:
    if item is None or item.suspended_at is not None:
        raise NotFound
    return item
