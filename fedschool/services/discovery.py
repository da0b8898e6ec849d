"""What others may find out about this school without knowing anything: people, size, software."""

import msgspec

from fedschool.activitypub import uris
from fedschool.model.account import Account, ActorType
from fedschool.settings import Registrations
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import usage as store
from fedschool.store.usage import Usage

DAY = 86_400_000


class Found(msgspec.Struct, frozen=True):
    """Whom a WebFinger resource names; `profile` is the page for browsers."""

    subject: str
    actor: str
    profile: str


async def person(site: Site, username: str) -> Account | None:
    """One of our people by name, suspended ones too."""
    async with site.reading() as tx:
        account = await accounts.by_handle(tx, username, None)
    if account is None or account.actor_type is ActorType.APPLICATION:
        return None
    return account


async def resource(site: Site, text: str) -> Found | None:
    """Whom a WebFinger resource names (RFC 7033): `acct:name@host`, an actor, a profile page.

    The server's own address is its actor (FEP-d556).
    """
    if text in (site.uris.instance_actor, site.uris.base, f"{site.uris.base}/"):
        return _school(site)
    name = _name(site, text)
    if name is None:
        return None
    if name.casefold() == site.uris.host:
        return _school(site)
    account = await person(site, name)
    if account is None or account.suspended_at is not None:
        return None
    subject = f"acct:{account.username}@{site.uris.host}"
    return Found(subject, account.uri, account.url)


async def usage(site: Site) -> Usage:
    """How many people and posts there are here."""
    now = site.now()
    async with site.reading() as tx:
        return await store.usage(tx, month=now - 30 * DAY, half_year=now - 180 * DAY)


def open_registrations(site: Site) -> bool:
    return site.settings.registrations in (Registrations.OPEN, Registrations.APPROVAL)


def _school(site: Site) -> Found:
    host = site.uris.host
    return Found(f"acct:{host}@{host}", site.uris.instance_actor, site.uris.base)


def _name(site: Site, text: str) -> str | None:
    if text.startswith(("http://", "https://")):
        return site.uris.local_username(text)
    name, at, host = text.removeprefix("acct:").removeprefix("@").rpartition("@")
    if not at or not _is_ours(site, host):
        return None
    return name


def _is_ours(site: Site, host: str) -> bool:
    """Our authority, with its port or without: people do not type ports."""
    authority = uris.authority_of(host)
    return authority is not None and authority in (
        site.uris.host,
        site.uris.host.rpartition(":")[0] or site.uris.host,
    )
