"""Announcement, and what streams tell of reactions."""

from typing import Any

from fedschool.entities import emoji as emojis
from fedschool.entities.links import Links, moment
from fedschool.model.account import Account
from fedschool.model.announcement import AnnouncementView, Reaction


def announcement(view: AnnouncementView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Announcement; `read` for somebody in particular."""
    item = view.announcement
    body: dict[str, Any] = {
        "id": str(item.id),
        "content": item.content,
        "starts_at": None if item.starts_at is None else moment(item.starts_at),
        "ends_at": None if item.ends_at is None else moment(item.ends_at),
        "all_day": item.all_day,
        "published_at": moment(item.published_at),
        "updated_at": moment(item.updated_at),
        "mentions": [_mention(person) for person in view.accounts],
        "statuses": [{"id": str(id_), "url": url} for id_, url in view.statuses],
        "tags": [{"name": name, "url": links.tag(name)} for name in item.tags],
        "emojis": [emojis.emoji(found, links) for found in view.emojis],
        "reactions": [reaction(chosen, links) for chosen in view.reactions],
    }
    if view.read is not None:
        body["read"] = view.read
    return body


def reaction(item: Reaction, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Reaction"""
    body: dict[str, Any] = {"name": item.name, "count": item.count}
    if item.me is not None:
        body["me"] = item.me
    if item.emoji is not None:
        picture = emojis.emoji(item.emoji, links)
        body |= {"url": picture["url"], "static_url": picture["static_url"]}
    return body


def reacted(announcement_id: int, item: Reaction, links: Links) -> dict[str, Any]:
    """The payload of `announcement.reaction`."""
    return reaction(item, links) | {"announcement_id": str(announcement_id)}


def _mention(person: Account) -> dict[str, str]:
    return {
        "id": str(person.id),
        "username": person.username,
        "url": person.url or person.uri,
        "acct": person.acct,
    }
