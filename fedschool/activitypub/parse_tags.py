"""What hangs on a peer's object: mentions, hashtags, custom emojis, attached files."""

import re
from typing import Any

from fedschool.activitypub import uris
from fedschool.activitypub.objects import (
    ClaimedAttachment,
    ClaimedEmoji,
    ClaimedHashtag,
    ClaimedMention,
)
from fedschool.activitypub.values import LINE_LIMIT, PARAGRAPH_LIMIT, Fields, fraction, object_id

PIXEL_LIMIT = 100_000

_SHORTCODE = re.compile(r"[A-Za-z0-9_+.-]{1,64}")
_HASHTAG = re.compile(r"[^\s#<>&\"']{1,100}")
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9][a-z0-9.+_-]{0,80}")
_BLURHASH = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,200}")
_PERIOD = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6}(?:\.\d{1,6})?)S)?")
_KINDS = ("image", "video", "audio")
_FILES = frozenset({"Document", "Image", "Video", "Audio"})


def mentions(fields: Fields) -> tuple[ClaimedMention, ...]:
    """The Mention tags, one per actor."""
    found: dict[str, ClaimedMention] = {}
    for tag in _tags(fields, "Mention"):
        if href := tag.reference("href"):
            found.setdefault(href, ClaimedMention(href, tag.text("name", LINE_LIMIT) or ""))
    return tuple(found.values())


def hashtags(fields: Fields) -> tuple[ClaimedHashtag, ...]:
    """The Hashtag tags, one per name in any case; a name that is none is left out."""
    found: dict[str, ClaimedHashtag] = {}
    for tag in _tags(fields, "Hashtag"):
        name = (tag.text("name", LINE_LIMIT) or "").strip().lstrip("#")
        if _HASHTAG.fullmatch(name):
            found.setdefault(name.casefold(), ClaimedHashtag(name, tag.reference("href")))
    return tuple(found.values())


def emojis(fields: Fields) -> tuple[ClaimedEmoji, ...]:
    """The Emoji tags that have a shortcode and a picture; Akkoma sends a null id."""
    found: dict[str, ClaimedEmoji] = {}
    for tag in _tags(fields, "Emoji"):
        name = (tag.text("name", LINE_LIMIT) or "").strip().strip(":")
        picture = link(tag.first("icon"))
        if _SHORTCODE.fullmatch(name) and picture:
            emoji = ClaimedEmoji(
                id=tag.reference("id"),
                name=name,
                icon_url=picture,
                updated=tag.moment("updated"),
            )
            found.setdefault(name, emoji)
    return tuple(found.values())


def quote_link(fields: Fields) -> str | None:
    """The quoted object as a Link tag says it (FEP-e232)."""
    for tag in _tags(fields, "Link"):
        relations = tag.all("rel", 10)
        media_type = tag.text("mediaType", LINE_LIMIT) or ""
        if "https://misskey-hub.net/ns#_misskey_quote" in relations or (
            not relations and "activitystreams" in media_type
        ):
            return tag.reference("href")
    return None


def attachments(fields: Fields) -> tuple[ClaimedAttachment, ...]:
    """The attached files; Links and profile fields are something else."""
    found = (_attachment(item) for item in fields.objects("attachment"))
    return tuple(item for item in found if item is not None)


def links(fields: Fields) -> tuple[str, ...]:
    """The attached Links (Lemmy: what a Page is about)."""
    found = (item.reference("href") for item in fields.objects("attachment") if _is_link(item))
    return tuple(uri for uri in found if uri)


def link(value: Any) -> str | None:
    """The URI of a picture or file given as string, Link, Image, or object with `url`."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        fields = Fields(value)
        inner = fields.first("url")
        if isinstance(inner, dict):
            inner = Fields(inner).first("href")
        value = inner or fields.first("href")
    return object_id(value) if isinstance(value, str) else None


def media_type(fields: Fields) -> str | None:
    """`mediaType` without its parameters."""
    text = (fields.text("mediaType", LINE_LIMIT) or "").partition(";")[0].strip().lower()
    return text if _MEDIA_TYPE.fullmatch(text) else None


def _tags(fields: Fields, kind: str) -> list[Fields]:
    return [tag for tag in fields.objects("tag") if kind in tag.types()]


def _is_link(fields: Fields) -> bool:
    return "Link" in fields.types()


def _attachment(item: Fields) -> ClaimedAttachment | None:
    kinds = _FILES.intersection(item.types())
    url = link(item.first("url")) or (item.reference("href") if kinds else None)
    if not kinds or url is None or uris.host_of(url) is None:
        return None
    mime = media_type(item) or _media_type_of_link(item.first("url"))
    blurhash = item.text("blurhash", LINE_LIMIT) or ""
    focus_x, focus_y = _focus(item.get("focalPoint"))
    kind = _kind(mime, kinds)
    preview = link(item.first("icon")) or link(item.first("preview"))
    return ClaimedAttachment(
        kind=kind,
        url=url,
        media_type=mime,
        description=_description(item),
        blurhash=blurhash if _BLURHASH.fullmatch(blurhash) else None,
        width=item.whole("width", 1, PIXEL_LIMIT),
        height=item.whole("height", 1, PIXEL_LIMIT),
        focus_x=focus_x,
        focus_y=focus_y,
        duration=_duration(item),
        preview_url=preview if kind in ("video", "audio") else None,
    )


def _duration(item: Fields) -> float | None:
    """`PT1H2M3.5S` in seconds; Pleroma and others may send none."""
    found = _PERIOD.fullmatch(item.text("duration", LINE_LIMIT) or "")
    if found is None or not found[0].removeprefix("PT"):
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return round(hours * 3_600 + minutes * 60 + seconds, 3)


def _description(item: Fields) -> str:
    """The alternative text: most peers send `name`, GoToSocial `summary`."""
    return item.text("name", PARAGRAPH_LIMIT) or item.text("summary", PARAGRAPH_LIMIT) or ""


def _media_type_of_link(value: Any) -> str | None:
    return media_type(Fields(value)) if isinstance(value, dict) else None


def _kind(mime: str | None, types: frozenset[str]) -> str:
    if mime is not None:
        family = mime.partition("/")[0]
        return family if family in _KINDS else "unknown"
    named = [kind for kind in _KINDS if kind.capitalize() in types]
    return named[0] if named else "unknown"


def _focus(value: Any) -> tuple[float, float]:
    if isinstance(value, dict):
        value = value.get("@list")
    if isinstance(value, list) and len(value) == 2:
        x, y = fraction(value[0]), fraction(value[1])
        if x is not None and y is not None:
            return x, y
    return 0.0, 0.0
