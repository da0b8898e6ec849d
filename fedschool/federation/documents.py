"""ActivityPub documents at their own URIs; browsers are sent on to the pages."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from fedschool import ids
from fedschool.activitypub.vocab import ACTIVITY_JSON, LD_JSON, Document
from fedschool.errors import NotFound, Unauthenticated
from fedschool.federation import authenticate
from fedschool.http.context import site
from fedschool.model.account import ANYBODY, Viewer
from fedschool.model.timeline import Cursor
from fedschool.services import collections, documents, kits, quotes, synchronization
from fedschool.settings import Federation
from fedschool.site import Site

bp = Blueprint("documents", __name__)

Shown = Callable[[Site, Viewer, str, int], Awaitable[Document]]
Answer = Response | WerkzeugResponse
_encode = msgspec.json.Encoder().encode
_PAGES = ("text/html", "application/xhtml+xml")
_DOCUMENTS = ("application/activity+json", "application/ld+json")


# What others need to check our signatures is for all.
_IDENTITIES = frozenset({"documents.instance", "documents.instance_outbox", "documents.actor"})


@bp.before_request
async def _admit() -> None:
    """Blocked servers read nothing of ours, as far as they say who they are."""
    if _wants_page():
        return
    settings = site().settings
    closed = settings.authorized_fetch or settings.federation is Federation.ALLOWLIST
    open_to_all = not closed or request.endpoint in _IDENTITIES
    await authenticate.admit(site(), open_to_all=open_to_all)


@bp.get("/actor")
async def instance() -> Answer:
    if _wants_page():
        return redirect("/")
    return _answer(await documents.instance(site()))


@bp.get("/emojis/<shortcode>")
async def emoji(shortcode: str) -> Answer:
    return _answer(await documents.emoji(site(), shortcode))


@bp.get("/actor/outbox")
async def instance_outbox() -> Answer:
    identity = site().uris.instance_outbox
    return _answer(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": identity,
            "type": "OrderedCollection",
            "totalItems": 0,
            "orderedItems": [],
        }
    )


@bp.get("/users/<username>")
async def actor(username: str) -> Answer:
    document = await documents.actor(site(), username)
    if _wants_page():
        return redirect(document["url"])
    return _answer(document)


@bp.get("/users/<username>/statuses/<status_id>")
async def status(username: str, status_id: str) -> Answer:
    return await _status(username, status_id, documents.status)


@bp.get("/users/<username>/statuses/<status_id>/activity")
async def activity(username: str, status_id: str) -> Answer:
    return await _status(username, status_id, documents.activity)


@bp.get("/users/<username>/statuses/<status_id>/replies")
async def replies(username: str, status_id: str) -> Answer:
    return _answer(await collections.replies(site(), username, _id(status_id)))


@bp.get("/users/<username>/statuses/<status_id>/likes")
async def likes(username: str, status_id: str) -> Answer:
    return _answer(await collections.likes(site(), username, _id(status_id)))


@bp.get("/users/<username>/statuses/<status_id>/shares")
async def shares(username: str, status_id: str) -> Answer:
    return _answer(await collections.shares(site(), username, _id(status_id)))


@bp.get("/users/<username>/quote_authorizations/<status_id>")
async def quote_authorization(username: str, status_id: str) -> Answer:
    quoting_id = _id(status_id)
    try:
        return _answer(await quotes.authorization(site(), ANYBODY, username, quoting_id))
    except NotFound:
        viewer = await authenticate.viewer(site())
        if viewer is ANYBODY:
            raise
        found = await quotes.authorization(site(), viewer, username, quoting_id)
        return _answer(found, private=True)


@bp.get("/users/<username>/featured_collections")
async def featured_collections(username: str) -> Answer:
    return _answer(await kits.shelf(site(), username))


@bp.get("/users/<username>/featured_collections/<kit_id>")
async def featured_collection(username: str, kit_id: str) -> Answer:
    number = _id(kit_id)
    if _wants_page():
        return redirect(site().uris.collection_page(number))
    return _answer(await kits.document(site(), username, number))


@bp.get("/users/<username>/feature_authorizations/<item_id>")
async def feature_authorization(username: str, item_id: str) -> Answer:
    return _answer(await kits.authorization(site(), username, _id(item_id)))


@bp.get("/users/<username>/outbox")
async def outbox(username: str) -> Answer:
    return _answer(await collections.outbox(site(), username, _cursor(collections.PAGE)))


@bp.get("/users/<username>/followers")
async def followers(username: str) -> Answer:
    cursor = _cursor(collections.PEOPLE_PAGE)
    return _answer(await collections.followers(site(), username, cursor))


@bp.get("/users/<username>/followers_synchronization")
async def followers_synchronization(username: str) -> Answer:
    viewer = await authenticate.viewer(site())
    if viewer is ANYBODY:
        raise Unauthenticated("Only a server that signs learns who of its people follows")
    return _answer(await synchronization.document(site(), viewer, username), private=True)


@bp.get("/users/<username>/following")
async def following(username: str) -> Answer:
    cursor = _cursor(collections.PEOPLE_PAGE)
    return _answer(await collections.following(site(), username, cursor))


@bp.get("/users/<username>/collections/featured")
async def featured(username: str) -> Answer:
    return _answer(await collections.featured(site(), username))


@bp.get("/users/<username>/collections/tags")
async def featured_tags(username: str) -> Answer:
    return _answer(await collections.featured_tags(site(), username))


@bp.get("/contexts/<conversation_id>")
async def context(conversation_id: str) -> Answer:
    return _answer(await collections.context(site(), _id(conversation_id)))


async def _status(username: str, text: str, show: Shown) -> Answer:
    """Open to anybody, or to the signer of the request: only then is the signature looked at,
    so that two servers that check each other's requests do not go on for ever."""
    status_id = _id(text)
    if _wants_page():
        return redirect(site().uris.status_url(username, status_id))
    try:
        return _answer(await show(site(), ANYBODY, username, status_id))
    except NotFound:
        viewer = await authenticate.viewer(site())
        if viewer is not ANYBODY:
            return _answer(await show(site(), viewer, username, status_id), private=True)
        grave = await documents.tombstone(site(), username, status_id)
        if grave is None:
            raise
        return _answer(grave, status=410)


def _id(text: str) -> int:
    found = ids.parse(text)
    if found is None:
        raise NotFound
    return found


def _cursor(limit: int) -> Cursor | None:
    """The page that is asked for, or None for the collection itself."""
    if "page" not in request.args:
        return None
    max_id, min_id = (ids.parse(request.args.get(name, "")) for name in ("max_id", "min_id"))
    return Cursor(max_id=max_id, min_id=min_id, limit=limit)


def _wants_page() -> bool:
    """Browsers ask for HTML and name no ActivityPub type."""
    accept = request.headers.get("Accept", "").lower()
    return any(kind in accept for kind in _PAGES) and not any(kind in accept for kind in _DOCUMENTS)


def _answer(document: dict[str, Any], *, status: int = 200, private: bool = False) -> Response:
    accept = request.headers.get("Accept", "").lower()
    only_ld = "application/ld+json" in accept and ACTIVITY_JSON not in accept
    headers = {
        "Vary": "Accept, Signature",
        "Cache-Control": "private, no-store" if private else "public, max-age=60",
    }
    kind = LD_JSON if only_ld else f"{ACTIVITY_JSON}; charset=utf-8"
    return Response(_encode(document), status, headers, content_type=kind)
