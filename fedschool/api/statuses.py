"""Statuses and what people do with them (docs.joinmastodon.org/methods/statuses)."""

from collections.abc import Awaitable, Callable

import msgspec
from quart import Blueprint, Response, request

from fedschool import ids
from fedschool.api import async_refreshes, auth, paging
from fedschool.api.auth import number
from fedschool.entities import account as account_entities
from fedschool.entities import card as card_entities
from fedschool.entities import scheduled
from fedschool.entities import status as entities
from fedschool.http import context, decode, limits
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.status import StatusView
from fedschool.services import cards, interactions, posting, remote_replies, scheduling, statuses
from fedschool.site import Site

bp = Blueprint("statuses", __name__)
MAX_BATCH = 20

Deed = Callable[[Site, Viewer, int], Awaitable[StatusView]]


class Batch(msgspec.Struct, frozen=True):
    id: list[str] = []


class Boost(msgspec.Struct, frozen=True):
    visibility: str | None = None


def shown(view: StatusView) -> Response:
    return answer(context.rendered().status(view))


@bp.post("/api/v1/statuses")
@auth.user("write:statuses")
async def create(viewer: Viewer) -> Response:
    draft = await decode.body(posting.Draft)
    key = request.headers.get("Idempotency-Key")
    if draft.scheduled_at:
        planned = await scheduling.schedule(site(), viewer, draft, idempotency_key=key)
        return answer(scheduled.scheduled(planned, context.links()))
    return shown(await posting.post(site(), viewer, draft, idempotency_key=key))


@bp.get("/api/v1/statuses")
@auth.anybody("read:statuses")
async def many(viewer: Viewer) -> Response:
    asked = decode.query(Batch).id[:MAX_BATCH]
    wanted = [value for text in asked if (value := ids.parse(text)) is not None]
    views = await statuses.get_many(site(), viewer, wanted)
    return answer(context.rendered().statuses(views))


@bp.get("/api/v1/statuses/<status_id>")
@auth.anybody("read:statuses")
async def show(viewer: Viewer, status_id: str) -> Response:
    return shown(await statuses.get(site(), viewer, number(status_id)))


@bp.put("/api/v1/statuses/<status_id>")
@auth.user("write:statuses")
async def edit(viewer: Viewer, status_id: str) -> Response:
    change = await decode.body(posting.Edit)
    return shown(await posting.edit(site(), viewer, number(status_id), change))


class Deletion(msgspec.Struct, frozen=True):
    delete_media: bool = False


@bp.delete("/api/v1/statuses/<status_id>")
@auth.user("write:statuses")
async def delete(viewer: Viewer, status_id: str) -> Response:
    context.limit(limits.DELETES, f"account:{viewer.me}")
    asked = await decode.body(Deletion)
    view = await statuses.delete(site(), viewer, number(status_id), with_media=asked.delete_media)
    return answer(entities.deleted(view, context.links()))


@bp.get("/api/v1/statuses/<status_id>/context")
@auth.anybody("read:statuses")
async def thread(viewer: Viewer, status_id: str) -> Response:
    view = await statuses.context(site(), viewer, number(status_id))
    running = await remote_replies.refresh(site(), viewer, number(status_id))
    return async_refreshes.announce(answer(context.rendered().context(view)), running)


@bp.get("/api/v1/statuses/<status_id>/source")
@auth.user("read:statuses")
async def source(viewer: Viewer, status_id: str) -> Response:
    return answer(entities.source(await statuses.source(site(), viewer, number(status_id))))


@bp.get("/api/v1/statuses/<status_id>/history")
@auth.anybody("read:statuses")
async def history(viewer: Viewer, status_id: str) -> Response:
    view, versions = await statuses.history(site(), viewer, number(status_id))
    links = context.links()
    return answer([entities.edit(version, view, links) for version in versions])


@bp.get("/api/v1/statuses/<status_id>/card")
@auth.anybody("read:statuses")
async def card(viewer: Viewer, status_id: str) -> Response:
    """Old clients ask for the card alone; a status without one answers an empty object."""
    found = await cards.of_status(site(), viewer, number(status_id))
    return answer({} if found is None else card_entities.card(found, context.links()))


@bp.post("/api/v1/statuses/<status_id>/reblog")
@auth.user("write:statuses")
async def reblog(viewer: Viewer, status_id: str) -> Response:
    asked = await decode.body(Boost)
    view = await interactions.reblog(site(), viewer, number(status_id), asked.visibility)
    return shown(view)


@bp.get("/api/v1/statuses/<status_id>/favourited_by")
@auth.anybody("read:accounts", "read:statuses")
async def favourited_by(viewer: Viewer, status_id: str) -> Response:
    page = await interactions.favourited_by(
        site(), viewer, number(status_id), paging.cursor(40, 80)
    )
    body = account_entities.accounts(page.items, context.links())
    return paging.answer_page(page, body, previous="since_id")


@bp.get("/api/v1/statuses/<status_id>/reblogged_by")
@auth.anybody("read:accounts", "read:statuses")
async def reblogged_by(viewer: Viewer, status_id: str) -> Response:
    page = await interactions.reblogged_by(site(), viewer, number(status_id), paging.cursor(40, 80))
    body = account_entities.accounts(page.items, context.links())
    return paging.answer_page(page, body, previous="since_id")


def _deed(name: str, scope: str, use_case: Deed) -> None:
    @bp.post(f"/api/v1/statuses/<status_id>/{name}", endpoint=name)
    @auth.user(scope)
    async def do(viewer: Viewer, status_id: str) -> Response:
        return shown(await use_case(site(), viewer, number(status_id)))


_deed("unreblog", "write:statuses", interactions.unreblog)
_deed("favourite", "write:favourites", interactions.favourite)
_deed("unfavourite", "write:favourites", interactions.unfavourite)
_deed("bookmark", "write:bookmarks", interactions.bookmark)
_deed("unbookmark", "write:bookmarks", interactions.unbookmark)
_deed("pin", "write:accounts", interactions.pin)
_deed("unpin", "write:accounts", interactions.unpin)
_deed("mute", "write:mutes", interactions.mute)
_deed("unmute", "write:mutes", interactions.unmute)
