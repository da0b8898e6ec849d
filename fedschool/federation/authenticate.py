"""Who sent this request? The only place where a Sender is minted: from a verified signature."""

import asyncio
from urllib.parse import quote

import msgspec
from quart import request

from fedschool.activitypub import parse, signatures, uris
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.activitypub.signatures import SignatureClaim
from fedschool.activitypub.synchronization import HEADER
from fedschool.errors import FedschoolError, Malformed, TooLarge, Unauthenticated
from fedschool.http import context, limits
from fedschool.model.account import ANYBODY, Account, Sender, Viewer
from fedschool.services import senders
from fedschool.site import Site

MAX_BODY = 1 << 20
SMALL = 1 << 16
BODY_SECONDS = 30


class Signed(msgspec.Struct, frozen=True):
    """A request's proven sender, its body, and the signature that proved it.

    `synchronization` is what came signed in the header of that name (FEP-8fcf), or nothing.
    """

    sender: Sender
    body: bytes
    signature: bytes
    synchronization: str = ""


async def sender(site: Site) -> Signed | None:
    """The sender of the activity in this request; None when it speaks of somebody unknown here
    who is gone.

    Raises Malformed, TooLarge, TooManyRequests, Unauthenticated, Forbidden.
    """
    context.limit(limits.FEDERATION, context.peer())
    body = await _body()
    claim = _inspect(body)
    # A long body is not read before it is known whose it is.
    activity = _read(body) if len(body) <= SMALL else None
    account = await _signer(site, claim, activity)
    if account is None:
        return None
    if activity is None:
        activity = await asyncio.to_thread(_read, body)
    if account.uri != activity.actor:
        raise Unauthenticated("The activity is not the signer's")
    covered = HEADER.lower() in claim.covered
    told = request.headers.get(HEADER, "") if covered else ""
    return Signed(_sender(account), body, claim.signature, told)


async def _signer(
    site: Site, claim: SignatureClaim, activity: ClaimedActivity | None
) -> Account | None:
    """Who signed; None for the departure of somebody who was never known here."""
    if activity is None:
        return await senders.prove(site, claim)
    if uris.host_of(claim.key_id) != uris.host_of(activity.actor):
        raise Unauthenticated("The activity is not the signer's")
    leaving = _is_departure(activity)
    if leaving and not await senders.is_known(site, activity.actor):
        return None
    try:
        return await senders.prove(site, claim)
    except Unauthenticated:
        # The key of a deleted actor is deleted with it: then the actor's own URI is the proof.
        gone = await senders.departed(site, activity.actor) if leaving else None
        if gone is None:
            raise
        return gone


def _read(body: bytes) -> ClaimedActivity:
    return parse.activity(parse.document(body))


async def viewer(site: Site) -> Viewer:
    """Who asks for a document: the remote account that signed the request, or anybody."""
    if "Signature" not in request.headers:
        return ANYBODY
    context.limit(limits.FEDERATION, context.peer())
    try:
        account = await senders.prove(site, _inspect(b""))
    except FedschoolError:
        return ANYBODY
    return Viewer(account_id=account.id)


async def admit(site: Site, *, open_to_all: bool) -> None:
    """Raises Forbidden for a request that a blocked server signed; and, where only allowed
    servers are spoken to and this is not `open_to_all`, Unauthenticated for what none of them
    signed."""
    if "Signature" in request.headers:
        try:
            claim = _inspect(b"")
        except FedschoolError:
            claim = None
        if claim is not None:
            await senders.turn_away(site, claim.key_id)
    if not open_to_all and await viewer(site) is ANYBODY:
        raise Unauthenticated("This server answers signed requests alone")


def _sender(account: Account) -> Sender:
    assert account.domain is not None
    host = uris.host_of(account.uri) or account.domain
    return Sender(account_id=account.id, uri=account.uri, domain=host)


def _is_departure(activity: ClaimedActivity) -> bool:
    return activity.type == "Delete" and parse.object_id(activity.object) == activity.actor


def _inspect(body: bytes) -> SignatureClaim:
    return signatures.inspect(request.method, _target(), list(request.headers.items()), body)


def _target() -> str:
    """Path and query as they came; a server that does not keep them gets them written anew."""
    raw: bytes | None = request.scope.get("raw_path")
    path = raw.decode("ascii", "replace") if raw else quote(request.path)
    path = path.partition("?")[0]
    query = request.query_string.decode("ascii", "replace")
    return f"{path}?{query}" if query else path


async def _body() -> bytes:
    declared = request.content_length
    if declared is not None and declared > MAX_BODY:
        raise TooLarge
    pieces: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.body:
                length += len(piece)
                if length > MAX_BODY:
                    raise TooLarge
                pieces.append(piece)
    except TimeoutError as error:
        raise Malformed("The request took too long to arrive") from error
    return b"".join(pieces)
