"""Status, its source, history and context, and MediaAttachment."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import filters
from fedschool.entities import poll as polls
from fedschool.entities.links import Links, moment
from fedschool.model.account import Account
from fedschool.model.status import (
    Attachment,
    Mention,
    StatusEdit,
    StatusView,
    ViewerFlags,
)

# Quoting is refused to everybody until it is served.
_NO_QUOTES = {"automatic": [], "manual": [], "current_user": "denied"}


def status(view: StatusView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Status"""
    original = view.reblog
    body = shared(view, links)
    body["reblog"] = None if original is None else status(original, links)
    asking = view if original is None else original
    body["poll"] = None if asking.poll is None else polls.poll(asking)
    if view.signed_in:
        body |= viewed(view.flags if original is None else original.flags)
        body["filtered"] = filters.results(view.filtered)
        if view.flags.pinned is not None and original is None:
            body["pinned"] = view.flags.pinned
    return body


def shared(view: StatusView, links: Links) -> dict[str, Any]:
    """What every viewer sees alike. A boost shows the original's body under its own id.

    Without `poll`, of which every viewer has a part.
    """
    item = view.status
    source = view if view.reblog is None else view.reblog
    shown = source.status
    body: dict[str, Any] = {
        "id": str(item.id),
        "created_at": moment(item.created_at),
        "in_reply_to_id": _id(item.in_reply_to_id),
        "in_reply_to_account_id": _id(item.in_reply_to_account_id),
        "sensitive": shown.sensitive,
        "spoiler_text": shown.spoiler_text,
        "visibility": item.visibility.value,
        "language": shown.language,
        "uri": item.uri,
        "url": item.url or shown.url,
        "replies_count": shown.replies_count,
        "reblogs_count": shown.reblogs_count,
        "favourites_count": shown.favourites_count,
        "quotes_count": 0,
        "edited_at": None if shown.edited_at is None else moment(shown.edited_at),
        "content": shown.content,
        "account": accounts.account(view.account, links),
        "media_attachments": [attachment(media, links) for media in source.attachments],
        "mentions": [mention(person) for person in source.mentions if not person.silent],
        "tags": [{"name": name, "url": links.tag(name)} for name in source.tags],
        "emojis": [],
        "card": None,
        "quote": None,
        "quote_approval": _NO_QUOTES,
        "tagged_collections": [],
    }
    if view.application is not None:
        body["application"] = {
            "name": view.application.name,
            "website": view.application.website,
        }
    if item.local_only:
        body["local_only"] = True
    return body


def viewed(flags: ViewerFlags) -> dict[str, Any]:
    """What is the viewer's own, but for `filtered`, and `pinned`, which authors alone see."""
    return {
        "favourited": flags.favourited,
        "reblogged": flags.reblogged,
        "muted": flags.muted,
        "bookmarked": flags.bookmarked,
    }


def statuses(views: Iterable[StatusView], links: Links) -> list[dict[str, Any]]:
    return [status(view, links) for view in views]


def deleted(view: StatusView, links: Links) -> dict[str, Any]:
    """What `DELETE` answers: the source in `text`, for redrafting, and no `content`."""
    body = status(view, links)
    del body["content"]
    body["text"] = view.status.text
    return body


def source(view: StatusView) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/StatusSource"""
    item = view.status
    return {"id": str(item.id), "text": item.text, "spoiler_text": item.spoiler_text}


def edit(version: StatusEdit, author: Account, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/StatusEdit"""
    return {
        "content": version.content,
        "spoiler_text": version.spoiler_text,
        "sensitive": version.sensitive,
        "created_at": moment(version.created_at),
        "account": accounts.account(author, links),
        "media_attachments": [attachment(media, links) for media in version.attachments],
        "emojis": [],
        "poll": None if version.poll_options is None else polls.asked(version.poll_options),
        "quote": None,
    }


def mention(person: Mention) -> dict[str, Any]:
    return {
        "id": str(person.account_id),
        "username": person.username,
        "url": person.url,
        "acct": person.acct,
    }


def attachment(item: Attachment, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/MediaAttachment"""
    meta: dict[str, Any] = {}
    if item.width and item.height:
        meta["original"] = _size(item.width, item.height)
    if item.preview_width and item.preview_height:
        meta["small"] = _size(item.preview_width, item.preview_height)
    if item.kind in ("image", "gifv"):
        meta["focus"] = {"x": item.focus_x, "y": item.focus_y}
    return {
        "id": str(item.id),
        "type": item.kind,
        "url": links.attachment(item),
        "preview_url": links.preview(item),
        "remote_url": item.remote_url,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": item.description or None,
        "blurhash": item.blurhash,
    }


def _size(width: int, height: int) -> dict[str, Any]:
    return {
        "width": width,
        "height": height,
        "size": f"{width}x{height}",
        "aspect": width / height,
    }


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
