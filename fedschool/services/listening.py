"""One open stream connection: what it may listen to, and what waits to be sent to it."""

import asyncio
from collections import deque
from enum import Enum

from fedschool import ids
from fedschool.errors import Forbidden, Malformed
from fedschool.model.account import Viewer
from fedschool.model.streaming import (
    LOCAL_KINDS,
    PUBLIC_KINDS,
    REMOTE_KINDS,
    TAG_KINDS,
    Event,
    EventKind,
    Frame,
    Stream,
    StreamKind,
)
from fedschool.services.oauth import covers
from fedschool.text.compose import fold_tag

WAITING = 64
PER_SESSION = 32
MAX_TAG = 200
STATUSES, NOTIFICATIONS = "read:statuses", "read:notifications"


class Farewell(Enum):
    """Why we end a stream."""

    SLOW = "slow"
    REVOKED = "revoked"
    STOPPING = "stopping"


class Session:
    """A connection of somebody who is known. A listener who does not keep up is let go, so that
    what waits is bounded."""

    def __init__(self, viewer: Viewer, token_id: int) -> None:
        self.viewer = viewer
        self.token_id = token_id
        self.streams: dict[Stream, str] = {}
        """What it listens to, each with its hashtag folded."""
        self.farewell: Farewell | None = None
        self._waiting: deque[Frame | str] = deque()
        self._ready = asyncio.Event()

    def listen(self, stream: Stream) -> None:
        """Adds a stream. Raises Forbidden for want of a scope, Malformed for too many."""
        self.require_scope(stream)
        if len(self.streams) >= PER_SESSION and stream not in self.streams:
            raise Malformed("There are too many streams on this connection")
        self.streams[stream] = fold_tag(stream.parameter) if stream.kind in TAG_KINDS else ""

    def require_scope(self, stream: Stream) -> None:
        """Raises Forbidden for a stream that the token does not cover."""
        needed = NOTIFICATIONS if stream.kind is StreamKind.NOTIFICATIONS else STATUSES
        if not covers(self.viewer.scopes, needed):
            raise Forbidden("Access token does not have the required scopes")

    def ignore(self, stream: Stream) -> None:
        """Takes a stream away; fine for one that it does not listen to."""
        self.streams.pop(stream, None)

    def fits(self, event: Event) -> list[Stream]:
        """Streams in which the event may show, before anybody looked what it is."""
        return [stream for stream, tag in self.streams.items() if self._fits(stream, tag, event)]

    def offer(self, item: Frame | str) -> None:
        """Puts something in line: a frame, or a ready message."""
        if self.farewell is not None:
            return
        if len(self._waiting) >= WAITING:
            self.close(Farewell.SLOW)
            return
        self._waiting.append(item)
        self._ready.set()

    def close(self, farewell: Farewell) -> None:
        """Ends it; what waits is not sent any more."""
        if self.farewell is None:
            self.farewell = farewell
            self._waiting.clear()
            self._ready.set()

    async def next(self) -> Frame | str | None:
        """What to send; waits for it. None: the stream is over."""
        await self._ready.wait()
        if self.farewell is not None:
            return None
        item = self._waiting.popleft()
        if not self._waiting:
            self._ready.clear()
        return item

    def _fits(self, stream: Stream, tag: str, event: Event) -> bool:
        told = event.kind is EventKind.NOTIFICATION
        if stream.kind is StreamKind.LIST or event.lists:
            return stream.kind is StreamKind.LIST and int(stream.parameter) in event.lists
        if stream.kind is StreamKind.DIRECT or event.kind is EventKind.CONVERSATION:
            spoken = stream.kind is StreamKind.DIRECT and event.kind is EventKind.CONVERSATION
            return spoken and self.viewer.me in event.readers
        if stream.kind is StreamKind.NOTIFICATIONS:
            return told and self.viewer.me in event.readers
        if stream.kind is StreamKind.USER:
            allowed = not told or covers(self.viewer.scopes, NOTIFICATIONS)
            return allowed and (event.everybody or self.viewer.me in event.readers)
        if not event.public or stream.kind in (REMOTE_KINDS if event.local else LOCAL_KINDS):
            return False
        if event.kind is EventKind.DELETE and stream.kind in TAG_KINDS:
            return tag in event.tags
        return stream.kind in PUBLIC_KINDS or stream.kind in TAG_KINDS


def read_stream(name: str, tag: str = "", list_id: str = "") -> Stream:
    """What a client asks for; whose list it is stays to be seen. Raises Malformed."""
    try:
        kind = StreamKind(name)
    except ValueError as error:
        raise Malformed("Unknown stream type") from error
    if kind is StreamKind.LIST:
        number = ids.parse(list_id)
        if number is None:
            raise Malformed("Missing list parameter")
        return Stream(kind, str(number))
    if kind not in TAG_KINDS:
        return Stream(kind)
    tag = tag.strip().removeprefix("#")
    if not tag or len(tag) > MAX_TAG:
        raise Malformed("Missing tag name parameter")
    return Stream(kind, tag)
