"""Account, CredentialAccount and Relationship."""

from collections.abc import Iterable
from typing import Any

import msgspec

from fedschool.entities.emoji import emojis
from fedschool.entities.links import Links, birthday, day, moment
from fedschool.model.account import (
    Account,
    ActorType,
    Picture,
    ProfileField,
    Relationship,
    Role,
    User,
)
from fedschool.model.quote import NOBODY, MayQuote, QuotePolicy, Quoters
from fedschool.model.staff import ROLE_IDS, bits

COLLECTION_LIMIT = 10


def account(item: Account, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Account; of a suspended one nothing but who it is."""
    if item.suspended_at is not None:
        item = _emptied(item)
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
        "show_featured": item.show_featured,
        "show_media": item.show_media,
        "show_media_replies": item.show_media_replies,
        "emojis": emojis(item.emojis, links) if item.emojis else [],
        "roles": _badges(item),
        "fields": fields(item.fields),
        "feature_approval": _featuring(item),
    }
    if item.moved_to is not None:
        body["moved"] = account(item.moved_to, links)
    if item.silenced_at is not None:
        body["limited"] = True
    if item.suspended_at is not None:
        body["suspended"] = True
    return body


def _emptied(item: Account) -> Account:
    return msgspec.structs.replace(
        item,
        actor_type=ActorType.PERSON,
        display_name="",
        note="",
        fields=(),
        avatar=Picture(),
        header=Picture(),
        locked=False,
        discoverable=False,
        indexable=False,
        last_status_at=None,
        followers_count=0,
        following_count=0,
        statuses_count=0,
        role=Role.TEACHER,
    )


def _featuring(item: Account) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/FeatureApproval: who wants to be found may be recommended, and
    whom another server says so of. How the reader stands to them is not known here."""
    if not item.local:
        return _featuring_elsewhere(item.feature_policy)
    willing = item.discoverable and item.suspended_at is None and item.moved_to_uri is None
    return {
        "automatic": ["public"] if willing else [],
        "manual": [],
        "current_user": "automatic" if willing else "denied",
    }


def _featuring_elsewhere(policy: QuotePolicy | None) -> dict[str, Any]:
    if policy is None:
        return {"automatic": [], "manual": [], "current_user": "missing"}
    verdict = policy.verdict(frozenset({Quoters.PUBLIC}))
    if verdict is MayQuote.DENIED and policy != NOBODY:
        verdict = MayQuote.UNKNOWN
    return {
        "automatic": [each.value for each in policy.automatic],
        "manual": [each.value for each in policy.manual],
        "current_user": verdict.value,
    }


def _badges(item: Account) -> list[dict[str, Any]]:
    """docs.joinmastodon.org/entities/Account/#roles: what everybody may know somebody to be."""
    if item.role is Role.TEACHER:
        return []
    shown = role(item.role)
    return [{name: shown[name] for name in ("id", "name", "color")}]


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
            "attribution_domains": list(item.attribution_domains),
            "quote_policy": user.default_quote_policy.value,
        },
        "role": role(user.role),
    }


def preferences(user: User) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Preferences; how to read is left to each client."""
    return {
        "posting:default:visibility": user.default_visibility,
        "posting:default:sensitive": user.default_sensitive,
        "posting:default:language": user.default_language,
        "posting:default:quote_policy": user.default_quote_policy.value,
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def role(item: Role) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Role"""
    return {
        "id": ROLE_IDS[item],
        "name": "" if item is Role.TEACHER else item.value.capitalize(),
        "color": "",
        "permissions": str(bits(item)),
        "highlighted": item is not Role.TEACHER,
        "collection_limit": COLLECTION_LIMIT,
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
