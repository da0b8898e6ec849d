"""Lists of people (docs.joinmastodon.org/methods/lists)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import account as account_entities
from fedschool.entities import lists as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import lists

bp = Blueprint("lists", __name__)


class Members(msgspec.Struct, frozen=True):
    account_ids: list[str] = []


class SizeQuery(msgspec.Struct, frozen=True):
    limit: int | None = None


@bp.get("/api/v1/lists")
@auth.user("read:lists")
async def mine(viewer: Viewer) -> Response:
    return answer(entities.reading_lists(await lists.of(site(), viewer)))


@bp.post("/api/v1/lists")
@auth.user("write:lists")
async def create(viewer: Viewer) -> Response:
    form = await decode.body(lists.Form)
    return answer(entities.reading_list(await lists.create(site(), viewer, form)))


@bp.get("/api/v1/lists/<list_id>")
@auth.user("read:lists")
async def show(viewer: Viewer, list_id: str) -> Response:
    return answer(entities.reading_list(await lists.get(site(), viewer, number(list_id))))


@bp.put("/api/v1/lists/<list_id>")
@auth.user("write:lists")
async def update(viewer: Viewer, list_id: str) -> Response:
    form = await decode.body(lists.Form)
    return answer(entities.reading_list(await lists.update(site(), viewer, number(list_id), form)))


@bp.delete("/api/v1/lists/<list_id>")
@auth.user("write:lists")
async def delete(viewer: Viewer, list_id: str) -> Response:
    await lists.delete(site(), viewer, number(list_id))
    return answer({})


@bp.get("/api/v1/lists/<list_id>/accounts")
@auth.user("read:lists")
async def members(viewer: Viewer, list_id: str) -> Response:
    cursor = paging.cursor(40, 80)
    if decode.query(SizeQuery).limit == 0:
        # how clients ask for everybody at once
        cursor = msgspec.structs.replace(cursor, limit=lists.MAX_MEMBERS)
    page = await lists.members(site(), viewer, number(list_id), cursor)
    body = account_entities.accounts(page.items, context.links())
    return paging.answer_page(page, body, previous="since_id")


@bp.post("/api/v1/lists/<list_id>/accounts")
@auth.user("write:lists")
async def add(viewer: Viewer, list_id: str) -> Response:
    wanted = (await decode.body(Members)).account_ids
    await lists.add(site(), viewer, number(list_id), [number(text) for text in wanted])
    return answer({})


@bp.delete("/api/v1/lists/<list_id>/accounts")
@auth.user("write:lists")
async def remove(viewer: Viewer, list_id: str) -> Response:
    wanted = (await decode.body(Members)).account_ids
    await lists.remove(site(), viewer, number(list_id), [number(text) for text in wanted])
    return answer({})


@bp.get("/api/v1/accounts/<account_id>/lists")
@auth.user("read:lists")
async def holding(viewer: Viewer, account_id: str) -> Response:
    found = await lists.holding(site(), viewer, number(account_id))
    return answer(entities.reading_lists(found))
