"""One hop to another server: a request out, a bounded answer in.

This is what brings httpx, aiohttp and the public certificate authorities into memory; `client`
loads it with the first request.
"""

from pathlib import Path

import httpx

from fedschool import log
from fedschool.errors import RemoteFailure
from fedschool.ports.http import body as bodies
from fedschool.ports.http.authorities import tls
from fedschool.ports.http.guard import AllowList, Target
from fedschool.ports.http.lookup import Resolve
from fedschool.ports.http.response import Response
from fedschool.ports.http.transport import AiohttpTransport, GuardedResolver

MAX_HEADERS = 128

_log = log.get(__name__)


class Network:
    """Connections to other servers, kept and single-use ones; `aclose` them at the end."""

    def __init__(
        self,
        allow: AllowList,
        resolve: Resolve,
        ca_file: Path | None,
        replacement: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._allow = allow
        self._resolve = resolve
        self._tls = tls(ca_file)
        self._replacement = replacement
        self._transports: dict[tuple[str, bool], httpx.AsyncBaseTransport] = {}

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()

    async def ask(
        self,
        method: str,
        target: Target,
        headers: dict[str, str],
        body: bytes | None,
        keep: bool,
        max_bytes: int,
        beginning: bodies.Beginning | None,
    ) -> Response:
        """Raises RemoteFailure, RemoteRefused."""
        request = httpx.Request(method, target.url, headers=headers, content=body)
        try:
            return await self._exchange(request, target, keep, max_bytes, beginning)
        except httpx.TransportError as error:
            _log.debug("request failed", host=target.host, why=str(error))
            raise RemoteFailure("The other server could not be reached") from error

    async def _exchange(
        self,
        request: httpx.Request,
        target: Target,
        keep: bool,
        max_bytes: int,
        beginning: bodies.Beginning | None,
    ) -> Response:
        transport = self._transport(target.scheme, keep)
        response = await transport.handle_async_request(request)
        try:
            if len(response.headers.raw) > MAX_HEADERS:
                raise RemoteFailure("The other server's answer has too many headers")
            body = (
                await bodies.read(response, max_bytes)
                if beginning is None
                else await bodies.read_beginning(response, max_bytes, beginning)
            )
        finally:
            await response.aclose()
        return Response(target.url, response.status_code, dict(response.headers.items()), body)

    def _transport(self, scheme: str, keep: bool) -> httpx.AsyncBaseTransport:
        """Made at first use, inside the running loop."""
        if self._replacement is not None:
            return self._replacement
        transport = self._transports.get((scheme, keep))
        if transport is None:
            resolver = GuardedResolver(self._allow, self._resolve, plain=scheme == "http")
            transport = AiohttpTransport(resolver, self._tls, keep=keep)
            self._transports[scheme, keep] = transport
        return transport
