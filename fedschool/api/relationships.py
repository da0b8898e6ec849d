"""Who follows, blocks and mutes whom (docs.joinmastodon.org/methods/accounts, follow_requests)."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.accounts import parse_ids
from fedschool.api.auth import number
from fedschool.entities import account as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Account, Relationship, Viewer
from fedschool.model.timeline import Cursor, Page
from fedschool.services import endorsements, notes, people, relationships
from fedschool.services.relationships import FollowOptions, MuteOptions
from fedschool.site import Site

bp = Blueprint("relationships", __name__)
MAX_BATCH = 200

Deed = Callable[[Site, Viewer, int], Awaitable[Relationship]]
Listing = Callable[[Site, Viewer, Cursor], Awaitable[Page[Account]]]


class Batch(msgspec.Struct, frozen=True):
    id: list[str] = []


class FollowForm(msgspec.Struct, frozen=True):
    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


class NoteForm(msgspec.Struct, frozen=True):
    comment: str | None = None


class MuteForm(msgspec.Struct, frozen=True):
    notifications: bool | None = None
    duration: int | None = None


def shown(view: Relationship) -> Response:
    return answer(entities.relationship(view))


@bp.get("/api/v1/accounts/relationships")
@auth.user("read:follows")
async def between(viewer: Viewer) -> Response:
    wanted = parse_ids(decode.query(Batch).id)[:MAX_BATCH]
    views = await relationships.between(site(), viewer, wanted)
    return answer([entities.relationship(view) for view in views])


@bp.post("/api/v1/accounts/<account_id>/follow")
@auth.user("write:follows")
async def follow(viewer: Viewer, account_id: str) -> Response:
    form = await decode.body(FollowForm)
    languages = None if form.languages is None else tuple(filter(None, form.languages))
    options = FollowOptions(reblogs=form.reblogs, notify=form.notify, languages=languages)
    return shown(await relationships.follow(site(), viewer, number(account_id), options))


@bp.post("/api/v1/accounts/<account_id>/mute")
@auth.user("write:mutes")
async def mute(viewer: Viewer, account_id: str) -> Response:
    form = await decode.body(MuteForm)
    options = MuteOptions(
        notifications=form.notifications is not False, duration=form.duration or 0
    )
    return shown(await relationships.mute(site(), viewer, number(account_id), options))


@bp.post("/api/v1/accounts/<account_id>/note")
@auth.user("write:accounts")
async def note(viewer: Viewer, account_id: str) -> Response:
    comment = (await decode.body(NoteForm)).comment
    return shown(await notes.write(site(), viewer, number(account_id), comment or ""))


@bp.get("/api/v1/accounts/familiar_followers")
@auth.user("read:follows")
async def familiar_followers(viewer: Viewer) -> Response:
    found = await people.familiar_followers(site(), viewer, parse_ids(decode.query(Batch).id))
    return answer(entities.familiar(found, context.links()))


@bp.get("/api/v1/accounts/<account_id>/endorsements")
@auth.anybody("read:accounts")
async def endorsed_by(viewer: Viewer, account_id: str) -> Response:
    page = await people.endorsed_by(site(), viewer, number(account_id), paging.cursor(40, 80))
    return _listed(page, "since_id")


@bp.get("/api/v1/accounts/<account_id>/followers")
@auth.anybody("read:accounts")
async def followers(viewer: Viewer, account_id: str) -> Response:
    page = await people.followers(site(), viewer, number(account_id), paging.cursor(40, 80))
    return _listed(page)


@bp.get("/api/v1/accounts/<account_id>/following")
@auth.anybody("read:accounts")
async def following(viewer: Viewer, account_id: str) -> Response:
    page = await people.following(site(), viewer, number(account_id), paging.cursor(40, 80))
    return _listed(page)


@bp.get("/api/v1/mutes")
@auth.user("read:mutes")
async def mutes(viewer: Viewer) -> Response:
    page = await people.mutes(site(), viewer, paging.cursor(40, 80))
    links = context.links()
    body = [entities.muted(account, until, links) for account, until in page.items]
    return paging.answer_page(page, body)


def _listed(page: Page[Account], previous: str = "min_id") -> Response:
    body: list[dict[str, Any]] = entities.accounts(page.items, context.links())
    return paging.answer_page(page, body, previous)


def _deed(path: str, name: str, scope: str, use_case: Deed) -> None:
    @bp.post(f"{path}/<account_id>/{name}", endpoint=name)
    @auth.user(scope)
    async def do(viewer: Viewer, account_id: str) -> Response:
        return shown(await use_case(site(), viewer, number(account_id)))


def _list(name: str, scope: str, use_case: Listing, previous: str = "min_id") -> None:
    @bp.get(f"/api/v1/{name}", endpoint=name)
    @auth.user(scope)
    async def show(viewer: Viewer) -> Response:
        return _listed(await use_case(site(), viewer, paging.cursor(40, 80)), previous)


_ACCOUNTS, _REQUESTS = "/api/v1/accounts", "/api/v1/follow_requests"
_deed(_ACCOUNTS, "unfollow", "write:follows", relationships.unfollow)
_deed(_ACCOUNTS, "remove_from_followers", "write:follows", relationships.remove_follower)
_deed(_ACCOUNTS, "block", "write:blocks", relationships.block)
_deed(_ACCOUNTS, "unblock", "write:blocks", relationships.unblock)
_deed(_ACCOUNTS, "unmute", "write:mutes", relationships.unmute)
_deed(_ACCOUNTS, "endorse", "write:accounts", endorsements.endorse)
_deed(_ACCOUNTS, "unendorse", "write:accounts", endorsements.unendorse)
# what endorsing was called before
_deed(_ACCOUNTS, "pin", "write:accounts", endorsements.endorse)
_deed(_ACCOUNTS, "unpin", "write:accounts", endorsements.unendorse)
_deed(_REQUESTS, "authorize", "write:follows", relationships.authorize)
_deed(_REQUESTS, "reject", "write:follows", relationships.reject)
_list("endorsements", "read:accounts", people.endorsed, "since_id")
_list("blocks", "read:blocks", people.blocks)
_list("follow_requests", "read:follows", people.follow_requests, "since_id")
