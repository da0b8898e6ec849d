"""Who is behind a handle elsewhere (RFC 7033), and which handle an actor really has."""

import re
from urllib.parse import quote

import msgspec

from fedschool.activitypub import parse, uris
from fedschool.activitypub.vocab import Document
from fedschool.errors import NotFound, RemoteFailure, RemoteGone
from fedschool.services import fetching
from fedschool.services.fetching import Budget
from fedschool.site import Site

USERNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]{0,126}[A-Za-z0-9_])?")
_ACCT = re.compile(r"(?:acct:)?@?([^@\s/]{1,128})@([^@\s/]{1,260})", re.IGNORECASE)


class Finger(msgspec.Struct, frozen=True):
    """A handle as its own server gives it, and the actor behind it. `domain` is in normal form."""

    username: str
    domain: str
    actor: str

    def is_for(self, username: str, domain: str) -> bool:
        return self.username.casefold() == username.casefold() and self.domain == domain


async def ask(site: Site, username: str, domain: str, budget: Budget) -> Finger:
    """What `domain` says of this handle; a canonical handle elsewhere is confirmed there.

    `domain` in `uris.authority_of`'s form. Raises NotFound, RemoteFailure.
    """
    found = await _ask(site, username, domain, budget)
    if found.is_for(username, domain):
        return found
    confirmed = await _ask(site, found.username, found.domain, budget)
    if confirmed != found:
        raise RemoteFailure("The other servers do not agree on who that is")
    return confirmed


async def handle_of(
    site: Site,
    actor: str,
    username: str,
    budget: Budget,
    told: Finger | None = None,
    claimed: str = "",
) -> str:
    """The domain in the handle of an actor that its own server calls `username`.

    The host of its id, unless that host points elsewhere and elsewhere points back. `told` is
    what has been asked already. `claimed` is the handle that the actor gives itself, which counts
    where that domain says so, too (FEP-2c59).
    """
    host = uris.host_of(actor)
    assert host is not None
    if told is not None and told.actor == actor and told.is_for(username, host):
        return host
    if (domain := await _confirmed(site, actor, username, claimed, budget)) is not None:
        return domain
    try:
        found = await ask(site, username, host, budget)
    except (RemoteFailure, NotFound):
        return host
    if found.actor != actor or found.username.casefold() != username.casefold():
        return host
    return found.domain


async def _confirmed(
    site: Site, actor: str, username: str, claimed: str, budget: Budget
) -> str | None:
    """The domain of a handle away from the actor's host, if that domain names the actor."""
    named = _ACCT.fullmatch(claimed)
    domain = uris.authority_of(named[2]) if named else None
    if named is None or domain in (None, uris.host_of(actor), site.uris.host):
        return None
    assert domain is not None
    try:
        found = await _ask(site, username, domain, budget)
    except (RemoteFailure, NotFound):
        return None
    return domain if found.actor == actor and found.is_for(username, domain) else None


async def _ask(site: Site, username: str, domain: str, budget: Budget) -> Finger:
    resource = quote(f"acct:{username}@{domain}", safe=":@")
    path = f"{domain}/.well-known/webfinger?resource={resource}"
    try:
        document = await fetching.json(site, f"https://{path}", budget)
    except RemoteGone as error:
        raise NotFound from error
    except RemoteFailure:
        # Plain http only gets anywhere where the admin's allow list has that server.
        if not site.http.may_speak_plainly(domain):
            raise
        document = await _plainly(site, path, budget)
    return _read(document)


async def _plainly(site: Site, path: str, budget: Budget) -> Document:
    try:
        return await fetching.json(site, f"http://{path}", budget)
    except RemoteGone as error:
        raise NotFound from error


def _read(document: Document) -> Finger:
    subject = document.get("subject")
    found = _ACCT.fullmatch(subject) if isinstance(subject, str) else None
    domain = uris.authority_of(found[2]) if found else None
    actor = _actor_link(document.get("links"))
    if found is None or domain is None or actor is None or not USERNAME.fullmatch(found[1]):
        raise RemoteFailure("The other server's answer names no actor")
    return Finger(found[1], domain, actor)


def _actor_link(links: object) -> str | None:
    for link in links[:50] if isinstance(links, list) else ():
        if not isinstance(link, dict) or link.get("rel") != "self":
            continue
        kind = link.get("type")
        href = parse.object_id(link.get("href"))
        if isinstance(kind, str) and parse.allowed_content_type(kind) and href is not None:
            return href
    return None
