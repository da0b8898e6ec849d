"""What a Fedify peer tells a test: its people, what reached them, and what others answered it."""

import base64
from typing import Any, Literal

import msgspec

Visibility = Literal["public", "unlisted", "followers", "direct"]
Spec = Literal["rfc9421", "draft-cavage-http-signatures-12"]
RFC9421: Spec = "rfc9421"
CAVAGE: Spec = "draft-cavage-http-signatures-12"


class PeerActor(msgspec.Struct, frozen=True):
    """Somebody at the peer. `handle` is `@name@host:port`."""

    name: str
    uri: str
    handle: str


class Received(msgspec.Struct, frozen=True):
    """An activity whose signature the peer verified. `recipient` is null at the shared inbox."""

    seq: int
    at: int
    recipient: str | None
    type: str
    id: str | None
    actor: str | None
    object: str | None
    json: dict[str, Any]
    error: str | None


class Seen(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody else's note as the peer knows it now; `likes` and `shares` hold actor URIs."""

    uri: str
    actor: str
    content: str | None
    summary: str | None
    in_reply_to: str | None
    to: list[str]
    cc: list[str]
    updated: str | None
    deleted: bool
    likes: list[str]
    shares: list[str]


class OwnNote(msgspec.Struct, frozen=True):
    """A note written at the peer, with the likes and shares that reached it."""

    uri: str
    content: str
    visibility: Visibility
    likes: list[str]
    shares: list[str]


class Followed(msgspec.Struct, frozen=True):
    uri: str
    state: Literal["requested", "accepted"]


class ActorState(msgspec.Struct, frozen=True, rename="camel"):
    """What the peer holds about one of its own people; lists of actor URIs."""

    name: str
    locked: bool
    followers: list[str]
    requests: list[str]
    following: list[Followed]
    blocks: list[str]
    blocked_by: list[str]
    notes: list[OwnNote]

    def follows(self, uri: str) -> bool:
        return any(one.uri == uri and one.state == "accepted" for one in self.following)

    def note(self, uri: str) -> OwnNote:
        return next(note for note in self.notes if note.uri == uri)


class WireRequest(msgspec.Struct, frozen=True):
    """A request that reached the peer's federation port, whatever became of it."""

    seq: int
    at: int
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int

    @property
    def spec(self) -> Spec | None:
        """The signature scheme that the request came with."""
        if "signature-input" in self.headers:
            return RFC9421
        return CAVAGE if "signature" in self.headers else None


class Reply(msgspec.Struct, frozen=True):
    """What a request made by hand was answered with."""

    status: int
    headers: dict[str, str]
    text: str
    json: Any


class Attachment(msgspec.Struct, frozen=True):
    media_type: str
    data: bytes
    description: str | None = None
    width: int | None = None
    height: int | None = None

    def wish(self) -> dict[str, Any]:
        return {
            "mediaType": self.media_type,
            "description": self.description,
            "dataBase64": base64.b64encode(self.data).decode("ascii"),
            "width": self.width,
            "height": self.height,
        }
