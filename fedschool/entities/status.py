"""Status, its source, history and context, and MediaAttachment."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import card as cards
from fedschool.entities import filters, kit
from fedschool.entities import poll as polls
from fedschool.entities import quote as quotes
from fedschool.entities.emoji import emojis, named
from fedschool.entities.links import Links, moment
from fedschool.entities.media_meta import media_meta
from fedschool.model.status import (
    Attachment,
    Mention,
    QuoteView,
    StatusEdit,
    StatusView,
    ViewerFlags,
)


def status(view: StatusView, links: Links, *, quoted: bool = False) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Status; `quoted`: inside of the one that quotes it."""
    original = view.reblog
    body = shared(view, links)
    body["reblog"] = None if original is None else status(original, links)
    asking = view if original is None else original
    body["poll"] = None if asking.poll is None else polls.poll(asking, links)
    body["quote"] = None if view.quote is None else quote(view.quote, links, quoted=quoted)
    body["tagged_collections"] = [kit.collection(each, links) for each in asking.kits]
    body["quote_approval"] = quotes.approval(asking.status.quote_policy, asking.may_quote)
    if view.signed_in:
        body |= viewed(view.flags if original is None else original.flags)
        body["filtered"] = filters.results(view.filtered)
        if view.flags.pinned is not None and original is None:
            body["pinned"] = view.flags.pinned
    return body


def shared(view: StatusView, links: Links) -> dict[str, Any]:
    """What every viewer sees alike. A boost shows the original's body under its own id.

    Without `poll`, `quote`, `quote_approval` and `tagged_collections`, of which every viewer has a
    part.
    """
    item = view.status
    source = view if view.reblog is None else view.reblog
    shown = source.status
    body: dict[str, Any] = {
        "id": str(item.id),
        "created_at": moment(item.created_at),
        "in_reply_to_id": _id(item.in_reply_to_id),
        "in_reply_to_account_id": _id(item.in_reply_to_account_id),
        "sensitive": shown.sensitive or source.account.sensitized_at is not None,
        "spoiler_text": shown.spoiler_text,
        "visibility": item.visibility.value,
        "language": shown.language,
        "uri": item.uri,
        "url": item.url or shown.url,
        "replies_count": shown.replies_count,
        "reblogs_count": shown.reblogs_count,
        "favourites_count": shown.favourites_count,
        "quotes_count": shown.quotes_count,
        "edited_at": None if shown.edited_at is None else moment(shown.edited_at),
        "content": shown.content,
        "account": accounts.account(view.account, links),
        "media_attachments": [attachment(media, links) for media in source.attachments],
        "mentions": [mention(person) for person in source.mentions if not person.silent],
        "tags": [{"name": name, "url": links.tag(name)} for name in source.tags],
        "emojis": emojis(shown.emojis, links) if shown.emojis else [],
        "card": None if source.card is None else cards.card(source.card, links),
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
    if view.quote is not None and view.quote.status is not None:
        # Whatever became of the quote, it can be tried again.
        inner = view.quote.status
        shown = status(inner, links, quoted=True) | {"text": inner.status.text}
        body["quote"]["quoted_status"] = shown
    del body["content"]
    body["text"] = view.status.text
    return body


def source(view: StatusView) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/StatusSource"""
    item = view.status
    return {"id": str(item.id), "text": item.text, "spoiler_text": item.spoiler_text}


def quote(view: QuoteView, links: Links, *, quoted: bool = False) -> dict[str, Any]:
    """The quote in a status, or in one that is `quoted` itself."""
    if quoted:
        return quotes.shallow(view)
    return quotes.whole(view, lambda inner: status(inner, links, quoted=True))


def edit(version: StatusEdit, view: StatusView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/StatusEdit; `view` is the status as it is now."""
    texts = (version.content, version.spoiler_text, *(version.poll_options or ()))
    return {
        "content": version.content,
        "spoiler_text": version.spoiler_text,
        "sensitive": version.sensitive,
        "created_at": moment(version.created_at),
        "account": accounts.account(view.account, links),
        "media_attachments": [attachment(media, links) for media in version.attachments],
        "emojis": named(view.status.emojis, texts, links),
        "poll": None if version.poll_options is None else polls.asked(version.poll_options),
        "quote": None if view.quote is None else quote(view.quote, links),
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
    return {
        "id": str(item.id),
        "type": item.kind,
        "url": links.attachment(item),
        "preview_url": links.preview(item),
        "remote_url": item.remote_url,
        "preview_remote_url": item.preview_remote_url,
        "text_url": None,
        "meta": media_meta(item),
        "description": item.description or None,
        "blurhash": item.blurhash,
    }


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
