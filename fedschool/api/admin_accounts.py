"""People, for the staff (docs.joinmastodon.org/methods/admin/accounts)."""

from collections.abc import Awaitable, Callable

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import admin_accounts as entities
from fedschool.errors import Unprocessable
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Role, Viewer
from fedschool.model.moderation import AccountFilter, Act, AdminAccount, Order, Standing
from fedschool.model.staff import ROLE_IDS
from fedschool.services import admin_accounts, erasures, moderation
from fedschool.site import Site

bp = Blueprint("admin_accounts", __name__)

READ, WRITE = "admin:read:accounts", "admin:write:accounts"
_ROLES = {id_: role for role, id_ in ROLE_IDS.items()}


class QueryV1(msgspec.Struct, frozen=True):
    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    staff: bool = False
    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None
    ip: str | None = None


class QueryV2(msgspec.Struct, frozen=True):
    origin: str | None = None
    status: str | None = None
    permissions: str | None = None
    role_ids: list[str] | None = None
    invited_by: str | None = None
    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None
    ip: str | None = None


class ActionForm(msgspec.Struct, frozen=True):
    """`warning_preset_id` means nothing, as there are no presets; a person is always told."""

    type: str | None = None
    report_id: str | None = None
    text: str | None = None


_STAFF = frozenset({Role.MODERATOR, Role.ADMIN})


def _filter_v1(asked: QueryV1) -> AccountFilter:
    local = True if asked.local and not asked.remote else None
    return AccountFilter(
        local=False if asked.remote and not asked.local else local,
        standings=frozenset(item for item in Standing if getattr(asked, item.value)),
        roles=_STAFF if asked.staff else None,
        username=asked.username,
        display_name=asked.display_name,
        domain=_domain(asked.by_domain),
        email=asked.email,
        ip=asked.ip,
    )


def _filter_v2(asked: QueryV2) -> AccountFilter:
    """Raises Unprocessable for words that mean nothing."""
    origins = {None: None, "local": True, "remote": False}
    standings = {item.value for item in Standing}
    if asked.origin not in origins or asked.status not in (None, *standings):
        raise Unprocessable("Validation failed: origin or status is not one that there is")
    roles = _STAFF if asked.permissions == "staff" else None
    if asked.role_ids:
        named = frozenset(_ROLES[id_] for id_ in asked.role_ids if id_ in _ROLES)
        roles = named if roles is None else named & roles
    return AccountFilter(
        local=origins[asked.origin],
        standings=frozenset([Standing(asked.status)] if asked.status else []),
        roles=roles,
        invited_by=None if not asked.invited_by else ids.parse(asked.invited_by) or 0,
        username=asked.username,
        display_name=asked.display_name,
        domain=_domain(asked.by_domain),
        email=asked.email,
        ip=asked.ip,
    )


def _domain(text: str | None) -> str | None:
    return text.strip().lower() if text else None


@bp.get("/api/v1/admin/accounts")
@auth.user(READ)
async def page_v1(viewer: Viewer) -> Response:
    return await _page(viewer, _filter_v1(decode.query(QueryV1)))


@bp.get("/api/v2/admin/accounts")
@auth.user(READ)
async def page_v2(viewer: Viewer) -> Response:
    return await _page(viewer, _filter_v2(decode.query(QueryV2)))


async def _page(viewer: Viewer, filter_: AccountFilter) -> Response:
    found = await admin_accounts.page(site(), viewer, filter_, paging.cursor(100, 200))
    return paging.answer_page(found, entities.account_list(found.items, context.links()))


@bp.get("/api/v1/admin/accounts/<account_id>")
@auth.user(READ)
async def show(viewer: Viewer, account_id: str) -> Response:
    return _shown(await admin_accounts.get(site(), viewer, number(account_id)))


@bp.post("/api/v1/admin/accounts/<account_id>/action")
@auth.user(WRITE)
async def act(viewer: Viewer, account_id: str) -> Response:
    form = await decode.body(ActionForm)
    if form.type not in list(Act):
        raise Unprocessable("Validation failed: Type is not included in the list")
    order = Order(
        act=Act(form.type),
        text=form.text or "",
        report_id=number(form.report_id) if form.report_id else None,
    )
    await moderation.act(site(), viewer, number(account_id), order)
    return answer({})


Deed = Callable[[Site, Viewer, int], Awaitable[AdminAccount]]
_DEEDS: dict[str, Deed] = {
    "approve": admin_accounts.approve,
    "reject": admin_accounts.reject,
    "enable": moderation.enable,
    "unsilence": moderation.unsilence,
    "unsuspend": moderation.unsuspend,
    "unsensitive": moderation.unsensitive,
}


@bp.post(f"/api/v1/admin/accounts/<account_id>/<any({','.join(_DEEDS)}):deed>")
@auth.user(WRITE)
async def do(viewer: Viewer, account_id: str, deed: str) -> Response:
    return _shown(await _DEEDS[deed](site(), viewer, number(account_id)))


@bp.delete("/api/v1/admin/accounts/<account_id>")
@auth.user(WRITE)
async def erase(viewer: Viewer, account_id: str) -> Response:
    return _shown(await erasures.erase(site(), viewer, number(account_id)))


def _shown(view: AdminAccount) -> Response:
    return answer(entities.account(view, context.links()))
