"""A status as Note, and its place in collections."""

from collections.abc import Callable, Sequence

from fedschool.activitypub import audience, render_quote
from fedschool.activitypub.render_emoji import emoji_tags
from fedschool.activitypub.uris import Uris
from fedschool.activitypub.vocab import NOTE_CONTEXT, Document
from fedschool.activitypub.written import iso, media_type_of, period
from fedschool.model.kit import KitView
from fedschool.model.status import Attachment, Mention, Poll, StatusView

MediaUrl = Callable[[str], str]
"""From a key in our media store to the URL that peers may fetch."""

_FILE_TYPES = {"image": "Image", "gifv": "Video", "video": "Video", "audio": "Audio"}


def note(
    view: StatusView,
    uris: Uris,
    media_url: MediaUrl,
    *,
    in_reply_to: str | None = None,
    context: str | None = None,
    with_context: bool = True,
) -> Document:
    """A local status as a Note document; one with a poll is a Question.

    `in_reply_to` is the parent's uri, by default `status.in_reply_to_uri`. `context` is the
    thread's uri as its starter named it, by default ours. `with_context=False` leaves
    `@context` away, for a note inside an activity.
    """
    status, name = view.status, view.account.username
    to, cc = addressed(view, uris)
    content = render_quote.paragraph(view.quoting) + status.content
    thread = context or uris.context(status.conversation_id)
    document: Document = {
        "@context": NOTE_CONTEXT,
        "id": status.uri,
        "type": "Note",
        "attributedTo": view.account.uri,
        "url": status.url,
        "summary": status.spoiler_text or None,
        "content": content,
        "inReplyTo": in_reply_to or status.in_reply_to_uri,
        "published": iso(status.created_at),
        "to": to,
        "cc": cc,
        "sensitive": status.sensitive or view.account.sensitized_at is not None,
        "context": thread,
        "conversation": thread,
        "attachment": [_attachment(item, media_url) for item in view.attachments],
        "tag": [
            *(_mention(item, uris) for item in view.mentions if not item.silent),
            *(_hashtag(item, uris) for item in view.tags),
            *(_kit(item) for item in view.kits),
            *emoji_tags(status.emojis, uris, media_url),
        ],
        "replies": uris.replies(name, status.id),
        "likes": _count(uris.likes(name, status.id), status.favourites_count),
        "shares": _count(uris.shares(name, status.id), status.reblogs_count),
        "interactionPolicy": render_quote.interaction_policy(status, view.account, uris),
    }
    if view.quoting is not None:
        document |= render_quote.fields(view.quoting, uris)
    if status.language:
        document["contentMap"] = {status.language: content}
        if status.spoiler_text:
            document["summaryMap"] = {status.language: status.spoiler_text}
    if status.edited_at is not None:
        document["updated"] = iso(status.edited_at)
    if view.poll is not None:
        document |= _question(view.poll)
    if not with_context:
        del document["@context"]
    return document


def _question(poll: Poll) -> Document:
    """What a Question has besides (ActivityStreams vocabulary, Question); counts that are kept
    back are left out."""
    options: list[Document] = []
    for option in poll.options:
        replies: Document = {"type": "Collection"}
        if poll.shows_totals:
            replies["totalItems"] = option.votes
        options.append({"type": "Note", "name": option.title, "replies": replies})
    document: Document = {"type": "Question", "anyOf" if poll.multiple else "oneOf": options}
    if poll.expires_at is not None:
        document["endTime"] = iso(poll.expires_at)
        if poll.closed:
            document["closed"] = iso(poll.expires_at)
    if poll.voters is not None:
        document["votersCount"] = poll.voters
    return document


def addressed(view: StatusView, uris: Uris) -> tuple[list[str], list[str]]:
    """`to` and `cc` of a status and of its Create; silent mentions are addressed, too."""
    followers = view.account.followers_url or uris.followers(view.account.username)
    people = [mention.uri for mention in view.mentions]
    found = audience.addresses(view.status.visibility, followers, people)
    return list(found.to), list(found.cc)


def ordered_collection(
    collection_id: str,
    total: int | None,
    *,
    first: str | None = None,
    last: str | None = None,
    items: Sequence[str | Document] | None = None,
) -> Document:
    """A collection: by its pages, or with its `items`; or, with neither, its size alone."""
    document: Document = {
        "@context": NOTE_CONTEXT,
        "id": collection_id,
        "type": "OrderedCollection",
    }
    if total is not None:
        document["totalItems"] = total
    if first is not None:
        document["first"] = first
    if last is not None:
        document["last"] = last
    if items is not None:
        document["orderedItems"] = list(items)
    return document


def ordered_page(
    page_id: str,
    part_of: str,
    items: Sequence[str | Document],
    *,
    total: int | None = None,
    next_page: str | None = None,
    prev_page: str | None = None,
) -> Document:
    """One page of a collection, newest first."""
    document: Document = {
        "@context": NOTE_CONTEXT,
        "id": page_id,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        "orderedItems": list(items),
    }
    if total is not None:
        document["totalItems"] = total
    if next_page is not None:
        document["next"] = next_page
    if prev_page is not None:
        document["prev"] = prev_page
    return document


def tombstone(uri: str, *, deleted_at: int | None = None) -> Document:
    """What is served, with status 410, where a status was."""
    document: Document = {"@context": NOTE_CONTEXT, "id": uri, "type": "Tombstone"}
    if deleted_at is not None:
        document["deleted"] = iso(deleted_at)
    return document


def _attachment(item: Attachment, media_url: MediaUrl) -> Document:
    document: Document = {
        "type": _FILE_TYPES.get(item.kind, "Document"),
        "mediaType": item.mime_type or None,
        "url": media_url(item.key) if item.key else item.remote_url,
        "name": item.description or None,
    }
    if item.blurhash:
        document["blurhash"] = item.blurhash
    if item.width and item.height:
        document |= {"width": item.width, "height": item.height}
    if item.focus_x or item.focus_y:
        document["focalPoint"] = [item.focus_x, item.focus_y]
    if item.details.duration is not None:
        document["duration"] = period(item.details.duration)
    if item.moves and item.preview_key:
        preview = media_url(item.preview_key)
        document["icon"] = {"type": "Image", "url": preview, "mediaType": media_type_of(preview)}
    return document


def _mention(mention: Mention, uris: Uris) -> Document:
    name = f"@{mention.username}@{mention.domain or uris.host}"
    return {"type": "Mention", "href": mention.uri, "name": name}


def _kit(view: KitView) -> Document:
    """A collection of people that the post links to, wherever it is kept (FEP-7aa9)."""
    return {"type": "FeaturedCollection", "id": view.kit.uri, "name": view.kit.name}


def _hashtag(name: str, uris: Uris) -> Document:
    return {"type": "Hashtag", "href": uris.tag(name), "name": f"#{name}"}


def _count(collection_id: str, total: int) -> Document:
    return {"id": collection_id, "type": "Collection", "totalItems": total}
