"""Open streams: an event finds those who listen, and each is told what they would see.

Work follows the listeners: an event is looked up once for each person with a stream open that it
may concern, many of them in one batch, by the statements that serve their timelines.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import msgspec

from fedschool import log
from fedschool.errors import TooManyRequests, Unauthenticated
from fedschool.model.account import Viewer
from fedschool.model.announcement import AnnouncementView, Reaction
from fedschool.model.conversation import ConversationView
from fedschool.model.status import StatusView
from fedschool.model.streaming import (
    MEDIA_KINDS,
    PUBLIC_KINDS,
    TAG_KINDS,
    Event,
    EventKind,
    Frame,
    Stream,
    StreamKind,
)
from fedschool.model.timeline import NotificationView
from fedschool.ports.bus import Subscription
from fedschool.services.listening import Farewell, Session
from fedschool.site import EVENTS, STOPPING, TOKENS, Site
from fedschool.store import announcements, conversations, lists, notifications, streams
from fedschool.store.streams import Sighting, Watcher

_log = log.get(__name__)
PER_PERSON = 64
IN_ALL = 10_000
OPEN_KINDS = PUBLIC_KINDS | TAG_KINDS
# How many people are looked up at once, so that the event loop is not held for long.
ROUND = 50
SWEEP_SECONDS = 30

_decode = msgspec.msgpack.Decoder(Event).decode


class Encoders(msgspec.Struct, frozen=True):
    """How views become payloads; the face knows."""

    status: Callable[[StatusView], bytes]
    notification: Callable[[NotificationView], bytes]
    conversation: Callable[[ConversationView], bytes]
    announcement: Callable[[AnnouncementView], bytes]
    reaction: Callable[[int, Reaction], bytes]


class Hub:
    """The sessions of this process. It listens to the bus while there are any."""

    def __init__(self, site: Site, encoders: Encoders) -> None:
        self._site = site
        self._encoders = encoders
        self._people: defaultdict[int, list[Session]] = defaultdict(list)
        self._public: dict[Session, None] = {}
        self._count = 0
        self._pump: asyncio.Task[None] | None = None

    def session(self, viewer: Viewer) -> Session:
        """A session without streams, to be joined. Raises Unauthenticated, TooManyRequests."""
        if viewer.account_id is None or viewer.token_id is None:
            raise Unauthenticated
        if self._count >= IN_ALL or len(self._people.get(viewer.me, ())) >= PER_PERSON:
            raise TooManyRequests("There are too many open streams")
        return Session(viewer, viewer.token_id)

    @contextlib.contextmanager
    def joined(self, session: Session) -> Iterator[None]:
        """While it is open, the session is told what happens."""
        self._join(session)
        try:
            yield
        finally:
            self._leave(session)

    async def listen(self, session: Session, stream: Stream) -> None:
        """As `Session.listen`, for one that has joined. Raises Unauthenticated for a list that is
        not the listener's.
        """
        await self.check(session, stream)
        session.listen(stream)
        self._sort(session)

    async def check(self, session: Session, stream: Stream) -> None:
        """Raises Forbidden for want of a scope, Unauthenticated for a list that is not the
        listener's."""
        session.require_scope(stream)
        if stream.kind is not StreamKind.LIST:
            return
        async with self._site.reading() as tx:
            if await lists.by_id(tx, session.viewer.me, int(stream.parameter)) is None:
                raise Unauthenticated("Not authorized to stream this list")

    def _join(self, session: Session) -> None:
        self._people[session.viewer.me].append(session)
        self._sort(session)
        self._count += 1
        if self._pump is None:
            subscription = self._site.bus.subscribe(EVENTS, TOKENS, STOPPING)
            self._pump = asyncio.create_task(self._run(subscription))

    def _leave(self, session: Session) -> None:
        sessions = self._people[session.viewer.me]
        sessions.remove(session)
        self._public.pop(session, None)
        self._count -= 1
        if not sessions:
            del self._people[session.viewer.me]
        if not self._people and self._pump is not None:
            self._pump.cancel()
            self._pump = None

    def _sort(self, session: Session) -> None:
        if any(stream.kind in OPEN_KINDS for stream in session.streams):
            self._public[session] = None

    async def _run(self, subscription: Subscription) -> None:
        loop = asyncio.get_running_loop()
        sweep_at = loop.time() + SWEEP_SECONDS
        try:
            while True:
                channel, message = TOKENS, b""
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(sweep_at):
                        channel, message = await subscription.get()
                if channel == TOKENS:
                    sweep_at = loop.time() + SWEEP_SECONDS
                await self._attend(channel, message)
        finally:
            subscription.close()

    async def _attend(self, channel: str, message: bytes) -> None:
        try:
            if channel == STOPPING:
                for session in self._everybody():
                    session.close(Farewell.STOPPING)
            elif channel == TOKENS:
                await self._in_standing(self._everybody())
            else:
                await self._tell(_decode(message))
        except Exception:  # noqa: BLE001  one event must not end all streams
            _log.exception("streaming failed", channel=channel)

    def _everybody(self) -> list[Session]:
        return [session for sessions in self._people.values() for session in sessions]

    async def _in_standing(self, sessions: Sequence[Session]) -> list[Session]:
        """Those who may still listen. The others are let go, whatever way they lost it: nothing
        is sent before this was asked."""
        if not sessions:
            return []
        async with self._site.reading() as tx:
            good = await streams.standing(tx, sorted({s.token_id for s in sessions}))
        for session in sessions:
            if session.token_id not in good:
                session.close(Farewell.REVOKED)
        return [session for session in sessions if session.farewell is None]

    async def _tell(self, event: Event) -> None:
        concerned = await self._in_standing(self._concerned(event))
        if not concerned:
            return
        if event.kind in (EventKind.UPDATE, EventKind.EDIT):
            await self._show(event, _by_person(concerned))
        elif event.kind is EventKind.NOTIFICATION:
            await self._notify(event, concerned)
        elif event.kind is EventKind.CONVERSATION:
            await self._speak(event, _by_person(concerned))
        elif (payload := await self._payload(event)) is not None:
            _offer(event, concerned, payload)

    async def _payload(self, event: Event) -> bytes | None:
        """What all who are concerned are told alike; None for what is no more."""
        match event.kind:
            case EventKind.DELETE | EventKind.ANNOUNCEMENT_DELETE:
                return str(event.id).encode()
            case EventKind.ANNOUNCEMENT:
                async with self._site.reading() as tx:
                    view = await announcements.one(tx, event.id, self._site.now())
                return None if view is None else self._encoders.announcement(view)
            case EventKind.REACTION:
                async with self._site.reading() as tx:
                    chosen = await announcements.reaction(tx, event.id, event.name)
                return self._encoders.reaction(event.id, chosen)
        return b""

    def _concerned(self, event: Event) -> list[Session]:
        if event.everybody:
            return [session for session in self._everybody() if session.fits(event)]
        found = dict(self._public) if event.public else {}
        for reader in event.readers:
            found.update(dict.fromkeys(self._people.get(reader, ())))
        return [session for session in found if session.fits(event)]

    async def _show(self, event: Event, people: Sequence[Sequence[Session]]) -> None:
        frames = _Frames(event.kind)
        for start in range(0, len(people), ROUND):
            part = people[start : start + ROUND]
            watchers = [_watcher(event, sessions) for sessions in part]
            async with self._site.reading() as tx:
                found = await streams.sightings(tx, event.id, watchers, self._site.now())
            for sessions, sighting in zip(part, found, strict=True):
                if sighting is not None:
                    self._deliver(event, sessions, sighting, frames)

    def _deliver(
        self, event: Event, sessions: Sequence[Session], sighting: Sighting, frames: "_Frames"
    ) -> None:
        payload = self._encoders.status(sighting.view)
        for session in sessions:
            for stream in session.fits(event):
                if _shows(sighting, stream, session.streams[stream]):
                    session.offer(frames.of(stream, payload))

    async def _notify(self, event: Event, sessions: Sequence[Session]) -> None:
        """All sessions are one person's."""
        async with self._site.reading() as tx:
            view = await notifications.one(tx, sessions[0].viewer, event.id, self._site.now())
        if view is None:
            return
        _offer(event, sessions, self._encoders.notification(view))

    async def _speak(self, event: Event, people: Sequence[Sequence[Session]]) -> None:
        for sessions in people:
            async with self._site.reading() as tx:
                view = await conversations.one(tx, sessions[0].viewer, event.id, self._site.now())
            if view is not None:
                _offer(event, sessions, self._encoders.conversation(view))


class _Frames:
    """The frames of one event, shared by all who get the same bytes."""

    def __init__(self, kind: EventKind) -> None:
        self._kind = kind
        self._made: dict[tuple[Stream, bytes], Frame] = {}

    def of(self, stream: Stream, payload: bytes) -> Frame:
        key = (stream, payload)
        frame = self._made.get(key)
        if frame is None:
            frame = self._made[key] = Frame(stream, self._kind, payload)
        return frame


def _offer(event: Event, sessions: Sequence[Session], payload: bytes) -> None:
    """The same to all of them."""
    frames = _Frames(event.kind)
    for session in sessions:
        for stream in session.fits(event):
            session.offer(frames.of(stream, payload))


def _by_person(sessions: Sequence[Session]) -> list[list[Session]]:
    people: defaultdict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        people[session.viewer.me].append(session)
    return list(people.values())


def _watcher(event: Event, sessions: Sequence[Session]) -> Watcher:
    """The timelines to ask for one person's sessions."""
    asked = [(x, s.streams[x]) for s in sessions for x in s.fits(event)]
    return Watcher(
        viewer=sessions[0].viewer,
        home=any(stream.kind is StreamKind.USER for stream, _ in asked),
        public=any(stream.kind in PUBLIC_KINDS for stream, _ in asked),
        tags=tuple(dict.fromkeys(tag for stream, tag in asked if stream.kind in TAG_KINDS)),
        lists=tuple(dict.fromkeys(int(x.parameter) for x, _ in asked if x.kind is StreamKind.LIST)),
    )


def _shows(sighting: Sighting, stream: Stream, tag: str) -> bool:
    if stream.kind is StreamKind.USER:
        return sighting.home
    if stream.kind is StreamKind.LIST:
        return int(stream.parameter) in sighting.lists
    if stream.kind in TAG_KINDS:
        return tag in sighting.tags
    return sighting.public and (stream.kind not in MEDIA_KINDS or bool(sighting.view.attachments))
