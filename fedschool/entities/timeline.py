"""Notification and Tag."""

from collections.abc import Collection, Iterable
from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import moderation
from fedschool.entities import status as statuses
from fedschool.entities.fallback import fallback
from fedschool.entities.links import Links, day, moment
from fedschool.model.timeline import FeaturedTag, Marker, NotificationView, TagView


def notification(
    view: NotificationView, links: Links, supported: Collection[str] | None = None
) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Notification; `supported`: the types that the client knows,
    where it says so."""
    body: dict[str, Any] = {
        "id": str(view.id),
        "type": view.type.value,
        "created_at": moment(view.created_at),
        "group_key": view.group_key,
        "account": accounts.account(view.account, links),
    }
    if view.status is not None:
        body["status"] = statuses.status(view.status, links)
    body |= moderation.subject(view.subject_id, view.subjects, links)
    return body | fallback(view.type, view.account, view.subject_id, view.subjects, supported)


def markers(items: Iterable[Marker]) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Marker, by the name of the timeline"""
    return {
        item.timeline: {
            "last_read_id": str(item.last_read_id),
            "version": item.version,
            "updated_at": moment(item.updated_at),
        }
        for item in items
    }


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
        body["featuring"] = view.featuring
    return body


def featured_tag(item: FeaturedTag, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/FeaturedTag"""
    return {
        "id": str(item.id),
        "name": item.display,
        "url": links.tag(item.name),
        "statuses_count": str(item.uses),
        "last_status_at": None if item.last_used_at is None else day(item.last_used_at),
    }


def featured_tags(items: Iterable[FeaturedTag], links: Links) -> list[dict[str, Any]]:
    return [featured_tag(item, links) for item in items]
