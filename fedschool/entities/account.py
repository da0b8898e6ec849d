"""Account, CredentialAccount and Relationship."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities.links import Links, birthday, day, moment
from fedschool.model.account import Account, ActorType, ProfileField, Relationship, Role, User

_PERMISSIONS = {Role.TEACHER: "0", Role.MODERATOR: "1308", Role.ADMIN: "1"}
_ROLE_IDS = {Role.TEACHER: "1", Role.MODERATOR: "2", Role.ADMIN: "3"}


def account(item: Account, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Account"""
    avatar, header = links.avatar(item), links.header(item)
    body: dict[str, Any] = {
        "id": str(item.id),
        "username": item.username,
        "acct": item.acct,
        "display_name": item.display_name,
        "locked": item.locked,
        "bot": item.bot,
        "discoverable": item.discoverable,
        "indexable": item.indexable,
        "group": item.actor_type is ActorType.GROUP,
        "created_at": birthday(item.created_at),
        "note": item.note,
        "url": item.url,
        "uri": item.uri,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": item.avatar.description,
        "header": header,
        "header_static": header,
        "header_description": item.header.description,
        "followers_count": item.followers_count,
        "following_count": item.following_count,
        "statuses_count": item.statuses_count,
        "last_status_at": None if item.last_status_at is None else day(item.last_status_at),
        "hide_collections": item.hide_collections,
        "noindex": not item.indexable,
        "show_featured": True,
        "show_media": True,
        "show_media_replies": True,
        "emojis": [],
        "roles": [],
        "fields": fields(item.fields),
        "feature_approval": {"automatic": [], "manual": [], "current_user": "denied"},
    }
    if item.silenced_at is not None:
        body["limited"] = True
    if item.suspended_at is not None:
        body["suspended"] = True
    return body


def accounts(items: Iterable[Account], links: Links) -> list[dict[str, Any]]:
    return [account(item, links) for item in items]


def muted(item: Account, until: int | None, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Account/#MutedAccount; `until` in milliseconds."""
    return account(item, links) | {"mute_expires_at": None if until is None else moment(until)}


def familiar(items: Iterable[tuple[int, list[Account]]], links: Links) -> list[dict[str, Any]]:
    """docs.joinmastodon.org/entities/FamiliarFollowers"""
    return [{"id": str(id_), "accounts": accounts(people, links)} for id_, people in items]


def fields(items: Iterable[ProfileField]) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "value": item.value,
            "verified_at": None if item.verified_at is None else moment(item.verified_at),
        }
        for item in items
    ]


def credentials(item: Account, user: User, follow_requests: int, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Account/#CredentialAccount"""
    return account(item, links) | {
        "source": {
            "privacy": user.default_visibility,
            "sensitive": user.default_sensitive,
            "language": user.default_language,
            "note": item.note_source,
            "fields": fields(item.fields_source),
            "follow_requests_count": follow_requests,
            "hide_collections": item.hide_collections,
            "discoverable": item.discoverable,
            "indexable": item.indexable,
            "attribution_domains": [],
            "quote_policy": "nobody",
        },
        "role": role(user.role),
    }


def preferences(user: User) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Preferences; how to read is left to each client."""
    return {
        "posting:default:visibility": user.default_visibility,
        "posting:default:sensitive": user.default_sensitive,
        "posting:default:language": user.default_language,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def role(item: Role) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Role"""
    return {
        "id": _ROLE_IDS[item],
        "name": "" if item is Role.TEACHER else item.value.capitalize(),
        "color": "",
        "permissions": _PERMISSIONS[item],
        "highlighted": item is not Role.TEACHER,
        "collection_limit": 0,
    }


def relationship(item: Relationship) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Relationship"""
    until = item.muting_expires_at
    return {
        "id": str(item.id),
        "following": item.following,
        "showing_reblogs": item.showing_reblogs,
        "notifying": item.notifying,
        "languages": None if item.languages is None else list(item.languages),
        "followed_by": item.followed_by,
        "blocking": item.blocking,
        "blocked_by": item.blocked_by,
        "muting": item.muting,
        "muting_notifications": item.muting_notifications,
        "muting_expires_at": None if until is None else moment(until),
        "requested": item.requested,
        "requested_by": item.requested_by,
        "domain_blocking": item.domain_blocking,
        "endorsed": item.endorsed,
        "note": item.note,
    }
