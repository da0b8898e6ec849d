"""Our custom emojis as other servers read them."""

from collections.abc import Callable, Sequence

from fedschool.activitypub.uris import Uris
from fedschool.activitypub.vocab import NOTE_CONTEXT, Document
from fedschool.activitypub.written import media_type_of
from fedschool.model.emoji import Emoji


def emoji_tags(
    items: Sequence[Emoji], uris: Uris, media_url: Callable[[str], str]
) -> list[Document]:
    """The Emoji tags of a note or an actor; only ours have a file of ours."""
    return [_tag(item, uris, media_url(item.key)) for item in items if item.key is not None]


def emoji(item: Emoji, uris: Uris, media_url: Callable[[str], str]) -> Document:
    """The document at an emoji's own URI."""
    assert item.key is not None
    return {"@context": NOTE_CONTEXT, **_tag(item, uris, media_url(item.key))}


def _tag(item: Emoji, uris: Uris, url: str) -> Document:
    icon: Document = {"type": "Image", "url": url}
    if media_type := media_type_of(url):
        icon["mediaType"] = media_type
    return {
        "id": uris.emoji(item.shortcode),
        "type": "Emoji",
        "name": f":{item.shortcode}:",
        "icon": icon,
    }
