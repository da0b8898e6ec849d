"""httpx's transport interface over aiohttp's connections; names are resolved under guard.

Not `httpx-aiohttp`, whose transport lets yarl rewrite percent-encodings (`%2F` becomes `/`):
a signature over the path would not match what is sent, and pre-signed media URLs break.
"""

import io
import socket
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from ssl import SSLContext

import aiohttp
import httpx
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http_exceptions import HttpProcessingError

from fedschool.ports.http.guard import AllowList, check_addresses
from fedschool.ports.http.lanes import IDLE_S
from fedschool.ports.http.lookup import Resolve

CONNECT_S = 5.0
_LARGE_BODY = 1 << 20
_TROUBLE = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError)


class GuardedResolver(AbstractResolver):
    """What aiohttp connects to is what was checked: there is no second look-up.

    `plain` is the strict kind for `http://`: every address must be on the allow list.
    """

    def __init__(self, allow: AllowList, resolve: Resolve, *, plain: bool) -> None:
        self._allow = allow
        self._resolve = resolve
        self._plain = plain

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        if host == "localhost" or host.endswith(".localhost"):
            texts: Sequence[str] = ["127.0.0.1"]
        else:
            texts = await self._resolve(host, port)
        addresses = [ip_address(text) for text in dict.fromkeys(texts)]
        if not addresses:
            raise OSError("the name has no address")
        check_addresses(host, port, addresses, self._allow, plain=self._plain)
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held here; the look-up's threads belong to the client."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """One way to the network: with kept-alive connections or with `keep=False` single-use ones."""

    def __init__(self, resolver: GuardedResolver, tls: SSLContext, *, keep: bool) -> None:
        # The lanes count turns and idle connections; aiohttp's own limits would let a few
        # hanging hosts hold back all others.
        connector = aiohttp.TCPConnector(
            resolver=resolver,
            ssl=tls,
            limit=0,
            force_close=not keep,
            keepalive_timeout=IDLE_S if keep else None,
            ttl_dns_cache=int(IDLE_S),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
            trust_env=False,
            auto_decompress=False,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = request.content
        data = io.BytesIO(content) if len(content) > _LARGE_BODY else (content or None)
        try:
            response = await self._session.request(
                request.method,
                yarl.URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                data=data,
                allow_redirects=False,
            )
        except _TROUBLE as error:
            raise _as_httpx(error) from None
        return httpx.Response(
            response.status,
            headers=list(response.raw_headers),
            stream=_Stream(response),
            request=request,
        )

    async def aclose(self) -> None:
        await self._session.close()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._response.content.iter_any():
                yield piece
        except _TROUBLE as error:
            raise _as_httpx(error) from None

    async def aclose(self) -> None:
        """A body read to its end gave its connection back already; any other one is cut."""
        self._response.close()


def _as_httpx(error: Exception) -> httpx.TransportError:
    """aiohttp's texts can hold the whole URL; the kind of error is enough to know."""
    kind = type(error).__name__
    match error:
        case TimeoutError():
            return httpx.ConnectTimeout(kind)
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError(kind)
        case aiohttp.ClientPayloadError():
            return httpx.ReadError(kind)
        case (
            aiohttp.ServerDisconnectedError()
            | aiohttp.ClientResponseError()
            | HttpProcessingError()
        ):
            return httpx.RemoteProtocolError(kind)
        case _:
            return httpx.TransportError(kind)
