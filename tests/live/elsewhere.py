"""Scripted servers elsewhere: as many hosts as a test names, all behind one loopback port.

`h7.localhost:PORT` and `h8.localhost:PORT` are two servers to ours. They have people with actor
documents, keep what is delivered to their inboxes, and answer as each host is told to.
"""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from enum import Enum
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httptools
import httpx
import msgspec

from fedschool.activitypub import cavage, keys
from fedschool.activitypub.keys import SigningKey

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
JSON = "application/activity+json"
JRD = "application/jrd+json"
_FINGER = "/.well-known/webfinger"


class Manner(Enum):
    """How a host treats who connects: it answers, or takes the connection and says nothing."""

    ANSWER = "answer"
    HANG = "hang"


class Answer(msgspec.Struct, frozen=True):
    """What a host's inboxes say to a delivery; `after` seconds."""

    status: int = 202
    headers: tuple[tuple[str, str], ...] = ()
    after: float = 0.0
    manner: Manner = Manner.ANSWER


ACCEPT = Answer()
HANG = Answer(manner=Manner.HANG)


class Delivery(msgspec.Struct, frozen=True):
    """A request that was read to its end. `at`: seconds of the machine's monotonic clock."""

    at: float
    host: str
    path: str
    body: bytes

    @property
    def inbox(self) -> str:
        return f"http://{self.host}{self.path}"

    @property
    def activity(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Neighbour:
    """Somebody on a scripted host, with the key that all of them share."""

    def __init__(self, elsewhere: "Elsewhere", name: str, host: str) -> None:
        self._elsewhere = elsewhere
        self.name = name
        self.host = host
        self.uri = f"http://{host}/users/{name}"
        self.inbox = f"{self.uri}/inbox"
        self.acct = f"{name}@{host}"
        self.key_id = f"{self.uri}#main-key"

    def document(self) -> dict[str, Any]:
        """The actor; without a shared inbox, so that each person is a delivery of their own."""
        return {
            "@context": CONTEXT,
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.title(),
            "inbox": self.inbox,
            "outbox": f"{self.uri}/outbox",
            "followers": f"{self.uri}/followers",
            "url": self.uri,
            "publicKey": {
                "id": self.key_id,
                "owner": self.uri,
                "publicKeyPem": self._elsewhere.public_pem,
            },
        }

    def note(self, text: str, number: int, *, to: str = PUBLIC) -> dict[str, Any]:
        """A Create of the person's `number`-th note."""
        uri = f"{self.uri}/notes/{number}"
        published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        audience = {"to": [to], "cc": [f"{self.uri}/followers"]}
        return {
            "@context": CONTEXT,
            "id": f"{uri}/activity",
            "type": "Create",
            "actor": self.uri,
            "published": published,
            **audience,
            "object": {
                "id": uri,
                "type": "Note",
                "attributedTo": self.uri,
                "content": f"<p>{text}</p>",
                "published": published,
                "url": uri,
                **audience,
            },
        }

    def follow(self, target: str) -> dict[str, Any]:
        return {
            "@context": CONTEXT,
            "id": f"{self.uri}#follow/{target}",
            "type": "Follow",
            "actor": self.uri,
            "object": target,
        }

    def signed(self, inbox: str, activity: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """Headers and body of a delivery to one of our inboxes."""
        body = json.dumps(activity).encode()
        key = self._elsewhere.key(self.key_id)
        now = time.time_ns() // 1_000_000
        return cavage.sign(key, "POST", inbox, {"Content-Type": JSON}, body, now), body

    async def send(
        self, client: httpx.AsyncClient, inbox: str, activity: dict[str, Any]
    ) -> httpx.Response:
        headers, body = self.signed(inbox, activity)
        return await client.post(inbox, content=body, headers=headers)


class Elsewhere:
    """`async with Elsewhere() as elsewhere:` one listener, any number of hosts."""

    def __init__(self, pair: tuple[str, str] | None = None) -> None:
        """`pair`: the key of all people there, (private PEM, public PEM); None makes one."""
        self.received: list[Delivery] = []
        self.answers: dict[str, Answer] = {}
        """Host → what it says; hosts that are not here accept."""
        self.manner = Manner.ANSWER
        """HANG: no host reads what it is sent."""
        self.port = 0
        self._private_pem, self.public_pem = pair or keys.generate()
        self._keys: dict[str, SigningKey] = {}
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()

    async def __aenter__(self) -> Self:
        await self.open_door()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close_door()

    async def open_door(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close_door(self) -> None:
        """Nobody listens, and open connections are cut."""
        assert self._server is not None
        self._server.close()
        self.hang_up()
        await self._server.wait_closed()

    def hang_up(self) -> None:
        """Cuts every open connection; what was not read on them is lost."""
        for connection in list(self._open):
            connection.cut()

    @property
    def waiting(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def host(self, label: str) -> str:
        return f"{label}.localhost:{self.port}"

    def person(self, name: str, label: str = "h0") -> Neighbour:
        return Neighbour(self, name, self.host(label))

    def key(self, key_id: str) -> SigningKey:
        if key_id not in self._keys:
            self._keys[key_id] = SigningKey(key_id, self._private_pem)
        return self._keys[key_id]

    def of_type(self, kind: str) -> list[Delivery]:
        return [one for one in self.received if one.activity["type"] == kind]

    def answer_of(self, host: str) -> Answer:
        return self.answers.get(host, ACCEPT)

    def serve(self, host: str, target: str) -> bytes | None:
        """The document at a URL: an actor, or the WebFinger answer about one."""
        parts = urlsplit(target)
        if parts.path == _FINGER:
            name = parts.query.partition("acct%3A")[2] or parts.query.partition("acct:")[2]
            person = Neighbour(self, name.partition("%40")[0].partition("@")[0], host)
            link = {"rel": "self", "type": JSON, "href": person.uri}
            return json.dumps({"subject": f"acct:{person.acct}", "links": [link]}).encode()
        folder, _, name = parts.path.rpartition("/")
        if folder == "/users":
            return json.dumps(Neighbour(self, name, host).document()).encode()
        return None

    def enter(self, connection: "_Connection") -> None:
        self._open.add(connection)

    def leave(self, connection: "_Connection") -> None:
        self._open.discard(connection)


class _Connection(asyncio.Protocol):
    """One kept-alive connection of somebody who asks or delivers."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._url = b""
        self._host = ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._elsewhere.enter(self)
        if self._elsewhere.manner is Manner.HANG:
            transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._elsewhere.leave(self)

    def cut(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._elsewhere.manner is Manner.HANG:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            # Whoever does not know us yet tries TLS first.
            self.cut()

    def on_message_begin(self) -> None:
        self._url, self._host, self._body = b"", "", []

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"host":
            self._host = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        target = self._url.decode()
        answer = self._elsewhere.answer_of(self._host)
        if answer.manner is Manner.HANG:
            return
        if self._parser.get_method() == b"GET":
            document = self._elsewhere.serve(self._host, target)
            kind = JRD if target.startswith(_FINGER) else JSON
            self._write(Answer(200 if document else 404), document or b"", kind)
            return
        body = b"".join(self._body)
        delivery = Delivery(time.monotonic(), self._host, target, body)
        self._elsewhere.received.append(delivery)
        if answer.after:
            asyncio.get_running_loop().call_later(answer.after, self._write, answer, b"")
        else:
            self._write(answer, b"")

    def _write(self, answer: Answer, body: bytes, kind: str = JSON) -> None:
        assert self._transport is not None
        if self._transport.is_closing():
            return
        lines = [
            f"HTTP/1.1 {answer.status} Scripted",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


async def gathered(
    work: Callable[[int], Awaitable[None]], count: int, *, at_once: int = 16
) -> None:
    """`work(0)` to `work(count - 1)`, a few at a time."""
    turns = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with turns:
            await work(number)

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(one(number))


@contextlib.contextmanager
def refused_port() -> Iterator[int]:
    """A port of the loopback that refuses connections for as long as the context lasts."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]
