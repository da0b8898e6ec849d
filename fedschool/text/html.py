"""What other servers send as HTML: cleaned to show it, or as plain text.

Two walls stand one behind the other: `nesting` writes the document anew from our own tags, and
nh3, which parses as browsers do, lets only those through. Only http and https links stay: Mastodon
knows a dozen more schemes, but a browser hands them to programs that we know nothing about.
"""

import re

import nh3

from fedschool.text import markup, nesting
from fedschool.text.characters import tame, without_direction

MAX_HTML = markup.MAX_HTML
MAX_PLAIN = 500

_LINES = frozenset(("li", "tr", "dt", "dd", "hr"))
_SPACES = re.compile(r"[ \t\n]+")
_TRAILING_SPACES = re.compile(r"(?<![ \t])[ \t]++(?=\n)")
_MANY_LINES = re.compile(r"\n{3,}")


def clean(html: str) -> str:
    """Foreign HTML as HTML that is safe to show, in Mastodon's range of tags.

    `p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp` stay, headings
    become bold paragraphs, pictures go, and so do scripts, styles, SVG and MathML with what they
    hold. Every link opens elsewhere and passes on nothing. Anything is accepted; what follows the
    first `MAX_HTML` characters is cut off. Cleaning twice changes nothing.
    """
    return _behind_the_wall(html, inline=False)


def clean_inline(html: str) -> str:
    """The same for the value of a profile field: no blocks, and the whole of each address shows."""
    return _behind_the_wall(html, inline=True).strip()


def to_plain(html: str) -> str:
    """The words of a piece of HTML: a blank line between paragraphs, a new line for each `<br>`.

    Addresses that are shown shortened come out whole. The result is text, not HTML: it may hold
    `<` and must be escaped where it is shown.
    """
    out = [""]
    preformatted = 0
    for token in markup.tokens(html):
        if not isinstance(token, markup.Text):
            opens = isinstance(token, markup.Open)
            if token.name == "pre":
                preformatted = max(0, preformatted + (1 if opens else -1))
            if parting := _parting(token.name, out[-1], opens=opens):
                out.append(parting)
            continue
        content = token.content
        if not preformatted:
            content = _SPACES.sub(" ", content)
            content = content.lstrip(" ") if out[-1].endswith("\n") else content
        if content:
            out.append(content)
    text = _TRAILING_SPACES.sub("", "".join(out))
    return _MANY_LINES.sub("\n\n", text).strip()


def strip(text: str, limit: int = MAX_PLAIN) -> str:
    """One line of plain text from a peer's name or summary, at most `limit` characters.

    Tags, controls and characters that turn the reading direction are gone. Escape it when shown.
    """
    text = text[:MAX_HTML]
    plain = to_plain(text) if ">" in text else markup.decode_text(tame(text))
    return " ".join(without_direction(plain).split())[:limit].rstrip()


def _parting(name: str, before: str, *, opens: bool) -> str:
    """What stands in plain text where this element begins or ends."""
    if name in _LINES:
        return "" if before.endswith("\n") else "\n"
    if name in nesting.PARTING:
        return "\n\n"
    if name == "br":
        return "\n" if opens else ""
    return " " if name in nesting.LIKE_SPACES and opens else ""


def _behind_the_wall(html: str, *, inline: bool) -> str:
    rewrite, wall = (nesting.rewrite_inline, _INLINE_WALL) if inline else (nesting.rewrite, _WALL)
    safe = wall.clean(rewrite(html))
    if safe.count("<a ") == safe.count('<a href="'):
        return safe
    # nh3 alone refused an address and left an empty link, which is taken out now.
    return wall.clean(rewrite(safe))


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return nesting.allowed_classes(value, in_link=True) or None
    return value


def _wall(tags: frozenset[str]) -> nh3.Cleaner:
    attributes = {
        "a": {"href", "rel", "class", "translate", "target"},
        "span": {"class", "translate"},
        "p": {"class"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    }
    return nh3.Cleaner(
        tags=set(tags),
        attributes={tag: names for tag, names in attributes.items() if tag in tags},
        attribute_filter=_attribute,
        clean_content_tags={"script", "style", "svg", "math", "template", "title", "textarea"},
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel=None,
    )


_WALL = _wall(nesting.TAGS)
_INLINE_WALL = _wall(nesting.INLINE)
