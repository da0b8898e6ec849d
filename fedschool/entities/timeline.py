"""Notification and Tag."""

from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import status as statuses
from fedschool.entities.links import Links, moment
from fedschool.model.timeline import NotificationView, TagView


def notification(view: NotificationView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Notification"""
    body: dict[str, Any] = {
        "id": str(view.id),
        "type": view.type.value,
        "created_at": moment(view.created_at),
        "group_key": f"ungrouped-{view.id}",
        "account": accounts.account(view.account, links),
    }
    if view.status is not None:
        body["status"] = statuses.status(view.status, links)
    return body


def tag(view: TagView, links: Links, *, signed_in: bool) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Tag"""
    body: dict[str, Any] = {
        "id": str(view.id),
        "name": view.name,
        "url": links.tag(view.name),
        "history": [
            {"day": str(d.day), "uses": str(d.uses), "accounts": str(d.accounts)}
            for d in view.history
        ],
    }
    if signed_in:
        body["following"] = view.following
        body["featuring"] = False
    return body
