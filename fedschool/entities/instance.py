"""Instance, in its two versions, and its weekly activity."""

from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities.links import Links
from fedschool.entities.rule import rules
from fedschool.model.instance import MAX_FEATURED_TAGS, Bounds, InstanceView, Week

LANGUAGES = ["en"]

_OPEN = {"local": "public", "remote": "public"}


def instance(view: InstanceView, links: Links, vapid_key: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Instance"""
    return {
        "domain": view.host,
        "title": view.title,
        "version": view.version,
        "source_url": f"{links.base}/about",
        "description": view.description,
        "usage": {"users": {"active_month": view.active_month}},
        "thumbnail": {"url": _picture(links), "description": ""},
        "icon": [{"src": f"{links.base}/static/icon.png", "size": "64x64"}],
        "languages": LANGUAGES,
        "configuration": _configuration(view, links, vapid_key),
        "registrations": {
            "enabled": view.registrations,
            "approval_required": view.approval_required,
            "reason_required": view.approval_required,
            "message": None,
            "min_age": None,
            "url": None,
        },
        "contact": {"email": view.email, "account": _contact(view, links)},
        "rules": rules(view.rules),
        "api_versions": {"mastodon": view.api_level},
        "wrapstodon": None,
    }


def v1(view: InstanceView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/V1_Instance; deprecated, and still read first by some."""
    return {
        "uri": view.host,
        "title": view.title,
        "short_description": view.description,
        "description": view.description,
        "email": view.email,
        "version": view.version,
        "urls": {"streaming_api": _streaming(links)},
        "stats": {
            "user_count": view.people,
            "status_count": view.posts,
            "domain_count": view.domains,
        },
        "thumbnail": _picture(links),
        "languages": LANGUAGES,
        "registrations": view.registrations,
        "approval_required": view.approval_required,
        "invites_enabled": view.invites,
        "configuration": {
            "accounts": {"max_featured_tags": MAX_FEATURED_TAGS},
            "statuses": _statuses(view.bounds),
            "media_attachments": _media(view.bounds),
            "polls": _polls(view.bounds),
        },
        "contact_account": _contact(view, links),
        "rules": rules(view.rules),
    }


def week(item: Week) -> dict[str, str]:
    """A row of `/api/v1/instance/activity`; its figures are strings."""
    return {
        "week": str(item.start),
        "statuses": str(item.statuses),
        "logins": str(item.logins),
        "registrations": str(item.registrations),
    }


def _configuration(view: InstanceView, links: Links, vapid_key: str) -> dict[str, Any]:
    bounds = view.bounds
    return {
        "urls": {
            "streaming": _streaming(links),
            "status": None,
            "about": f"{links.base}/about",
            "privacy_policy": f"{links.base}/privacy-policy",
            "terms_of_service": f"{links.base}/terms-of-service" if view.has_terms else None,
        },
        "vapid": {"public_key": vapid_key},
        "accounts": {
            "max_featured_tags": MAX_FEATURED_TAGS,
            "max_pinned_statuses": bounds.pins,
            "max_display_name_length": bounds.name_characters,
            "max_note_length": bounds.note_characters,
            "max_avatar_description_length": bounds.picture_description_characters,
            "max_header_description_length": bounds.picture_description_characters,
            "max_profile_fields": bounds.fields,
            "profile_field_name_limit": bounds.field_characters,
            "profile_field_value_limit": bounds.field_characters,
        },
        "statuses": _statuses(bounds),
        "media_attachments": _media(bounds) | {"description_limit": bounds.description_characters},
        "polls": _polls(bounds),
        "translation": {"enabled": False},
        "timelines_access": {
            "live_feeds": _OPEN,
            "hashtag_feeds": _OPEN,
            "trending_link_feeds": _OPEN,
        },
        "limited_federation": view.limited_federation,
    }


def _polls(bounds: Bounds) -> dict[str, int]:
    return {
        "max_options": bounds.poll_options,
        "max_characters_per_option": bounds.poll_option_characters,
        "min_expiration": bounds.poll_min_seconds,
        "max_expiration": bounds.poll_max_seconds,
    }


def _statuses(bounds: Bounds) -> dict[str, Any]:
    return {
        "max_characters": bounds.status_characters,
        "max_media_attachments": bounds.attachments,
        "characters_reserved_per_url": bounds.url_characters,
    }


def _media(bounds: Bounds) -> dict[str, Any]:
    return {
        "supported_mime_types": list(bounds.media_types),
        "image_size_limit": bounds.image_bytes,
        "image_matrix_limit": bounds.image_pixels,
        "video_size_limit": bounds.video_bytes,
        "video_frame_rate_limit": bounds.video_frame_rate,
        "video_matrix_limit": bounds.video_pixels,
    }


def _contact(view: InstanceView, links: Links) -> dict[str, Any] | None:
    return None if view.contact is None else accounts.account(view.contact, links)


def _streaming(links: Links) -> str:
    """http becomes ws, https becomes wss."""
    return f"ws{links.base.removeprefix('http')}"


def _picture(links: Links) -> str:
    return f"{links.base}/static/header.png"
