"""Ask another server for a document, and believe no more of it than that server may say.

A document counts only from where its id lies: the answer, after redirects, must come from the
origin of the id that it names (FEP-fe34).
"""

from collections.abc import Mapping

import msgspec

from fedschool.activitypub import parse, uris
from fedschool.activitypub.keys import SigningKey
from fedschool.activitypub.vocab import ACCEPT, Document
from fedschool.distribution import doors
from fedschool.distribution.knocking import FIRST, WAYS, Sign, knock
from fedschool.errors import FedschoolError, RemoteFailure, RemoteGone, RemoteMissing, RemoteRefused
from fedschool.ports.http import Response, SignRequest
from fedschool.services import instance_actor
from fedschool.site import Site

MAX_FETCHES = 50
MAX_WAIT = 20_000
_NOT_ALLOWED = "our own server, a blocked one, or no server at all"
_JSON = frozenset({"application/jrd+json", "application/json"})


class Budget:
    """How many requests one cause may make in all, and how long (ms) it may wait for them, so
    that slow servers hold no worker; shared by everything that it sets off."""

    def __init__(self, fetches: int = MAX_FETCHES, wait: int = MAX_WAIT) -> None:
        self.left = fetches
        self.wait = wait

    def spend(self) -> None:
        """Raises RemoteRefused when nothing is left."""
        if self.left <= 0 or self.wait <= 0:
            raise _refused("too many or too slow requests for one cause")
        self.left -= 1


class Fetched(msgspec.Struct, frozen=True):
    """A document and the URL that answered with it."""

    url: str
    document: Document


async def named(site: Site, uri: str, budget: Budget) -> Document:
    """The object with this id, or whose page this is: a document from the origin of its own id.

    Raises RemoteGone, RemoteRefused, RemoteFailure.
    """
    first = await document(site, uri, budget)
    identity = parse.object_id(first.document.get("id"))
    if identity is None:
        raise RemoteFailure("The other server's document has no id")
    if identity == without_fragment(uri) and uris.same_origin(first.url, identity):
        return first.document
    # A page, an alias or a claim about somewhere else: only the id's own answer counts.
    second = await document(site, identity, budget)
    if second.document.get("id") != identity or not uris.same_origin(second.url, identity):
        raise RemoteFailure("The other server's document is not the one that it names")
    return second.document


async def document(site: Site, url: str, budget: Budget) -> Fetched:
    """One signed request for an ActivityPub document, whatever its id."""
    response = await _get(site, without_fragment(url), budget, {"Accept": ACCEPT}, signed=True)
    if not parse.allowed_content_type(response.headers.get("content-type", "")):
        raise RemoteFailure("The other server's answer is not an ActivityPub document")
    return Fetched(response.url, _read(response))


async def json(site: Site, url: str, budget: Budget) -> Document:
    """One unsigned request for plain JSON (WebFinger)."""
    accept = "application/jrd+json, application/json"
    response = await _get(site, url, budget, {"Accept": accept}, signed=False)
    if response.content_type not in _JSON:
        raise RemoteFailure("The other server's answer is not JSON")
    return _read(response)


async def is_gone(site: Site, uri: str, budget: Budget, *, or_missing: bool = False) -> bool:
    """Whether the origin itself says that there is no such thing any more.

    That it shows us nothing there (404) counts only when asked for `or_missing`: it happens to
    whole servers for a while, and is the answer to whoever may not see a post.
    """
    try:
        found = await document(site, uri, budget)
    except RemoteMissing:
        return or_missing
    except RemoteGone:
        return True
    except RemoteFailure:
        return False
    return found.document.get("type") == "Tombstone"


async def allowed(site: Site, uri: str) -> bool:
    """Whether our own rules let us ask there: another server's http(s) URI, not a blocked one."""
    host = uris.host_of(uri)
    if host is None or host == site.uris.host:
        return False
    async with site.reading() as tx:
        return not await doors.is_shut(tx, site, host)


def without_fragment(uri: str) -> str:
    return uri.partition("#")[0]


async def _get(
    site: Site, url: str, budget: Budget, headers: Mapping[str, str], *, signed: bool
) -> Response:
    if not await allowed(site, url):
        raise _refused(_NOT_ALLOWED)
    key = await instance_actor.key(site) if signed else None

    async def ask(way: Sign) -> Response:
        budget.spend()
        since = site.now()
        try:
            return await site.http.get(url, headers=headers, sign=_signer(site, url, key, way))
        finally:
            budget.wait -= site.now() - since

    response = await ask(WAYS[FIRST]) if key is None else await knock(site, url, ask)
    if response.status == 404:
        raise RemoteMissing
    if response.status == 410:
        raise RemoteGone
    if response.status != 200:
        raise RemoteFailure
    return response


def _signer(site: Site, asked: str, key: SigningKey | None, way: Sign) -> SignRequest:
    """Called for every hop, so a redirect to a blocked server ends here, before it is followed."""

    async def sign(
        method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, str]:
        if uris.host_of(url) != uris.host_of(asked) and not await allowed(site, url):
            raise _refused(_NOT_ALLOWED)
        return {} if key is None else way(key, method, url, headers, body, site.now())

    return sign


def _read(response: Response) -> Document:
    try:
        return parse.document(response.body)
    except FedschoolError as error:
        raise RemoteFailure("The other server's answer cannot be read") from error


def _refused(why: str) -> RemoteRefused:
    refusal = RemoteRefused()
    refusal.__cause__ = ValueError(why)
    return refusal
