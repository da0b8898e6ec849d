"""Collections of accounts (docs.joinmastodon.org/methods/collections)."""

from urllib.parse import urlencode

import msgspec
from quart import Blueprint, Response, request

from fedschool import ids
from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import account as account_entities
from fedschool.entities import kit as entities
from fedschool.errors import Malformed, Unprocessable
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.kit import KitView
from fedschool.services import kits

bp = Blueprint("collections", __name__)
MOST = 80


class NewForm(kits.Form, frozen=True, kw_only=True):
    account_ids: tuple[str, ...] = ()


class ItemForm(msgspec.Struct, frozen=True):
    account_id: str | None = None


class Window(msgspec.Struct, frozen=True):
    limit: int = 40
    offset: int = 0


@bp.post("/api/v1/collections")
@auth.user("write:collections")
async def create(viewer: Viewer) -> Response:
    form = await decode.body(NewForm)
    wanted = [ids.parse(text) for text in form.account_ids]
    known = [account_id for account_id in wanted if account_id is not None]
    if len(known) < len(wanted):
        raise Unprocessable("Validation failed: an account is unknown")
    return _wrapped(await kits.create(site(), viewer, form, known))


@bp.get("/api/v1/collections/<collection_id>")
@auth.anybody("read:collections")
async def show(viewer: Viewer, collection_id: str) -> Response:
    view = await kits.get(site(), viewer, number(collection_id))
    links = context.links()
    return answer(
        {
            "accounts": account_entities.accounts(view.accounts, links),
            "collection": entities.collection(view, links),
        }
    )


@bp.route("/api/v1/collections/<collection_id>", methods=["PATCH", "PUT"])
@auth.user("write:collections")
async def update(viewer: Viewer, collection_id: str) -> Response:
    form = await decode.body(kits.Form)
    return _wrapped(await kits.update(site(), viewer, number(collection_id), form))


@bp.delete("/api/v1/collections/<collection_id>")
@auth.user("write:collections")
async def delete(viewer: Viewer, collection_id: str) -> Response:
    await kits.delete(site(), viewer, number(collection_id))
    return answer({})


@bp.post("/api/v1/collections/<collection_id>/items")
@auth.user("write:collections")
async def add(viewer: Viewer, collection_id: str) -> Response:
    text = (await decode.body(ItemForm)).account_id
    wanted = None if text is None else ids.parse(text) or 0
    found = await kits.add(site(), viewer, number(collection_id), wanted)
    return answer({"collection_item": entities.item(found)})


@bp.delete("/api/v1/collections/<collection_id>/items/<item_id>")
@auth.user("write:collections")
async def remove(viewer: Viewer, collection_id: str, item_id: str) -> Response:
    await kits.remove(site(), viewer, number(collection_id), number(item_id))
    return answer({})


@bp.post("/api/v1/collections/<collection_id>/items/<item_id>/revoke")
@auth.user("write:collections")
async def revoke(viewer: Viewer, collection_id: str, item_id: str) -> Response:
    await kits.revoke(site(), viewer, number(collection_id), number(item_id))
    return answer({})


@bp.get("/api/v1/accounts/<account_id>/collections")
@auth.anybody("read:collections")
async def of_account(viewer: Viewer, account_id: str) -> Response:
    window = _window()
    found = await kits.of(
        site(), viewer, number(account_id), limit=window.limit, offset=window.offset
    )
    return _page(found, window)


@bp.get("/api/v1/accounts/<account_id>/in_collections")
@auth.user("read:collections")
async def with_account(viewer: Viewer, account_id: str) -> Response:
    window = _window()
    found = await kits.holding(
        site(), viewer, number(account_id), limit=window.limit, offset=window.offset
    )
    return _page(found, window)


def _wrapped(view: KitView) -> Response:
    return answer({"collection": entities.collection(view, context.links())})


def _window() -> Window:
    asked = decode.query(Window)
    if asked.limit < 0 or asked.offset < 0:
        raise Malformed("limit and offset must not be negative")
    return Window(max(1, min(asked.limit, MOST)), min(asked.offset, 1_000_000))


def _page(views: list[KitView], window: Window) -> Response:
    """The list, with links to its neighbours where there may be any."""
    parts = []
    if len(views) == window.limit:
        parts.append(f'<{_url(window, window.offset + window.limit)}>; rel="next"')
    if window.offset:
        parts.append(f'<{_url(window, max(0, window.offset - window.limit))}>; rel="prev"')
    headers = {"Link": ", ".join(parts)} if parts else None
    return answer(entities.collections(views, context.links()), headers=headers)


def _url(window: Window, offset: int) -> str:
    query = urlencode({"limit": window.limit, "offset": offset})
    return f"{site().settings.url}{request.path}?{query}"
