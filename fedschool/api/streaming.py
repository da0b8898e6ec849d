"""Streams (docs.joinmastodon.org/methods/streaming): one WebSocket, or server-sent events.

Here alone a token may come in the URL or as a subprotocol, as browsers can set no header.
"""

import asyncio
from collections.abc import AsyncIterator

import msgspec
from quart import Blueprint, Response, current_app, request, websocket
from quart.wrappers import Request, Websocket

from fedschool.api import auth
from fedschool.entities import announcement, conversation, timeline
from fedschool.entities import streaming as entities
from fedschool.errors import FedschoolError, Malformed, NotFound, Unauthenticated, Unprocessable
from fedschool.http import context, decode, limits
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.streaming import Frame
from fedschool.services import oauth
from fedschool.services.listening import Farewell, Session, read_stream
from fedschool.services.streaming import Encoders, Hub

bp = Blueprint("streaming", __name__)

_HUB = "fedschool.streams"
THUMP_SECONDS = 15
_CODES = {Farewell.SLOW: 1013, Farewell.REVOKED: 1008, Farewell.STOPPING: 1001}
_MEDIA = frozenset({"public", "public:local", "public:remote"})
_encode = msgspec.json.Encoder().encode


class Wish(msgspec.Struct, frozen=True):
    """What a client says on a WebSocket, or in the query when it opens one."""

    stream: str = ""
    type: str = ""
    tag: str = ""
    list: str = ""


class EventsQuery(msgspec.Struct, frozen=True):
    only_media: bool = False
    tag: str = ""
    list: str = ""


def _hub() -> Hub:
    """The application's one hub."""
    found: Hub | None = current_app.extensions.get(_HUB)
    if found is None:
        links = context.links()
        encoders = Encoders(
            status=context.rendered().status,
            notification=lambda view: _encode(timeline.notification(view, links)),
            conversation=lambda view: _encode(conversation.conversation(view, links)),
            announcement=lambda view: _encode(announcement.announcement(view, links)),
            reaction=lambda of, item: _encode(announcement.reacted(of, item, links)),
        )
        found = current_app.extensions[_HUB] = Hub(site(), encoders)
    return found


@bp.websocket("/api/v1/streaming")
async def socket() -> Response | None:
    """Refused before the upgrade, or open until one side ends it."""
    asked = websocket.requested_subprotocols
    try:
        context.limit(limits.API, context.peer())
        session = _hub().session(await _listener(websocket, asked[0] if asked else None))
    except FedschoolError as refusal:
        return answer({"error": refusal.public}, refusal.status)
    await websocket.accept(subprotocol=asked[0] if asked else None)
    with _hub().joined(session):
        query = _wish(websocket.args.to_dict())
        if query.stream:
            await _subscribe(session, query)
        await _converse(session)
    return None


@bp.get("/api/v1/streaming")
async def no_socket() -> Response:
    """Without an upgrade there is nothing here."""
    raise NotFound


@bp.get("/api/v1/streaming/health")
async def health() -> Response:
    return Response("OK", content_type="text/plain; charset=utf-8")


@bp.get("/api/v1/streaming/<path:name>")
async def events(name: str) -> Response:
    """Server-sent events: `/user`, `/user/notification`, `/public/local`, `/hashtag?tag=`…"""
    who = await _listener(request)
    asked = decode.query(EventsQuery)
    kind = name.strip("/").replace("/", ":")
    if asked.only_media and kind in _MEDIA:
        kind += ":media"
    stream = read_stream(kind, asked.tag, asked.list)
    session = _hub().session(who)
    await _hub().check(session, stream)
    session.listen(stream)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response = Response(_told(_hub(), session), 200, headers, content_type="text/event-stream")
    response.timeout = None
    return response


async def _listener(wire: Request | Websocket, protocol: str | None = None) -> Viewer:
    """The person behind a token, wherever it came. Raises Unauthenticated, Unprocessable…"""
    token = auth.bearer_in(wire.headers) or wire.args.get("access_token") or protocol
    if not token:
        raise Unauthenticated("Missing access token")
    who = await oauth.authenticate(site(), token)
    if who.account_id is None:
        raise Unprocessable("This method requires an authenticated user")
    context.limit(limits.API, f"account:{who.account_id}")
    return who


async def _converse(session: Session) -> None:
    """Sends until the session is over, and takes wishes meanwhile."""
    hearing = asyncio.create_task(_hear(session))
    try:
        while (item := await session.next()) is not None:
            await websocket.send(item if isinstance(item, str) else entities.socket_message(item))
        assert session.farewell is not None
        await websocket.close(_CODES[session.farewell], session.farewell.value)
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


async def _hear(session: Session) -> None:
    while True:
        try:
            wish = _wish(msgspec.json.decode(await websocket.receive()))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            session.offer(entities.refusal("The message could not be read", 400))
            continue
        if wish.type == "subscribe":
            await _subscribe(session, wish)
        elif wish.type == "unsubscribe":
            _unsubscribe(session, wish)
        else:
            session.offer(entities.refusal("Unknown message type", 400))


def _wish(sent: object) -> Wish:
    """Leniently: clients send more than we ask for, and what is not a text is nothing."""
    if not isinstance(sent, dict):
        return Wish()
    known = Wish.__struct_fields__
    said = {k: str(v) for k, v in sent.items() if k in known and isinstance(v, str | int)}
    return Wish(**said)


async def _subscribe(session: Session, wish: Wish) -> None:
    try:
        await _hub().listen(session, read_stream(wish.stream, wish.tag, wish.list))
    except FedschoolError as refusal:
        session.offer(entities.refusal(refusal.public, refusal.status))


def _unsubscribe(session: Session, wish: Wish) -> None:
    try:
        session.ignore(read_stream(wish.stream, wish.tag, wish.list))
    except Malformed as refusal:
        session.offer(entities.refusal(refusal.public, refusal.status))


async def _told(hub: Hub, session: Session) -> AsyncIterator[bytes]:
    """A comment at once, an event when there is one, and another comment in long silences."""
    with hub.joined(session):
        yield b":)\n"
        while True:
            try:
                async with asyncio.timeout(THUMP_SECONDS):
                    item = await session.next()
            except TimeoutError:
                yield b":thump\n"
                continue
            if item is None:
                return
            assert isinstance(item, Frame)
            yield entities.server_sent(item)
