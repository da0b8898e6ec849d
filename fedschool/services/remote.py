"""Other servers' people and posts, by handle or by address: the door for everything else."""

from fedschool.activitypub import uris
from fedschool.activitypub.vocab import ACTORS, Document
from fedschool.errors import NotFound
from fedschool.model.account import Account
from fedschool.model.status import Status
from fedschool.ports.database import Tx
from fedschool.services import fetching, handles, received, remote_actors
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, statuses

__all__ = ["Budget", "fetch_actor", "fetch_status", "known", "resolve_handle", "resolve_uri"]


async def resolve_handle(site: Site, username: str, domain: str | None) -> Account:
    """The account behind a handle; see `handles.resolve`."""
    return await handles.resolve(site, username, domain)


async def resolve_uri(site: Site, uri: str) -> Account | Status:
    """What has this id, or this page: one of ours, a known one, or fetched from its server.

    The caller still asks whether the viewer may see it. Raises NotFound, RemoteFailure.
    """
    parts = uris.split(uri)
    if parts is None:
        raise NotFound
    here = await known(site, uri)
    if here is not None:
        return here
    if parts.authority == site.uris.host:
        raise NotFound
    budget = Budget()
    document = await fetching.named(site, uri, budget)
    if _is_actor(document):
        account = await remote_actors.by_document(site, document, budget)
        if account.suspended_at is not None:
            raise NotFound
        return account
    return await received.by_document(site, document, budget)


async def fetch_actor(site: Site, uri: str, budget: Budget | None = None) -> Account:
    """The account with this URI; see `remote_actors.fetch`."""
    return await remote_actors.fetch(site, uri, budget or Budget())


async def fetch_status(site: Site, uri: str, budget: Budget | None = None) -> Status:
    """The status with this URI; see `received.fetch`."""
    return await received.fetch(site, uri, budget or Budget())


async def known(site: Site, uri: str) -> Account | Status | None:
    """What is here already under this id, or on this page of ours; nobody is asked."""
    local = site.uris.local_status(uri)
    username = site.uris.local_username(uri)
    async with site.reading() as tx:
        if username is not None:
            account = await accounts.by_handle(tx, username, None)
        else:
            account = await accounts.by_uri(tx, uri)
        if account is not None:
            return account if account.suspended_at is None else None
        if local is not None:
            return await _local_status(tx, local)
        return await statuses.by_uri(tx, uri)


async def _local_status(tx: Tx, named: tuple[str, int]) -> Status | None:
    username, status_id = named
    status = await statuses.by_id(tx, status_id)
    author = await accounts.by_handle(tx, username, None)
    mine = status is not None and author is not None and status.account_id == author.id
    return status if mine else None


def _is_actor(document: Document) -> bool:
    kind = document.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(item, str) and item in ACTORS for item in kinds)
