"""A client that costs little: kept-alive connections that send ready-made bytes."""

import asyncio
import time
from collections.abc import Sequence
from typing import Self

import httptools
import msgspec


class WrongAnswer(RuntimeError):
    """The server did not answer as the measurement needs it to; the text has what it said."""


class Reply(msgspec.Struct, frozen=True):
    status: int
    body: bytes


class Load(msgspec.Struct, frozen=True):
    """How a number of requests went: seconds in all, and of each of them."""

    seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def p95_ms(self) -> float:
        return percentile(self.latencies, 95) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def request(
    method: str,
    host: str,
    target: str,
    *,
    token: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._reply: asyncio.Future[Reply] | None = None

    @classmethod
    async def open(cls, port: int) -> Self:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, sent: bytes) -> Reply:
        assert self._transport is not None
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(sent)
        return await self._reply

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(WrongAnswer("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._body = []

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._reply is not None and not self._reply.done():
            reply = Reply(self._parser.get_status_code(), b"".join(self._body))
            self._reply.set_result(reply)


async def ask(port: int, sent: bytes) -> Reply:
    """One request on a connection of its own."""
    connection = await Connection.open(port)
    try:
        return await connection.ask(sent)
    finally:
        connection.close()


async def load(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """Sends all the requests over so many connections. Raises WrongAnswer unless all succeed."""
    waiting = iter(requests)
    latencies: list[float] = []

    async def work(connection: Connection) -> None:
        for sent in waiting:
            started = time.perf_counter()
            reply = await connection.ask(sent)
            latencies.append(time.perf_counter() - started)
            if not 200 <= reply.status < 300:
                line = sent.partition(b"\r\n")[0].decode()
                raise WrongAnswer(f"{line}: {reply.status} {reply.body[:500]!r}")

    opened = [await Connection.open(port) for _ in range(connections)]
    started = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as group:
            for connection in opened:
                group.create_task(work(connection))
    finally:
        for connection in opened:
            connection.close()
    return Load(time.perf_counter() - started, tuple(latencies))
