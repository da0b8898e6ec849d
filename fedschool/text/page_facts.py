"""What a web page says about itself: read from its head by libxml2, never further than needed.

Open Graph, Twitter's card tags, schema.org in JSON-LD, `fediverse:creator` and plain HTML, the
more telling one first. Everything is a claim of a stranger: plain text, cut to a length.
"""

import codecs
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urljoin

import msgspec

from fedschool.model.card import CardType, Embed, Frame, PageFacts
from fedschool.text import links
from fedschool.text.characters import tame, without_direction

MAX_TITLE = 300
MAX_DESCRIPTION = 1_000
MAX_NAME = 200
MAX_SIDE = 10_000
_MAX_VALUE = 4_000
_MAX_TAGS = 2_000
_MAX_DATA = 100_000
_MAX_THINGS = 50
_PIECE = 16_384
_SNIFFED = 2_048

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python knows encodings that are programs or disguises (utf-7); pages get those of this list.
_CHARSETS = {
    **{name: name for name in ("utf-8", "koi8-r", "koi8-u", "shift_jis", "euc-jp", "big5")},
    **{name: name for name in ("euc-kr", "gb18030", "iso-2022-jp", "cp866", "macintosh")},
    **{f"windows-{n}": f"cp{n}" for n in (874, *range(1250, 1259))},
    **{f"iso-8859-{n}": f"iso-8859-{n}" for n in (*range(2, 9), 10, 13, 14, 15, 16)},
    "utf8": "utf-8", "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252",
    "latin1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-9": "cp1254",
    "sjis": "shift_jis", "shift-jis": "shift_jis", "ks_c_5601-1987": "euc-kr",
}  # fmt: skip
_ARTICLES = frozenset(
    {"Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "OpinionNewsArticle"}
    | {"AnalysisNewsArticle", "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "WebPage"}
)


def facts(body: bytes, charset: str, url: str) -> PageFacts:
    """The claims of a page that answered at `url`; `charset` as its server named it, or empty.

    Takes time in the length of what is given alone; never fails.
    """
    head = _Head()
    _feed(head, _decoded(body, charset))
    thing = _article(head.scripts)
    base = _address(head.base, url) or url

    def first(*names: str) -> str:
        return next((found for name in names if (found := head.meta.get(name, ""))), "")

    author = first("article:author", "author")
    named = _address(author, base) if "://" in author else ""
    return PageFacts(
        title=_line(first("og:title", "twitter:title"), MAX_TITLE)
        or _line(_text(thing, "headline"), MAX_TITLE)
        or _line(head.title, MAX_TITLE),
        description=_line(first("og:description", "twitter:description"), MAX_DESCRIPTION)
        or _line(_text(thing, "description"), MAX_DESCRIPTION)
        or _line(first("description"), MAX_DESCRIPTION),
        language=_language(head.language or first("og:locale")),
        author_name=_line(_of(thing, "author", "name"), MAX_NAME)
        or _line(first("author") if named else author, MAX_NAME),
        author_url=_address(_of(thing, "author", "url"), base) or named,
        provider_name=_line(first("og:site_name"), MAX_NAME)
        or _line(_of(thing, "publisher", "name"), MAX_NAME),
        image_url=_address(
            first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
            or first("twitter:image:src"),
            base,
        ),
        image_description=_line(first("og:image:alt", "twitter:image:alt"), MAX_DESCRIPTION),
        published_at=_moment(first("article:published_time") or _text(thing, "datePublished")),
        creator=_line(first("fediverse:creator"), MAX_NAME),
        embed_url=_address(head.embed, base),
    )


def embed(body: bytes, url: str) -> Embed | None:
    """An oEmbed answer in JSON (oembed.com, 2.3); None for what is none, or shows nothing."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
        kind = CardType(_text(told, "type"))
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        return None
    frame = None
    if kind in (CardType.VIDEO, CardType.RICH):
        frame = _frame(_text(told, "html"))
        if frame is None:
            return None
    pictures = (_text(told, "url"),) if kind is CardType.PHOTO else ()
    image = (_address(text, url) for text in (*pictures, _text(told, "thumbnail_url")))
    return Embed(
        type=kind,
        title=_line(_text(told, "title"), MAX_TITLE),
        author_name=_line(_text(told, "author_name"), MAX_NAME),
        author_url=_address(_text(told, "author_url"), url),
        provider_name=_line(_text(told, "provider_name"), MAX_NAME),
        provider_url=_address(_text(told, "provider_url"), url),
        image_url=next(filter(None, image), ""),
        frame=frame,
    )


def frame_html(frame: Frame) -> str:
    """An iframe that may run its own page's scripts and reach nothing of ours."""
    size = "".join(
        f' {name}="{value}"'
        for name, value in (("width", frame.width), ("height", frame.height))
        if value
    )
    return (
        f'<iframe src="{escape(frame.src)}"{size} frameborder="0" allowfullscreen="true"'
        ' sandbox="allow-scripts allow-same-origin allow-popups allow-forms"></iframe>'
    )


class _Head:
    """libxml2 tells it tags; it notes what counts and says when it has seen enough."""

    def __init__(self) -> None:
        self.meta: dict[str, str] = {}
        self.title = self.base = self.embed = self.language = self.charset = ""
        self.scripts: list[str] = []
        self.done = False
        self._inside = ""
        self._pieces: list[str] = []
        self._tags = self._length = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._tags += 1
        if self._tags > _MAX_TAGS:
            self.done = True
        if self.done:
            return
        match tag:
            case "html":
                self.language = self.language or attributes.get("lang", "")[:_MAX_VALUE]
            case "body":
                self.done = True
            case "meta":
                self._meta(attributes)
            case "link":
                self._link(attributes)
            case "base":
                self.base = self.base or attributes.get("href", "")[:_MAX_VALUE]
            case "title" if not self.title:
                self._enter("title")
            case "script" if attributes.get("type", "").strip().lower() == "application/ld+json":
                self._enter("script")

    def end(self, tag: str) -> None:
        if tag == "head":
            self.done = True
        if tag != self._inside:
            return
        text, self._inside = "".join(self._pieces), ""
        if tag == "title":
            self.title = text
        else:
            self.scripts.append(text)

    def text(self, text: str) -> None:
        if self._inside and not self.done:
            self._length += len(text)
            if self._length <= _MAX_DATA:
                self._pieces.append(text)

    def _enter(self, tag: str) -> None:
        self._inside, self._pieces = tag, []

    def _meta(self, attributes: Mapping[str, str]) -> None:
        if "charset" in attributes:
            self.charset = self.charset or attributes["charset"]
        content = attributes.get("content", "")
        if attributes.get("http-equiv", "").lower() == "content-type":
            self.charset = self.charset or content.lower().partition("charset=")[2]
        for key in ("property", "name"):
            for name in attributes.get(key, "").lower().split()[:4]:
                if content.strip():
                    self.meta.setdefault(name, content[:_MAX_VALUE])

    def _link(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "").strip().lower()
        rel = attributes.get("rel", "").lower().split()
        if kind == "application/json+oembed" and "alternate" in rel:
            self.embed = self.embed or attributes.get("href", "")[:_MAX_VALUE]


class _Frames:
    """Finds the first iframe of a piece of HTML."""

    def __init__(self) -> None:
        self.found: Mapping[str, str] | None = None
        self.done = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "iframe" and self.found is None:
            self.found = dict(attributes)
            self.done = True

    def end(self, tag: str) -> None:
        """Of no interest."""

    def text(self, text: str) -> None:
        """Of no interest."""


class _Target:
    """A listener under the names that lxml calls."""

    def __init__(self, listener: "_Head | _Frames") -> None:
        self.start, self.end, self.data = listener.start, listener.end, listener.text

    def close(self) -> None:
        """There is nothing to give back."""


def _feed(listener: "_Head | _Frames", text: str) -> None:
    # No tree is built, so no nesting is too deep; names and values come decoded.
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415  large; cards alone

    parser = etree.HTMLParser(target=_Target(listener), recover=True, no_network=True)
    try:
        for at in range(0, len(text), _PIECE):
            if listener.done:
                return
            parser.feed(text[at : at + _PIECE])
        parser.close()
    except (etree.LxmlError, AssertionError, ValueError):
        # What was understood until then counts.
        return


def _decoded(body: bytes, charset: str) -> str:
    for bom, name in _BOMS:
        if body.startswith(bom):
            return tame(body.decode(name, "replace").removeprefix("\ufeff"))
    named = _known(charset)
    if named is None:
        sniffed = _Head()
        _feed(sniffed, tame(body[:_SNIFFED].decode("latin-1")))
        named = _known(sniffed.charset)
    if named is None:
        try:
            # A cut at the end is no proof against UTF-8.
            return tame(codecs.getincrementaldecoder("utf-8")().decode(body))
        except UnicodeDecodeError:
            named = "cp1252"
    return tame(body.decode(named, "replace"))


def _known(charset: str) -> str | None:
    return _CHARSETS.get(charset.strip(" \t\"';").lower()[:40])


def _frame(html: str) -> Frame | None:
    finder = _Frames()
    _feed(finder, tame(html[:_MAX_DATA]))
    if finder.found is None:
        return None
    src = links.safe_href(finder.found.get("src", ""))
    if src is None or not src.lower().startswith("https://"):
        return None
    return Frame(src, _pixels(finder.found, "width"), _pixels(finder.found, "height"))


def _pixels(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "").strip().removesuffix("px")
    return min(int(text), MAX_SIDE) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _article(scripts: list[str]) -> dict[str, Any]:
    """The first thing in the page's JSON-LD that is a piece of writing."""
    for script in scripts:
        try:
            told = msgspec.json.decode(script.strip())
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        for thing in _things(told):
            types = thing.get("@type")
            named = types if isinstance(types, list) else [types]
            if any(isinstance(name, str) and name in _ARTICLES for name in named):
                return thing
    return {}


def _things(told: Any) -> Iterator[dict[str, Any]]:
    for item in (told if isinstance(told, list) else [told])[:_MAX_THINGS]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (thing for thing in graph[:_MAX_THINGS] if isinstance(thing, dict))


def _text(thing: Mapping[str, Any], name: str) -> str:
    value = thing.get(name)
    return value[:_MAX_DATA] if isinstance(value, str) else ""


def _of(thing: Mapping[str, Any], name: str, part: str) -> str:
    """`author.name` and its like; one may be a list, or a name alone."""
    value = thing.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        return _text(value, part)
    return value[:_MAX_VALUE] if isinstance(value, str) and part == "name" else ""


def _line(text: str, limit: int) -> str:
    """One line of plain text; entities were decoded by who read it."""
    return " ".join(without_direction(tame(text[: 8 * limit])).split())[:limit].rstrip()


def _address(text: str, base: str) -> str:
    if not text:
        return ""
    try:
        joined = urljoin(base, text.strip()[: links.MAX_URL])
    except ValueError:
        return ""
    return links.safe_href(joined) or ""


def _language(text: str) -> str:
    code = text.strip().replace("_", "-").partition("-")[0].lower()
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""


def _moment(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text.strip()[:40])
        told = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        ms = int(told.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return ms if 0 < ms < 1 << 43 else None
