"""The account behind a handle, wherever it is."""

from fedschool.activitypub import uris
from fedschool.distribution import doors
from fedschool.errors import NotFound, RemoteRefused
from fedschool.model.account import Account
from fedschool.services import remote_actors, webfinger
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts


async def resolve(site: Site, username: str, domain: str | None) -> Account:
    """The account behind `@username@domain`; asked over the network when it is unknown.

    Raises NotFound when there is nobody, RemoteFailure when that cannot be found out.
    """
    authority = None if domain is None else uris.authority_of(domain)
    if not webfinger.USERNAME.fullmatch(username) or (domain is not None and authority is None):
        raise NotFound
    ours = authority is None or authority == site.uris.host
    async with site.reading() as tx:
        known = await accounts.by_handle(tx, username, None if ours else authority)
        shut = await doors.is_shut(tx, site, authority)
    if shut:
        raise RemoteRefused
    if known is not None and known.suspended_at is None:
        return known
    if known is not None or ours:
        raise NotFound
    assert authority is not None
    return await _ask(site, username, authority, Budget())


async def _ask(site: Site, username: str, domain: str, budget: Budget) -> Account:
    told = await webfinger.ask(site, username, domain, budget)
    account = await remote_actors.fetch(site, told.actor, budget, told=told)
    if account.domain is None or not told.is_for(account.username, account.domain):
        # The handle's server names an actor that goes by another handle at home.
        raise NotFound
    if account.suspended_at is not None:
        raise NotFound
    return account
