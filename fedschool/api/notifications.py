"""Notifications, one by one (docs.joinmastodon.org/methods/notifications)."""

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import timeline as entities
from fedschool.errors import Malformed
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.timeline import NotificationFilter, NotificationType
from fedschool.services import notifications

bp = Blueprint("notifications", __name__)


class FilterQuery(msgspec.Struct, frozen=True):
    types: list[str] | None = None
    exclude_types: list[str] | None = None
    account_id: str | None = None
    include_filtered: bool = False


class SupportQuery(msgspec.Struct, frozen=True):
    supported_types: list[str] | None = None


class CountQuery(msgspec.Struct, frozen=True):
    limit: int | None = None


@bp.get("/api/v1/notifications")
@auth.user("read:notifications")
async def page(viewer: Viewer) -> Response:
    found = await notifications.page(site(), viewer, asked_filter(), paging.cursor(40, 80))
    links, supported = context.links(), supported_types()
    told = [entities.notification(view, links, supported) for view in found.items]
    return paging.answer_page(found, told)


@bp.get("/api/v1/notifications/<notification_id>")
@auth.user("read:notifications")
async def show(viewer: Viewer, notification_id: str) -> Response:
    view = await notifications.get(site(), viewer, number(notification_id))
    return answer(entities.notification(view, context.links(), supported_types()))


@bp.get("/api/v1/notifications/unread_count")
@auth.user("read:notifications")
async def unread_count(viewer: Viewer) -> Response:
    count = await notifications.unread_count(site(), viewer, asked_filter(), asked_limit())
    return answer({"count": count})


@bp.post("/api/v1/notifications/<notification_id>/dismiss")
@auth.user("write:notifications")
async def dismiss(viewer: Viewer, notification_id: str) -> Response:
    await notifications.dismiss(site(), viewer, number(notification_id))
    return answer({})


@bp.post("/api/v1/notifications/clear")
@auth.user("write:notifications")
async def clear(viewer: Viewer) -> Response:
    await notifications.clear(site(), viewer)
    return answer({})


def asked_limit() -> int:
    """How far to count. Raises Malformed for a negative limit."""
    limit = decode.query(CountQuery).limit
    if limit is not None and limit < 0:
        raise Malformed("limit must not be negative")
    return limit or 100


def supported_types() -> list[str] | None:
    """The types that the client knows; None where it does not say, and then nothing falls back."""
    return decode.query(SupportQuery).supported_types


def asked_filter() -> NotificationFilter:
    """What the query narrows notifications to."""
    asked = decode.query(FilterQuery)
    return NotificationFilter(
        types=_types(asked.types),
        exclude_types=_types(asked.exclude_types),
        account_id=_sender(asked.account_id),
        include_filtered=asked.include_filtered,
    )


def _types(asked: list[str] | None) -> tuple[str, ...] | None:
    """Those that exist; who asks for none but unknown ones gets what fits them: nothing."""
    return tuple(t.value for t in NotificationType if t.value in asked) if asked else None


def _sender(text: str | None) -> int | None:
    if not text:
        return None
    # what cannot be an id is nobody's, and nobody did nothing
    return ids.parse(text) or 0
