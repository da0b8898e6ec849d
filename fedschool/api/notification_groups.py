"""Notifications in groups (docs.joinmastodon.org/methods/grouped_notifications)."""

from typing import Any

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.notifications import asked_filter, asked_limit, supported_types
from fedschool.entities import account as account_entities
from fedschool.entities import notification as entities
from fedschool.errors import Malformed
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.notification import GROUPED, GroupsView
from fedschool.model.timeline import Page
from fedschool.services import notification_groups as groups

bp = Blueprint("notification_groups", __name__)
_PARTIAL = "partial_avatars"


class GroupQuery(msgspec.Struct, frozen=True):
    grouped_types: list[str] | None = None
    expand_accounts: str | None = None


@bp.get("/api/v2/notifications")
@auth.user("read:notifications")
async def page(viewer: Viewer) -> Response:
    partial = _partial()
    view, next_id, prev_id = await groups.page(
        site(), viewer, asked_filter(), _grouped(), paging.cursor(40, 80)
    )
    body = _body(view, partial=partial)
    return paging.answer_page(Page([], next_id, prev_id), body)


@bp.get("/api/v2/notifications/<group_key>")
@auth.user("read:notifications")
async def show(viewer: Viewer, group_key: str) -> Response:
    partial = _partial()
    view = await groups.get(site(), viewer, group_key)
    return answer(_body(view, partial=partial))


@bp.get("/api/v2/notifications/<group_key>/accounts")
@auth.user("read:notifications")
async def people(viewer: Viewer, group_key: str) -> Response:
    found = await groups.people(site(), viewer, group_key, paging.cursor(40, 80))
    return paging.answer_page(found, account_entities.accounts(found.items, context.links()))


@bp.post("/api/v2/notifications/<group_key>/dismiss")
@auth.user("write:notifications")
async def dismiss(viewer: Viewer, group_key: str) -> Response:
    await groups.dismiss(site(), viewer, group_key)
    return answer({})


@bp.get("/api/v2/notifications/unread_count")
@auth.user("read:notifications")
async def unread_count(viewer: Viewer) -> Response:
    count = await groups.count(site(), viewer, asked_filter(), _grouped(), asked_limit())
    return answer({"count": count})


def _body(view: GroupsView, *, partial: bool) -> dict[str, Any]:
    links = context.links()
    return entities.groups(view, links, partial=partial, supported=supported_types())


def _grouped() -> list[str]:
    """The types to tell together; what cannot be told so is ignored."""
    asked = decode.query(GroupQuery).grouped_types
    return [kind.value for kind in GROUPED if asked is None or kind.value in asked]


def _partial() -> bool:
    asked = decode.query(GroupQuery).expand_accounts
    if asked not in (None, "", "full", _PARTIAL):
        raise Malformed(f"expand_accounts must be full or {_PARTIAL}")
    return asked == _PARTIAL
