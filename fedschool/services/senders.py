"""Whose signature is it? Keys of remote people: known, fetched, rotated, or gone."""

import msgspec

from fedschool import log
from fedschool.activitypub import keys, parse, signatures, uris
from fedschool.activitypub.keys import PublicKey
from fedschool.activitypub.signatures import SignatureClaim
from fedschool.activitypub.vocab import Document
from fedschool.distribution import doors
from fedschool.errors import (
    Forbidden,
    Malformed,
    NotFound,
    RemoteFailure,
    TooManyRequests,
    Unauthenticated,
)
from fedschool.model.account import Account
from fedschool.services import fetching, remote_actors
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, moderation
from fedschool.store import senders as store

_log = log.get(__name__)
KEY_FETCHES = 6
_UNKNOWN = "The key of the signature cannot be had"


class _Key(msgspec.Struct, frozen=True):
    """A key and the remote account whose it is."""

    account: Account
    public: PublicKey


async def prove(site: Site, claim: SignatureClaim) -> Account:
    """The remote account that signed. Raises Unauthenticated; Forbidden for the unwelcome.

    An unknown key is fetched from its own host; a key that does not fit is fetched anew, once
    in five minutes, as its owner may have changed it.
    """
    known = await _known(site, claim.key_id)
    if known is None:
        known = await _learn(site, claim.key_id)
    elif not _fits(claim, known.public):
        known = await _renew(site, claim, known)
    signatures.verify(claim, known.public, expected_host=site.uris.host, now_ms=site.now())
    if known.account.suspended_at is not None:
        return await _let_back(site, known.account)
    return known.account


async def _let_back(site: Site, account: Account) -> Account:
    """Whom their own server had suspended and has let back: it is asked once in five minutes.

    Raises Forbidden for everybody else who is suspended.
    """
    async with site.reading() as tx:
        theirs = await moderation.is_suspended_there(tx, account.id)
    if not theirs or not site.keyring.once.take(f"back {account.uri}", site.now()):
        raise Forbidden
    try:
        found = await remote_actors.fetch(site, account.uri, Budget(KEY_FETCHES), fresh=True)
    except (RemoteFailure, NotFound, Malformed) as error:
        raise Forbidden from error
    if found.id != account.id or found.suspended_at is not None:
        raise Forbidden
    return found


async def departed(site: Site, uri: str) -> Account | None:
    """The known remote account with this URI, if its own server says that it is gone.

    The answer to a Delete whose key cannot be had any more; asked once in five minutes.
    """
    async with site.reading() as tx:
        account = await accounts.by_uri(tx, uri)
    if account is None or account.local or not site.keyring.once.take(f"gone {uri}", site.now()):
        return None
    return account if await fetching.is_gone(site, uri, Budget(1)) else None


async def turn_away(site: Site, key_id: str) -> None:
    """Raises Forbidden when the server that this key is said to be of may not be dealt with."""
    host = uris.host_of(key_id)
    async with site.reading() as tx:
        if await doors.is_shut(tx, site, host):
            raise Forbidden


async def is_known(site: Site, uri: str) -> bool:
    async with site.reading() as tx:
        return await accounts.by_uri(tx, uri) is not None


async def _known(site: Site, key_id: str) -> _Key | None:
    host = uris.host_of(key_id)
    if host is None or host == site.uris.host:
        raise Unauthenticated(_UNKNOWN)
    async with site.reading() as tx:
        standing, found = await store.by_key(tx, key_id, host)
        shut = doors.shuts(site, standing)
        if found is not None and found[1].domain != host:
            shut = shut or await doors.is_shut(tx, site, found[1].domain)
    if shut:
        raise Forbidden
    return None if found is None else _Key(found[1], _loaded(site, found[0]))


def _loaded(site: Site, pem: str) -> PublicKey:
    found = site.keyring.public.get(pem)
    if found is None:
        found = keys.load_public(pem)
        site.keyring.public.put(pem, found)
    return found


def _fits(claim: SignatureClaim, key: PublicKey) -> bool:
    return any(key.verifies(claim.signature, base) for base in claim.bases)


async def _learn(site: Site, key_id: str) -> _Key:
    async with site.keyring.lock(key_id):
        known = await _known(site, key_id)
        if known is not None:
            return known
        host = uris.host_of(key_id) or ""
        if not site.keyring.asking.take(host, site.now()):
            raise TooManyRequests
        if site.keyring.fetches.locked():
            # Somebody makes us ask many servers at once; deliveries must keep their places.
            raise TooManyRequests
        if not site.keyring.once.take(f"key {key_id}", site.now()):
            raise Unauthenticated(_UNKNOWN)
        try:
            async with site.keyring.fetches:
                await _fetch(site, key_id)
        except (RemoteFailure, NotFound) as error:
            raise Unauthenticated(_UNKNOWN) from error
    known = await _known(site, key_id)
    if known is None:
        raise Unauthenticated(_UNKNOWN)
    return known


async def _fetch(site: Site, key_id: str) -> None:
    """Keeps the actor who says that this key is theirs, and the key with them.

    A key may be a part of the actor's document or a document of its own that names its owner;
    what counts in the end is that the actor's document has the key.
    """
    budget = Budget(KEY_FETCHES)
    found = await fetching.document(site, key_id, budget)
    if not uris.same_origin(found.url, key_id):
        raise RemoteFailure("The key was answered by another server")
    owner = _owner(found.document)
    if owner is None or not uris.same_origin(owner, key_id):
        raise RemoteFailure("The key is on another server than its owner")
    if owner == fetching.without_fragment(key_id):
        await remote_actors.by_document(site, found.document, budget)
    else:
        await remote_actors.fetch(site, owner, budget, fresh=True)


def _owner(document: Document) -> str | None:
    """Of a key, its owner; of an actor, the actor."""
    return parse.object_id(document.get("owner")) or parse.object_id(document.get("id"))


async def _renew(site: Site, claim: SignatureClaim, known: _Key) -> _Key:
    if not site.keyring.once.take(f"renew {claim.key_id}", site.now()):
        raise Unauthenticated("The signature does not match")
    try:
        await remote_actors.fetch(site, known.account.uri, Budget(KEY_FETCHES), fresh=True)
    except (RemoteFailure, NotFound, Malformed) as error:
        raise Unauthenticated("The signature does not match") from error
    renewed = await _known(site, claim.key_id)
    if renewed is None or renewed.account.id != known.account.id:
        raise Unauthenticated("The signature does not match")
    return renewed
