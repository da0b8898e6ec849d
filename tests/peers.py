"""A scripted remote server with people and keys of its own, on a real socket of this machine.

What it serves is a table from path to document; what it is told lands in `inbox`. Its people
sign for real, and whoever asks it for something is answered by real HTTP.
"""

import functools
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from fedschool.activitypub import cavage, keys, rfc9421
from fedschool.activitypub.keys import SigningKey
from fedschool.activitypub.vocab import ACTIVITY_JSON, PUBLIC
from fedschool.activitypub.written import iso
from tests.people import Answer, School

Document = dict[str, Any]
Sign = Callable[[SigningKey, str, str, Mapping[str, str], bytes | None, int], Mapping[str, str]]
SCHEMES: dict[str, Sign] = {"cavage": cavage.sign, "rfc9421": rfc9421.sign}


@functools.cache
def key_pair(number: int) -> tuple[str, str]:
    """Making keys takes long, so a test run shares a few of them."""
    return keys.generate()


class Served:
    """How the peer answers one path."""

    def __init__(
        self,
        document: Document | None = None,
        status: int = 200,
        content_type: str = ACTIVITY_JSON,
        location: str | None = None,
    ) -> None:
        self.document, self.status = document, status
        self.content_type, self.location = content_type, location


class Peer:
    """Use `open_peer`. `only` names the one way of signing that it understands."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.origin = f"http://{host}"
        self.paths: dict[str, Served] = {}
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.signed: list[str] = []
        self.inbox: list[Document] = []
        self.ways: list[str] = []
        self.synchronizations: list[str] = []
        self.only: str | None = None
        self._handles: dict[str, str] = {}
        self._count = 0

    def serve(self, uri: str, document: Document | None = None, **how: Any) -> None:
        """What is answered at this URI of the peer from now on."""
        self.paths[self._path(uri)] = Served(document, **how)

    def gone(self, uri: str) -> None:
        self.serve(uri, status=410)

    def uri(self, kind: str) -> str:
        """A new id."""
        self._count += 1
        return f"{self.origin}/{kind}/{self._count}"

    def person(self, name: str, **changes: Any) -> "Person":
        person = Person(self, name, changes)
        person.publish()
        self._handles[f"acct:{name}@{self.host}"] = person.uri
        return person

    def called(self, handle: str, actor: str) -> None:
        """What WebFinger answers for `name@host`."""
        self._handles[f"acct:{handle}"] = actor

    def told(self, kind: str) -> list[Document]:
        """What arrived in the inbox, of this type."""
        return [activity for activity in self.inbox if activity["type"] == kind]

    def _path(self, uri: str) -> str:
        assert uri.startswith(self.origin)
        return uri.removeprefix(self.origin).partition("#")[0]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if "Signature" in request.headers:
            self.ways.append("rfc9421" if "Signature-Input" in request.headers else "cavage")
            if self.only not in (None, self.ways[-1]):
                return web.Response(status=401)
        if request.method == "POST":
            self.inbox.append(await request.json())
            if told := request.headers.get("Collection-Synchronization"):
                self.synchronizations.append(told)
            return web.Response(status=202)
        self.asked.append(request.raw_path)
        if "Signature" in request.headers:
            self.signed.append(request.raw_path)
        if request.path == "/.well-known/webfinger":
            return self._finger(request.query.get("resource", ""))
        if (page := self.pages.get(request.path)) is not None:
            return web.Response(body=page, content_type="text/html", charset="utf-8")
        served = self.paths.get(request.path_qs)
        if served is None:
            return web.Response(status=404)
        headers = {"Location": served.location} if served.location else {}
        body = b"" if served.document is None else json.dumps(served.document).encode()
        return web.Response(
            body=body,
            status=served.status,
            headers={**headers, "Content-Type": served.content_type},
        )

    def _finger(self, resource: str) -> web.Response:
        actor = self._handles.get(resource.lower())
        if actor is None:
            return web.Response(status=404)
        subject = next(name for name, uri in self._handles.items() if uri == actor)
        document = {
            "subject": subject,
            "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": actor}],
        }
        return web.json_response(document, content_type="application/jrd+json")


class Person:
    """Somebody on the peer."""

    def __init__(self, peer: Peer, name: str, changes: Document) -> None:
        self.peer, self.name = peer, name
        self.uri = f"{peer.origin}/users/{name}"
        self.handle = f"{name}@{peer.host}"
        self.followers = f"{self.uri}/followers"
        self.key_id = f"{self.uri}#main-key"
        self.changes = changes
        self.key_number = sum(name.encode()) % 3

    @property
    def key(self) -> SigningKey:
        return SigningKey(self.key_id, key_pair(self.key_number)[0])

    def publish(self, **changes: Any) -> None:
        """Serves the actor document as it is now."""
        self.changes |= changes
        self.peer.serve(self.uri, self.document())

    def document(self) -> Document:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.capitalize(),
            "summary": "<p>Teaches elsewhere</p>",
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": self.followers,
            "following": f"{self.uri}/following",
            "featured": f"{self.uri}/featured",
            "endpoints": {"sharedInbox": f"{self.peer.origin}/inbox"},
            "publicKey": {
                "id": self.key_id,
                "owner": self.uri,
                "publicKeyPem": key_pair(self.key_number)[1],
            },
            **self.changes,
        }

    def note(self, text: str, *, to: list[str] | None = None, **more: Any) -> Document:
        """A post, which the peer serves; public unless `to` says otherwise."""
        uri = self.peer.uri("notes")
        document = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": uri,
            "type": "Note",
            "attributedTo": self.uri,
            "content": f"<p>{text}</p>",
            "published": moment(),
            "to": [PUBLIC] if to is None else to,
            "cc": [self.followers] if to is None else [],
            **more,
        }
        self.peer.serve(document["id"], document)
        return document

    def activity(self, kind: str, what: object, **more: Any) -> Document:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.peer.uri("activities"),
            "type": kind,
            "actor": self.uri,
            "object": what,
            **more,
        }

    def creates(self, note: Document) -> Document:
        return self.activity("Create", note, to=note["to"], cc=note["cc"])

    async def sends(
        self,
        school: School,
        activity: Document,
        *,
        path: str = "/inbox",
        scheme: str = "cavage",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Posts a signed activity to the school; `headers` spoil the request afterwards."""
        return await self.posts(school, json.dumps(activity).encode(), path, scheme, headers)

    async def posts(
        self,
        school: School,
        body: bytes,
        path: str = "/inbox",
        scheme: str = "cavage",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        signed = self.signs("POST", f"{school.site.uris.base}{path}", body, scheme)
        return await school.stranger.call(
            "POST", path, data=body, headers={**signed, **(headers or {})}
        )

    async def tells(self, school: School, activity: Document, **how: Any) -> None:
        """Sends what must be accepted, and lets the school work on it."""
        answer = await self.sends(school, activity, **how)
        assert answer.status == 202, answer.text
        await school.work()

    async def asks(self, school: School, path: str) -> Answer:
        """A signed GET of a document."""
        signed = self.signs("GET", f"{school.site.uris.base}{path}", None)
        return await school.stranger.get(path, headers=signed)

    def signs(
        self, method: str, url: str, body: bytes | None, scheme: str = "cavage"
    ) -> dict[str, str]:
        given = {"Accept": ACTIVITY_JSON}
        if body is not None:
            given["Content-Type"] = ACTIVITY_JSON
        now = time.time_ns() // 1_000_000
        return dict(SCHEMES[scheme](self.key, method, url, given, body, now))


def moment(ms_ago: int = 0) -> str:
    """A time as documents write it."""
    return iso(time.time_ns() // 1_000_000 - ms_ago)


@asynccontextmanager
async def open_peer() -> AsyncIterator[Peer]:
    """A peer at `http://localhost:PORT`, with a port of the kernel's choice."""
    peer = Peer("")
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", peer.answer)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        peer.host = f"localhost:{port}"
        peer.origin = f"http://{peer.host}"
        yield peer
    finally:
        await runner.cleanup()
