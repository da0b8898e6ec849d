"""Foreign HTML written anew with our tags only, every one of them closed in its place.

What comes out needs no repair by a browser or sanitiser: paragraphs hold no blocks, links no
links, list items stand in lists, and nothing is nested deeper than `MAX_DEPTH`. Work and output
grow with the input and with nothing else.
"""

import html
import re
from collections.abc import Mapping

import msgspec

from fedschool.text import links, markup

MAX_DEPTH = 32
MAX_CLASSES = 8

# fmt: off
INLINE = frozenset((
    "span", "a", "del", "s", "code", "b", "strong", "u", "i", "em", "ruby", "rt", "rp",
))
BLOCKS = frozenset(("p", "pre", "blockquote", "ul", "ol", "li"))
TAGS = INLINE | BLOCKS | {"br"}

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
LIKE_PARAGRAPHS = frozenset((
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr",
    "legend", "main", "menu", "nav", "section", "summary", "table", "tbody", "tfoot", "thead",
    "tr",
))
LIKE_SPACES = frozenset(("td", "th", "option"))
PARTING = BLOCKS | HEADINGS | LIKE_PARAGRAPHS
# fmt: on
_RENAMED = {"strike": "s"}

_CLASS = re.compile(r"mention|hashtag|quote-inline|(?:h|p|u|dt|e)-[A-Za-z0-9-]{1,40}")
_LINK_CLASS = re.compile(r"invisible|ellipsis")
_PARTED = re.compile(r"(?:[ \n]|</?(?:p|pre|blockquote|[uo]l|li|br)\b[^<>]*>)\Z")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


class _Element(msgspec.Struct, frozen=True):
    """An open element: the name its end tag will have, what we wrote for it, and where."""

    source: str
    tags: tuple[str, ...]
    start: int

    @property
    def block(self) -> bool:
        return self.tags[0] in BLOCKS


def rewrite(source: str) -> str:
    """Any HTML as well-formed HTML of `TAGS`, for posts and bios."""
    return _Writer(inline=False).write(source)


def rewrite_inline(source: str) -> str:
    """Any HTML as one line of links and emphasis, for profile fields.

    No part of a link's text is hidden here (a field may be shown as verified).
    """
    return _Writer(inline=True).write(source)


def allowed_classes(value: str, *, in_link: bool) -> str:
    """The class names of microformats and of Mastodon's markup; hiding ones only in links."""
    kept = [
        name
        for name in dict.fromkeys(value.split()[: 4 * MAX_CLASSES])
        if _CLASS.fullmatch(name) or (in_link and _LINK_CLASS.fullmatch(name))
    ]
    return " ".join(kept[:MAX_CLASSES])


class _Writer:
    """Holds the open elements and what is written so far."""

    def __init__(self, *, inline: bool) -> None:
        self._inline = inline
        self._stack: list[_Element] = []
        self._out: list[str] = []

    def write(self, source: str) -> str:
        for token in markup.tokens(source):
            match token:
                case markup.Text(content):
                    self._text(content)
                case markup.Open(name, attributes):
                    self._open(_RENAMED.get(name, name), attributes)
                case markup.Close(name):
                    self._close(_RENAMED.get(name, name))
        self._close_down_to(0)
        self._unpart()
        return "".join(self._out)

    def _text(self, content: str) -> None:
        if self._out and self._out[-1] == "<pre>":
            content = content.lstrip("\n")  # parsers drop the first one, so none is stable
        if content:
            self._out.append(html.escape(content, quote=False))

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in PARTING and not self._inline:
            self._open_block(name, attributes)
        elif name == "br" and not self._inline:
            self._out.append("<br>")
        elif name in PARTING or name in LIKE_SPACES or name == "br":
            self._part()
        elif name in INLINE:
            self._open_inline(name, attributes)

    def _open_block(self, name: str, attributes: Mapping[str, str]) -> None:
        self._close_paragraph()
        holder = self._nearest("ul", "ol") if name == "li" else None
        if holder is not None:
            self._close_down_to(holder + 1)
        if name in HEADINGS:
            self._push("h", ("p", "strong"), "")
        elif name in LIKE_PARAGRAPHS or (name == "li" and holder is None):
            self._push(name, ("p",), "")
        else:
            self._push(name, (name,), self._attributes(name, attributes))

    def _open_inline(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "a" and (link := self._nearest("a")) is not None:
            self._close_down_to(link)
        if name in {"rt", "rp"}:
            ruby = self._nearest("ruby")
            if ruby is None:
                return
            self._close_down_to(ruby + 1)
        if name == "a" and not links.safe_href(attributes.get("href", "")):
            return
        self._push(name, (name,), self._attributes(name, attributes))

    def _push(self, source: str, tags: tuple[str, ...], attributes: str) -> None:
        if len(self._stack) < MAX_DEPTH:
            self._stack.append(_Element(source, tags, len(self._out)))
            self._out.append(f"<{tags[0]}{attributes}>" + "".join(f"<{tag}>" for tag in tags[1:]))
        elif tags[0] in BLOCKS:
            self._part()

    def _close(self, name: str) -> None:
        source = "h" if name in HEADINGS else name
        for index in range(len(self._stack) - 1, -1, -1):
            element = self._stack[index]
            if element.source == source:
                self._close_down_to(index)
                return
            if element.block and name in INLINE:
                return
        if name in PARTING:
            self._part()

    def _close_paragraph(self) -> None:
        paragraph = self._nearest("p")
        if paragraph is not None:
            self._close_down_to(paragraph)

    def _close_down_to(self, height: int) -> None:
        while len(self._stack) > height:
            element = self._stack.pop()
            if element.tags[0] == "p" and self._is_blank(element.start + 1):
                del self._out[element.start :]
                self._part()
                continue
            if element.block:
                self._unpart()
            self._out.append("".join(f"</{tag}>" for tag in reversed(element.tags)))

    def _is_blank(self, start: int) -> bool:
        return all(not part.strip(" \t\n") for part in self._out[start:])

    def _part(self) -> None:
        """A space, unless what was written last keeps words apart already."""
        if self._out and not _PARTED.search(self._out[-1][-400:]):
            self._out.append(" ")

    def _unpart(self) -> None:
        while self._out and self._out[-1] == " ":
            self._out.pop()

    def _nearest(self, *tags: str) -> int | None:
        for index in range(len(self._stack) - 1, -1, -1):
            if self._stack[index].tags[0] in tags:
                return index
        return None

    def _attributes(self, name: str, given: Mapping[str, str]) -> str:
        kept: dict[str, str] = {}
        match name:
            case "a":
                kept["href"] = links.safe_href(given["href"]) or ""
                kept["rel"] = self._rel(given.get("rel", ""))
                kept["target"] = "_blank"
            case "ol":
                kept |= _numbers(given, "start")
                kept |= {"reversed": ""} if "reversed" in given else {}
            case "li":
                kept |= _numbers(given, "value")
        if name in {"a", "span", "p"} and "class" in given:
            in_link = not self._inline and self._nearest("a") is not None
            if classes := allowed_classes(given["class"], in_link=in_link):
                kept["class"] = classes
        if name in {"a", "span"} and given.get("translate", "").lower() == "no":
            kept["translate"] = "no"
        return "".join(f' {key}="{html.escape(value)}"' for key, value in kept.items())

    def _rel(self, given: str) -> str:
        """`me` only in profile fields: elsewhere a stranger could claim the page it stands on."""
        wanted = ("me", "tag") if self._inline else ("tag",)
        words = set(given.lower().split())
        return " ".join([*(w for w in wanted if w in words), "nofollow noopener noreferrer"])


def _numbers(given: Mapping[str, str], name: str) -> dict[str, str]:
    value = given.get(name, "").strip()
    return {name: value} if _NUMBER.fullmatch(value) else {}
