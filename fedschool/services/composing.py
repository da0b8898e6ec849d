"""What an author typed becomes a status' content: people found, tags folded, HTML written."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from fedschool.errors import FedschoolError
from fedschool.model.account import Account
from fedschool.services import handles
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.text import compose
from fedschool.text.compose import Handle, MentionTarget

MAX_LOOK_UPS = 10
LOOK_UP_SECONDS = 6


class Composed(msgspec.Struct, frozen=True):
    """HTML, the accounts named (in order), and hashtags as (folded name, as typed)."""

    html: str
    mentions: tuple[Account, ...]
    tags: tuple[tuple[str, str], ...]


async def compose_text(site: Site, text: str) -> Composed:
    """Resolves the people in a text, over the network where they are unknown, and renders it.

    Whoever cannot be found in a few seconds stays plain text: a typo must not stop a post.
    """
    found = compose.find(text)
    people = await _people(site, found.handles)
    targets = {
        handle: MentionTarget(account.url or account.uri, account.username)
        for handle, account in people.items()
    }
    html = compose.render(text, targets, site.uris.tag)
    mentioned = {account.id: account for account in people.values()}
    tags = tuple((compose.fold_tag(tag), tag) for tag in found.tags)
    return Composed(html, tuple(mentioned.values()), tags)


async def _people(site: Site, named: Sequence[Handle]) -> Mapping[Handle, Account]:
    known: dict[Handle, Account] = {}
    unknown: list[Handle] = []
    async with site.reading() as tx:
        for handle in named:
            domain = _elsewhere(site, handle.domain)
            account = await accounts.by_handle(tx, handle.username, domain)
            if account is not None and account.suspended_at is None:
                known[handle.folded()] = account
            elif account is None and domain is not None:
                unknown.append(handle)
    if unknown:
        known |= await _look_up(site, unknown[:MAX_LOOK_UPS])
    # In the order of the text, whoever was looked up.
    return {h.folded(): known[h.folded()] for h in named if h.folded() in known}


async def _look_up(site: Site, named: Sequence[Handle]) -> dict[Handle, Account]:
    async def one(handle: Handle) -> Account | None:
        assert handle.domain is not None
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await handles.resolve(site, handle.username, handle.domain)
        except (FedschoolError, TimeoutError):
            return None

    accounts_found = await asyncio.gather(*(one(handle) for handle in named))
    return {
        handle.folded(): account
        for handle, account in zip(named, accounts_found, strict=True)
        if account is not None
    }


def _elsewhere(site: Site, domain: str | None) -> str | None:
    """The domain of a handle, None when it is ours."""
    if domain is None or domain.lower() == site.uris.host:
        return None
    return domain.lower()
