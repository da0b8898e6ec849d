"""A Fedify server as a peer: `async with FedifyPeer(folder) as peer:` gives one to talk to.

The server itself lives in `tests/live/fedify/`. Here it is started, told what to do through its
control port, asked what it received, and stopped.
"""

import json
import os
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx
import msgspec

from tests.live.npm_packages import NODE
from tests.live.npm_packages import PEER as FOLDER
from tests.live.peer_views import (
    CAVAGE,
    RFC9421,
    ActorState,
    Attachment,
    PeerActor,
    Received,
    Reply,
    Seen,
    Spec,
    Visibility,
    WireRequest,
)
from tests.live.waiting import DEADLINE, until


class PeerRefusal(RuntimeError):
    """The control port answered with an error: the test asked for something impossible."""


class FedifyPeer:
    """One running peer. Each method is one command of its control port.

    `folder` keeps its log; `host` is the loopback name in its URIs and handles.
    """

    def __init__(
        self, folder: Path, *, host: Literal["127.0.0.1", "localhost"] = "127.0.0.1"
    ) -> None:
        self._folder = folder
        self._host = host
        self._log_level = os.environ.get("FEDIFY_PEER_LOG", "info")
        self._log = folder / f"fedify-{id(self):x}.log"
        self._process: subprocess.Popen[str] | None = None
        self._control: httpx.AsyncClient | None = None
        self.origin = ""

    @property
    def host(self) -> str:
        """Host and port, as in handles."""
        return self.origin.removeprefix("http://")

    async def __aenter__(self) -> Self:
        self._start()
        try:
            ready = await until(self._ready_line, "the peer to start", timeout=30)
        except BaseException:
            self._stop()
            raise
        self.origin = ready["origin"]
        self._control = httpx.AsyncClient(base_url=ready["control"], timeout=30, trust_env=False)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            print(await self.explain())
        if self._control is not None:
            await self._control.aclose()
        self._stop()

    def _start(self) -> None:
        command = [str(NODE), "peer.mjs", "--host", self._host, "--log", self._log_level]
        ready = self._log.with_suffix(".ready")
        with self._log.open("w") as log, ready.open("w") as out:
            # Its stdin is our promise: should this process die, the peer ends too.
            self._process = subprocess.Popen(
                command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=out, stderr=log, text=True
            )

    async def _ready_line(self) -> dict[str, str] | None:
        assert self._process is not None
        assert self._process.poll() is None, f"the peer ended at once:\n{self.log_tail()}"
        text = self._log.with_suffix(".ready").read_text()
        return json.loads(text) if text.endswith("\n") else None

    def _stop(self) -> None:
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self._log.read_text().splitlines()[-lines:])

    async def explain(self) -> str:
        """What the peer can tell about a failure: deliveries that failed, and its last words."""
        failed = (await self._tell("outbox-errors"))["errors"]
        return f"peer {self.origin}: failed deliveries {failed}\n{self.log_tail()}"

    async def wait_for(
        self, ask: Callable[[], Awaitable[Any]], what: str, *, timeout: float = DEADLINE
    ) -> Any:
        """The first truthy answer of `ask`; a failure comes with the peer's own account."""
        return await until(ask, what, timeout=timeout, explain=self.explain)

    async def _tell(self, command: str, **wish: Any) -> dict[str, Any]:
        assert self._control is not None, "the peer is not running"
        wish = {key: value for key, value in wish.items() if value is not None}
        answer = await self._control.post(f"/{command}", json=wish)
        body: dict[str, Any] = answer.json()
        if answer.is_error:
            raise PeerRefusal(f"{command}: {body.get('error')}")
        return body

    # People

    async def health(self) -> dict[str, Any]:
        return await self._tell("health")

    async def create_actor(
        self, name: str, *, locked: bool = False, display_name: str | None = None
    ) -> PeerActor:
        """A new person; `locked` keeps follow requests until `accept_request`."""
        wish = {"name": name, "locked": locked, "displayName": display_name}
        return msgspec.convert(await self._tell("create-actor", **wish), PeerActor)

    async def update_actor(
        self,
        actor: str,
        *,
        display_name: str | None = None,
        summary: str | None = None,
        locked: bool | None = None,
    ) -> None:
        """Changes the profile and sends Update to the followers."""
        wish = {"displayName": display_name, "summary": summary, "locked": locked}
        await self._tell("update-actor", actor=actor, **wish)

    async def delete_actor(self, actor: str) -> None:
        """Sends Delete to the followers; afterwards the actor is 410 Gone."""
        await self._tell("delete-actor", actor=actor)

    async def rotate_keys(self, actor: str) -> None:
        """New keys under the old key ids, told to nobody."""
        await self._tell("rotate-keys", actor=actor)

    async def state(self, actor: str) -> ActorState:
        return msgspec.convert(await self._tell("state", actor=actor), ActorState)

    async def wait_state(
        self, actor: str, holds: Callable[[ActorState], object], what: str
    ) -> ActorState:
        """What the peer holds about one of its people, once `holds(state)` is truthy."""

        async def ask() -> ActorState | None:
            state = await self.state(actor)
            return state if holds(state) else None

        found: ActorState = await self.wait_for(ask, what)
        return found

    # What arrived

    async def received(
        self,
        recipient: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - the word of ActivityPub
        sender: str | None = None,
        object: str | None = None,  # noqa: A002
        since: int | None = None,
    ) -> list[Received]:
        """Verified activities, oldest first; those of the shared inbox fit every recipient."""
        found = await self._tell(
            "received",
            recipient=recipient,
            type=type,
            **{"from": sender},
            object=object,
            since=since,
        )
        return msgspec.convert(found["activities"], list[Received])

    async def wait_received(
        self,
        recipient: str | None = None,
        *,
        type: str,  # noqa: A002
        sender: str | None = None,
        object: str | None = None,  # noqa: A002
        since: int | None = None,
        timeout: float = DEADLINE,
    ) -> Received:
        """The last activity that fits, once there is one."""

        async def ask() -> list[Received]:
            return await self.received(
                recipient, type=type, sender=sender, object=object, since=since
            )

        found = await self.wait_for(ask, f"{type} of {object or sender}", timeout=timeout)
        last: Received = found[-1]
        return last

    async def notes(self) -> list[Seen]:
        """Other people's notes that reached the peer."""
        return msgspec.convert((await self._tell("notes"))["notes"], list[Seen])

    async def note(self, uri: str) -> Seen | None:
        return next((note for note in await self.notes() if note.uri == uri), None)

    async def wait_note(
        self, uri: str, holds: Callable[[Seen], object] = bool, *, timeout: float = DEADLINE
    ) -> Seen:
        """Somebody else's note, once the peer has it in a state where `holds(note)` is truthy."""

        async def ask() -> Seen | None:
            note = await self.note(uri)
            return note if note is not None and holds(note) else None

        found: Seen = await self.wait_for(ask, f"note {uri}", timeout=timeout)
        return found

    async def wire(self, *, since: int | None = None) -> list[WireRequest]:
        """Every request to the federation port, verified or not."""
        return msgspec.convert(
            (await self._tell("wire", since=since))["requests"], list[WireRequest]
        )

    async def mark(self) -> int:
        """A number to give as `since`: later entries are greater."""
        entries = [entry.seq for entry in await self.wire()]
        entries += [entry.seq for entry in await self.received()]
        return max(entries, default=0)

    # Signatures

    async def knock_first(self, spec: Spec) -> None:
        """Sign with this scheme first, and forget which server understood which."""
        await self._tell("knock", spec=spec)

    async def knocks(self) -> dict[str, Spec]:
        """Origin → the scheme that it took."""
        learned: dict[str, Spec] = (await self._tell("knocks"))["learned"]
        return learned

    async def forget(self) -> None:
        """Drops every cached document, key and learned scheme."""
        await self._tell("forget")

    # Looking things up

    async def lookup(self, target: str, *, actor: str | None = None) -> dict[str, Any] | None:
        """A handle or URI as a document, fetched with `actor`'s signature if one is named."""
        found: dict[str, Any] | None = (await self._tell("lookup", target=target, actor=actor))[
            "document"
        ]
        return found

    async def webfinger(self, resource: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await self._tell("webfinger", resource=resource))[
            "document"
        ]
        return found

    async def nodeinfo(self, url: str) -> tuple[dict[str, Any], bool]:
        """The NodeInfo document of a server, and whether Fedify's strict parser takes it."""
        found = await self._tell("nodeinfo", url=url)
        return found["document"], found["valid"]

    async def traverse(self, url: str, *, actor: str | None = None) -> list[dict[str, Any]]:
        """The items of a collection, page after page."""
        items: list[dict[str, Any]] = (await self._tell("traverse", url=url, actor=actor))["items"]
        return items

    async def fetch(self, url: str, *, actor: str | None = None, spec: Spec = RFC9421) -> Reply:
        """GET, signed when an actor is named; redirects are not followed."""
        return msgspec.convert(await self._tell("fetch", url=url, actor=actor, spec=spec), Reply)

    async def deliver(
        self,
        inbox: str,
        activity: dict[str, Any] | str,
        *,
        signer: str | None = None,
        spec: Spec = CAVAGE,
        key_id: str | None = None,
        skew_seconds: int = 0,
        tamper: Literal["body", "host"] | None = None,
    ) -> Reply:
        """POST an activity exactly as given, signed as told: for what must be refused."""
        reply = await self._tell(
            "deliver",
            inbox=inbox,
            activity=activity,
            signer=signer,
            spec=spec,
            keyId=key_id,
            skewSeconds=skew_seconds,
            tamper=tamper,
        )
        return msgspec.convert(reply, Reply)

    # What people do

    async def follow(self, actor: str, target: str) -> str:
        """Asks to follow a handle or URI. Returns the URI of the followed actor."""
        uri: str = (await self._tell("follow", actor=actor, target=target))["uri"]
        return uri

    async def unfollow(self, actor: str, uri: str) -> None:
        await self._tell("unfollow", actor=actor, uri=uri)

    async def accept_request(self, actor: str, uri: str) -> None:
        await self._tell("accept", actor=actor, uri=uri)

    async def reject_follower(self, actor: str, uri: str) -> None:
        """Refuses a request, or removes a follower."""
        await self._tell("reject", actor=actor, uri=uri)

    async def post(
        self,
        actor: str,
        text: str = "",
        *,
        html: str | None = None,
        summary: str | None = None,
        visibility: Visibility = "public",
        mentions: Sequence[str] = (),
        hashtags: Sequence[str] = (),
        in_reply_to: str | None = None,
        attachments: Sequence[Attachment] = (),
    ) -> str:
        """A note; `mentions` are handles or URIs, `hashtags` without #. Returns its URI."""
        posted = await self._tell(
            "post",
            actor=actor,
            text=text,
            html=html,
            summary=summary,
            visibility=visibility,
            mentions=list(mentions),
            hashtags=list(hashtags),
            inReplyTo=in_reply_to,
            attachments=[attachment.wish() for attachment in attachments],
        )
        uri: str = posted["uri"]
        return uri

    async def edit(self, actor: str, uri: str, text: str) -> None:
        await self._tell("edit", actor=actor, uri=uri, text=text)

    async def delete(self, actor: str, uri: str) -> None:
        await self._tell("delete", actor=actor, uri=uri)

    async def like(self, actor: str, uri: str) -> str:
        """Returns the id of the Like."""
        return str((await self._tell("like", actor=actor, uri=uri))["id"])

    async def unlike(self, actor: str, uri: str) -> None:
        await self._tell("unlike", actor=actor, uri=uri)

    async def announce(self, actor: str, uri: str) -> str:
        """Returns the id of the Announce."""
        return str((await self._tell("announce", actor=actor, uri=uri))["id"])

    async def unannounce(self, actor: str, uri: str) -> None:
        await self._tell("unannounce", actor=actor, uri=uri)

    async def block(self, actor: str, target: str) -> str:
        """Returns the URI of the blocked actor."""
        return str((await self._tell("block", actor=actor, target=target))["uri"])

    async def unblock(self, actor: str, uri: str) -> None:
        await self._tell("unblock", actor=actor, uri=uri)
