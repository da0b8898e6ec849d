"""Ask another server, safely: the only way out to the network over HTTP."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from fedschool.errors import RemoteFailure, RemoteRefused
from fedschool.ports.http import authorities
from fedschool.ports.http import body as bodies
from fedschool.ports.http.guard import AllowList, Target, check_url
from fedschool.ports.http.lanes import Lanes
from fedschool.ports.http.lookup import Resolve, SystemLookup
from fedschool.ports.http.response import Response

if TYPE_CHECKING:
    import httpx

    from fedschool.ports.http.network import Network

Headers = Mapping[str, str]
SignRequest = Callable[[str, str, Headers, bytes | None], Headers | Awaitable[Headers]]
"""(method, URL as sent, headers, body) -> headers to add. Called anew for every hop; the headers
it gets have lower-case names and include `host`."""

DEFAULT_TIMEOUT_S = 10.0
DEFAULT_MAX_BYTES = 1024 * 1024
MAX_REDIRECTS = 3

_NO_HEADERS: Headers = MappingProxyType({})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_ONE_ORIGIN = frozenset({"authorization", "cookie"})
_OURS = frozenset({"host", "accept-encoding", "content-length", "transfer-encoding", "connection"})


class HttpClient:
    """One per process, made once; `aclose` it at the end.

    Answers of any status are returned, not raised. Errors: RemoteRefused (our rules forbid the
    request), RemoteFailure (deadline, connection, TLS, unreadable or too big, too many redirects).

    `ca_file` adds certificate authorities (PEM) to the public ones. `resolve` and `transport`
    replace the system's resolver, or the whole network by any httpx transport.
    """

    def __init__(
        self,
        allow_private: AllowList,
        user_agent: str,
        ca_file: Path | None = None,
        *,
        resolve: Resolve | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
    ) -> None:
        self._allow = allow_private
        self._user_agent = user_agent
        if ca_file is not None:
            authorities.check(ca_file)
        self._ca_file = ca_file
        self._lookup = SystemLookup()
        self._resolve: Resolve = resolve or self._lookup
        self._replacement = transport
        self._network: Network | None = None
        self._opening = asyncio.Lock()
        self._lanes = Lanes()

    async def aclose(self) -> None:
        if self._network is not None:
            await self._network.aclose()
        self._lookup.close()

    def may_speak_plainly(self, authority: str) -> bool:
        """Whether `http://authority` is worth a try: by its name, or as one of some network.

        Raises RemoteRefused when it is no server at all.
        """
        target = check_url(f"http://{authority}/", self._allow)
        return bool(self._allow.networks) or self._allow.has_name(target.host, target.port)

    async def get(
        self,
        url: str,
        *,
        headers: Headers = _NO_HEADERS,
        sign: SignRequest | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        redirects: int = MAX_REDIRECTS,
        beginning: bodies.Beginning | None = None,
    ) -> Response:
        """Follow up to `redirects` redirects, each under the same guard; 0 returns them as is.

        `timeout_s` covers everything from the first look-up to the last byte; `max_bytes` counts
        after unpacking. `Authorization` and `Cookie` do not follow to another origin. Where a
        `beginning` is enough, a longer answer is cut there instead of being refused.
        """
        target = check_url(url, self._allow)
        work = self._follow(target, headers, sign, max_bytes, redirects, beginning)
        return await _within(timeout_s, work)

    def may_ask(self, url: str) -> bool:
        """Whether the URL may be asked as far as its text tells."""
        try:
            target = check_url(url, self._allow)
            return target.scheme == "https" or self.may_speak_plainly(target.authority)
        except RemoteRefused:
            return False

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Headers = _NO_HEADERS,
        sign: SignRequest | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
        timeout_s: float = DEFAULT_TIMEOUT_S,
    ) -> Response:
        """One hop: a redirect is an answer like any other."""
        target = check_url(url, self._allow)
        return await _within(timeout_s, self._hop("POST", target, headers, body, sign, max_bytes))

    async def _follow(
        self,
        target: Target,
        headers: Headers,
        sign: SignRequest | None,
        max_bytes: int,
        redirects: int,
        beginning: bodies.Beginning | None,
    ) -> Response:
        left = min(redirects, MAX_REDIRECTS)
        while True:
            response = await self._hop("GET", target, headers, None, sign, max_bytes, beginning)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or location is None or redirects == 0:
                return response
            if left == 0:
                raise RemoteFailure("The other server redirects too often")
            left -= 1
            onward = self._next(target, location)
            if onward.origin != target.origin:
                headers = {k: v for k, v in headers.items() if k.lower() not in _FOR_ONE_ORIGIN}
            target = onward

    def _next(self, target: Target, location: str) -> Target:
        try:
            joined = urljoin(target.url, location)
        except ValueError as error:
            raise RemoteRefused from error
        return check_url(joined, self._allow)

    async def _hop(
        self,
        method: str,
        target: Target,
        headers: Headers,
        body: bytes | None,
        sign: SignRequest | None,
        max_bytes: int,
        beginning: bodies.Beginning | None = None,
    ) -> Response:
        async with self._lanes.use(target.origin) as keep:
            sent = self._headers(target, headers)
            if sign is not None:
                added = sign(method, target.url, sent, body)
                sent |= _ours_kept(await added if inspect.isawaitable(added) else added)
            network = self._network or await self._open()
            return await network.ask(method, target, sent, body, keep, max_bytes, beginning)

    async def _open(self) -> "Network":
        async with self._opening:
            if self._network is None:
                self._network = await asyncio.to_thread(self._make_network)
            return self._network

    def _make_network(self) -> "Network":
        from fedschool.ports.http.network import Network  # noqa: PLC0415  see there

        return Network(self._allow, self._resolve, self._ca_file, self._replacement)

    def _headers(self, target: Target, headers: Headers) -> dict[str, str]:
        return {
            "host": target.authority,
            "user-agent": self._user_agent,
            "accept-encoding": bodies.ACCEPT_ENCODING,
            **_ours_kept(headers),
        }


def _ours_kept(headers: Headers) -> dict[str, str]:
    """Lower-case, without those that follow from the URL and the body."""
    given = ((name.lower(), value) for name, value in headers.items())
    return {name: value for name, value in given if name not in _OURS}


async def _within(timeout_s: float, work: Awaitable[Response]) -> Response:
    try:
        async with asyncio.timeout(timeout_s):
            return await work
    except TimeoutError as error:
        raise RemoteFailure("The other server took too long to answer") from error
