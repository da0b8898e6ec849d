"""A Note, Question, Article, Video… as its server claims it, brought into one form."""

import html
from datetime import datetime

from fedschool import errors
from fedschool.activitypub import parse_kit, parse_quote
from fedschool.activitypub import parse_tags as tags
from fedschool.activitypub.objects import ClaimedNote, ClaimedOption, ClaimedPoll
from fedschool.activitypub.parse_actor import own_url
from fedschool.activitypub.values import (
    HTML_LIMIT,
    LINE_LIMIT,
    PARAGRAPH_LIMIT,
    Fields,
    language,
    moment,
    object_id,
)
from fedschool.activitypub.vocab import ACTORS, COLLECTIONS, NOTES, PUBLICATIONS, Document

OPTION_LIMIT = 20
VOTES_LIMIT = 1 << 53

_NOT_PUBLICATIONS = ACTORS | COLLECTIONS | {"Tombstone"}


def note(doc: Document) -> ClaimedNote:
    """A publication of any type; it must have an id, a type and an author."""
    fields = Fields(doc)
    kind = fields.type_among(PUBLICATIONS)
    if kind in _NOT_PUBLICATIONS:
        raise errors.Malformed("The object is not a publication")
    identity = fields.identity()
    url = own_url(fields, identity)
    content, versions = _content(fields)
    shown = content if kind in NOTES else _presentation(fields, content, url)
    sensitive = fields.flag("sensitive")
    quoted, legacy = parse_quote.quoted(fields)
    return ClaimedNote(
        id=identity,
        type=kind,
        attributed_to=_author(fields),
        url=url,
        content=shown,
        content_map=versions,
        language=_language(fields, content, versions),
        name=fields.localized("name", LINE_LIMIT)[0],
        summary=_summary(fields) if kind in NOTES or sensitive else None,
        sensitive=sensitive,
        in_reply_to=fields.reference("inReplyTo"),
        published=fields.moment("published"),
        updated=fields.moment("updated"),
        to=fields.addresses("to"),
        cc=fields.addresses("cc"),
        audience=fields.reference("audience"),
        mentions=tags.mentions(fields),
        hashtags=tags.hashtags(fields),
        emojis=tags.emojis(fields),
        attachments=tags.attachments(fields),
        poll=_poll(fields) if kind == "Question" else None,
        context=fields.reference("context"),
        conversation=fields.text("conversation", LINE_LIMIT),
        replies=fields.reference("replies"),
        quote=quoted,
        quote_is_legacy=legacy,
        quote_authorization=fields.reference("quoteAuthorization"),
        quote_policy=parse_quote.claimed_policy(fields),
        kits=parse_kit.tagged(fields),
    )


def _author(fields: Fields) -> str:
    """PeerTube attributes a video to a person and to a channel: the person is the author."""
    claimed = fields.all("attributedTo", 10)
    people = [item for item in claimed if isinstance(item, dict) and item.get("type") == "Person"]
    for item in (*people, *claimed):
        if uri := object_id(item):
            return uri
    raise errors.Malformed("The object has no author")


def _content(fields: Fields) -> tuple[str, dict[str, str]]:
    """HTML and its versions by language; PeerTube sends Markdown and says so."""
    content, versions = fields.localized("content", HTML_LIMIT)
    if (tags.media_type(fields) or "text/html") != "text/html":
        return _paragraphs(content or ""), {}
    return content or "", versions


def _paragraphs(text: str) -> str:
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    lines = (html.escape(block).replace("\n", "<br>") for block in blocks if block)
    return "".join(f"<p>{line}</p>" for line in lines)[:HTML_LIMIT]


def _language(fields: Fields, content: str, versions: dict[str, str]) -> str | None:
    """The language whose version is the content itself; PeerTube has a `language` object."""
    for tag, words in versions.items():
        if words == content:
            return tag
    if len(versions) == 1:
        return next(iter(versions))
    for item in fields.objects("language", 1):
        return language(item.get("identifier"))
    return None


def _summary(fields: Fields) -> str | None:
    return fields.localized("summary", PARAGRAPH_LIMIT)[0] or None


def _presentation(fields: Fields, content: str, url: str) -> str:
    """Title, time and place, summary or else the whole text, and where to read it."""
    title, _ = fields.localized("name", LINE_LIMIT)
    about = next(iter(tags.links(fields)), None)
    summary = None if fields.flag("sensitive") else _summary(fields)
    parts = [
        f"<p><strong>{html.escape(title)}</strong></p>" if title else "",
        _when_and_where(fields),
        _as_block(summary) if summary else content,
        _anchor(about) if about else "",
        _anchor(url),
    ]
    return "".join(parts)


def _as_block(text: str) -> str:
    return text if text.lstrip().startswith("<") else f"<p>{text}</p>"


def _anchor(url: str) -> str:
    shown = html.escape(url)
    return f'<p><a href="{shown}">{shown}</a></p>'


def _when_and_where(fields: Fields) -> str:
    """An Event's times in the zone it was announced in, and the name of the place."""
    times = [_clock(fields.text(name, 64)) for name in ("startTime", "endTime")]
    when = " – ".join(time for time in times if time)
    places = fields.objects("location", 1)
    where = places[0].text("name", LINE_LIMIT) if places else None
    told = [html.escape(part) for part in (when, where) if part]
    return f"<p>{', '.join(told)}</p>" if told else ""


def _clock(text: str | None) -> str | None:
    if text is None or moment(text) is None:
        return None
    return datetime.fromisoformat(text.strip().upper()).strftime("%Y-%m-%d %H:%M %Z").strip()


def _poll(fields: Fields) -> ClaimedPoll | None:
    """The first 20 options of `oneOf` or `anyOf`; None when there are none to choose from."""
    multiple = bool(fields.objects("anyOf", 1))
    options = fields.objects("anyOf" if multiple else "oneOf", OPTION_LIMIT)
    named = [(option, option.text("name", LINE_LIMIT)) for option in options]
    if not any(name for _, name in named):
        return None
    return ClaimedPoll(
        options=tuple(ClaimedOption(name, _votes(option)) for option, name in named if name),
        multiple=multiple,
        ends=fields.moment("endTime"),
        closed=fields.moment("closed"),
        voters=fields.whole("votersCount", 0, VOTES_LIMIT),
    )


def _votes(option: Fields) -> int | None:
    replies = option.objects("replies", 1)
    return replies[0].whole("totalItems", 0, VOTES_LIMIT) if replies else None
