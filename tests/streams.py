"""A school behind a real port, and people who listen to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from fedschool.cli import connections
from tests.people import School, Teacher

SILENCE = 0.15
PATIENCE = 10


class Told(msgspec.Struct, frozen=True):
    """One message of a stream; `payload` is decoded where it is JSON."""

    stream: list[str]
    event: str
    payload: Any


class Listener:
    """An open WebSocket."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    async def says(self, **wish: str) -> None:
        await self.wire.send(json.dumps(wish))

    async def follows(self, stream: str, **parameters: str) -> None:
        """Subscribes, and waits until the server has taken it."""
        await self.says(type="subscribe", stream=stream, **parameters)
        await self.settled()

    async def settled(self) -> None:
        """Everything sent so far was read: an unknown wish is answered in order."""
        await self.says(type="hello")
        answer = await self.raw()
        assert answer == {"error": "Unknown message type", "status": 400}, answer

    async def raw(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self.wire.recv())

    async def hears(self) -> Told:
        """The next event; waits for it."""
        message = await self.raw()
        payload = message.get("payload")
        if payload and payload.startswith("{"):
            payload = json.loads(payload)
        return Told(message["stream"], message["event"], payload)

    async def hears_nothing(self) -> None:
        try:
            async with asyncio.timeout(SILENCE):
                message = await self.wire.recv()
        except TimeoutError:
            return
        raise AssertionError(f"heard {message!r}")

    async def ended(self) -> int:
        """Reads to the end; the WebSocket's closing code."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionClosed):
                while True:
                    await self.wire.recv()
            await self.wire.wait_closed()
        assert self.wire.close_code is not None
        return self.wire.close_code


class Door:
    """A school's port on this machine."""

    def __init__(self, port: int, server: connections.Server) -> None:
        self.port = port
        self.server = server

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self, query: str = "") -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1/streaming{query}"

    def narrow(self) -> None:
        """Connections made from now on hold little on their way."""
        self.server.servers[0].sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)

    @asynccontextmanager
    async def listener(
        self, who: Teacher, *streams: str, query: str = ""
    ) -> AsyncIterator[Listener]:
        """Somebody listening to streams."""
        headers = {"Authorization": f"Bearer {who.token}"}
        async with connect(self.socket(query), additional_headers=headers) as wire:
            listener = Listener(wire)
            for stream in streams:
                await listener.follows(stream)
            await listener.settled()
            yield listener


@asynccontextmanager
async def open_door(school: School) -> AsyncIterator[Door]:
    server = connections.Server(connections.config(school.app, "127.0.0.1", 0))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE):
        while not server.started:  # noqa: ASYNC110  uvicorn has no signal for it
            await asyncio.sleep(0.01)
    yield Door(server.servers[0].sockets[0].getsockname()[1], server)
    server.should_exit = True
    async with asyncio.timeout(PATIENCE):
        await serving
