"""Foreign HTML as a stream of texts and tags, read once from left to right.

It knows no nesting and no policy, so no shape of input can make it slow or fail. What browsers
would not show as text (scripts, styles, SVG, MathML, frames…) is left out with its content.
"""

import html
import re
from collections.abc import Iterator, Mapping

import msgspec

from fedschool.text.characters import tame

MAX_HTML = 100_000
"""Characters that are looked at; the rest is cut off."""

MAX_TAGS = 10_000
"""Tags that are looked at; what follows them is cut off."""


class Text(msgspec.Struct, frozen=True):
    """Characters, with entities decoded."""

    content: str


class Open(msgspec.Struct, frozen=True):
    """A start tag; names in lower case, the first of repeated attributes counts."""

    name: str
    attributes: Mapping[str, str]


class Close(msgspec.Struct, frozen=True):
    """An end tag."""

    name: str


Token = Text | Open | Close

_SPACE = r" \t\n\f"
_MARK = re.compile(r"<(?:(/?)([a-zA-Z][^/>" + _SPACE + r"]*+)|!--|[!?])")
_ATTRIBUTE = re.compile(
    rf"""[{_SPACE}/]*+([^{_SPACE}/>][^{_SPACE}/>=]*+)"""
    rf"""(?:[{_SPACE}]*+=[{_SPACE}]*+(?:"([^"]*+)"|'([^']*+)'|([^{_SPACE}>"'][^{_SPACE}>]*+)))?+"""
)
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{7,}+);?")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z0-9]{1,32});")

# Read up to their own end tag, whatever looks like a tag inside.
_RAW_NAMES = (
    *("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"),
    *("noscript", "plaintext"),
)
_RAW = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII) for name in _RAW_NAMES
}
# Left out up to the end tag that balances them.
# fmt: off
_HIDDEN = frozenset((
    "svg", "math", "template", "object", "applet", "audio", "video", "select", "canvas",
    "frameset", "datalist",
))
# fmt: on


def tokens(source: str) -> Iterator[Token]:
    """What of the first `MAX_HTML` characters may be shown, in order; at most `MAX_TAGS` tags.

    Never fails.
    """
    if len(source) > MAX_HTML:
        source = source[:MAX_HTML].rstrip("</")
    hidden, depth = "", 0
    for token, complete in _tokens(tame(source)):
        if depth:
            depth += _step(token, hidden) if not complete else 0
        elif isinstance(token, Open) and token.name in _HIDDEN:
            hidden, depth = token.name, 0 if complete else 1
        else:
            yield token


def decode_text(text: str) -> str:
    """Characters for entities, as in a text; no reference is too long or out of range."""
    return tame(html.unescape(_LONG_REFERENCE.sub("\ufffd", text))) if "&" in text else text


def _step(token: Token, hidden: str) -> int:
    if isinstance(token, Text) or token.name != hidden:
        return 0
    return 1 if isinstance(token, Open) else -1


def _tokens(source: str) -> Iterator[tuple[Token, bool]]:
    """Each token, and whether it is a tag that ends itself (`<svg/>`)."""
    position = tags = 0
    while mark := _MARK.search(source, position):
        if mark.start() > position:
            yield Text(decode_text(source[position : mark.start()])), False
        name = (mark.group(2) or "").lower()
        if not name:
            position = _after_comment(source, mark)
            continue
        attributes, end = _attributes(source, mark.end())
        tags += 1
        if source[end : end + 1] != ">" or tags > MAX_TAGS:
            return
        position = end + 1
        if mark.group(1):
            yield Close(name), False
        elif name in _RAW:
            closing = _RAW[name].search(source, position)
            position = closing.start() if closing else len(source)
        else:
            yield Open(name, attributes), source[end - 1] == "/"
    if position < len(source):
        yield Text(decode_text(source[position:])), False


def _after_comment(source: str, mark: re.Match[str]) -> int:
    """Behind a comment or declaration; one that does not end hides all that follows."""
    closing, start = ("-->", mark.start() + 2) if mark.group() == "<!--" else (">", mark.end())
    end = source.find(closing, start)
    return end + len(closing) if end >= 0 else len(source)


def _attributes(source: str, position: int) -> tuple[dict[str, str], int]:
    """A tag's attributes, and where it ends: at its `>` unless the source ends before."""
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(source, position):
        value = match.group(2) or match.group(3) or match.group(4) or ""
        attributes.setdefault(match.group(1).lower(), _decode_value(value))
        position = match.end()
    end = source.find(">", position)
    return attributes, end if end >= 0 else len(source)


def _decode_value(value: str) -> str:
    """Entities of an attribute: only with a semicolon, so that `?a=1&copy=2` stays an address."""
    if "&" not in value:
        return value
    return tame(_REFERENCE.sub(lambda reference: html.unescape(reference.group()), value))
