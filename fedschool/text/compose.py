"""What an author typed, taken apart into words, people, tags and links, and written as HTML."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

import msgspec

from fedschool.text import links
from fedschool.text.characters import WORD, tame

MAX_TAG = 100
MAX_USERNAME = 128
MAX_DOMAIN = 260
URL_LENGTH = 23
"""Characters that any address counts for."""

_TAG_SEPARATORS = "·・\u200c"
_USERNAME = r"[A-Za-z0-9_]++(?:[.-]++[A-Za-z0-9_]++)*+"
_DOMAIN = rf"[{WORD}]++(?:[.-]++[{WORD}]++)*+(?::[0-9]{{1,5}}(?![{WORD}]))?+"
_MARK = re.compile(
    rf"(?<![{WORD}/=])@(?P<username>{_USERNAME})(?:@(?P<domain>{_DOMAIN}))?+"
    rf"|(?<![{WORD}/=&])[#＃](?P<tag>\w[{WORD}{_TAG_SEPARATORS}]*+)"
)
_PARAGRAPHS = re.compile(r"\n\s*\n")


class Handle(msgspec.Struct, frozen=True):
    """A person as named in a text: `ada`, or `ada` at `oak.example` or `oak.localhost:8001`."""

    username: str
    domain: str | None = None

    def folded(self) -> "Handle":
        """The same in lower case: the form in which handles are keys."""
        return Handle(self.username.lower(), self.domain and self.domain.lower())


class MentionTarget(msgspec.Struct, frozen=True):
    """Whom a handle turned out to be: the page of their profile, and their username."""

    url: str
    username: str


class Found(msgspec.Struct, frozen=True):
    """What a text names, as typed, each once, in the order of first appearance."""

    handles: tuple[Handle, ...]
    tags: tuple[str, ...]
    urls: tuple[str, ...]


class Words(msgspec.Struct, frozen=True):
    """Text with nothing special in it."""

    text: str


class Link(msgspec.Struct, frozen=True):
    """A web address."""

    url: str


class Mention(msgspec.Struct, frozen=True):
    """A handle, and how it was typed."""

    handle: Handle
    typed: str


class Tag(msgspec.Struct, frozen=True):
    """A hashtag's name as typed, without its sign."""

    name: str


Piece = Words | Link | Mention | Tag


def find(text: str) -> Found:
    """The people, hashtags and addresses that a text names."""
    handles: dict[Handle, Handle] = {}
    tags: dict[str, str] = {}
    urls: dict[str, None] = {}
    for piece in pieces(text):
        match piece:
            case Mention(handle):
                handles.setdefault(handle.folded(), handle)
            case Tag(name):
                tags.setdefault(fold_tag(name), name)
            case Link(url):
                urls.setdefault(url)
    return Found(tuple(handles.values()), tuple(tags.values()), tuple(urls))


def fold_tag(name: str) -> str:
    """The key under which a hashtag is looked up: NFKC, no case, no sign, at most `MAX_TAG`."""
    folded = unicodedata.normalize("NFKC", tame(name)).casefold()
    folded = unicodedata.normalize("NFKC", folded).casefold()
    return unicodedata.normalize("NFKC", folded).strip().lstrip("#")[:MAX_TAG]


def render(
    text: str, mentions: Mapping[Handle, MentionTarget], tag_url: Callable[[str], str]
) -> str:
    """A typed text as HTML; empty for an empty one.

    `mentions` is keyed by `Handle.folded()`; who is not in it stays plain text. `tag_url` gets
    the folded name. Blank lines part paragraphs, other line ends become `<br>`.
    """
    body = "".join(_html(piece, mentions, tag_url) for piece in pieces(text.strip()))
    return f"<p>{body}</p>" if body else ""


def render_note(
    text: str, mentions: Mapping[Handle, MentionTarget], tag_url: Callable[[str], str]
) -> str:
    """A bio as HTML: what holds for a post holds for it."""
    return render(text, mentions, tag_url)


def render_field(value: str) -> str:
    """A profile field's value as one line of HTML, its links marked `me` and shown whole.

    A verified address must not be able to hide a part of itself (CVE-2023-36462).
    """
    line = " ".join(tame(value).split())
    out: list[str] = []
    position = 0
    for span in links.find(line):
        out += [html.escape(line[position : span.start], quote=False), _whole_link(span.url)]
        position = span.end
    return "".join([*out, html.escape(line[position:], quote=False)])


def length(text: str) -> int:
    """How many characters a text counts for: each address 23, `@ada@oak.example` as `@ada`."""
    return sum(_length(piece) for piece in pieces(text))


def pieces(text: str) -> Iterator[Piece]:
    """The text from left to right without a gap; `Words` stand for all that is nothing else."""
    text = tame(text)
    position = start = 0
    for span in (*links.find(text), None):
        for mark in _MARK.finditer(text, start, span.start if span else len(text)):
            if (piece := _piece(mark)) is None:
                continue
            if mark.start() > position:
                yield Words(text[position : mark.start()])
            yield piece
            position = mark.start() + 1 + len(_typed(piece))
        if span is None:
            break
        if span.start > position:
            yield Words(text[position : span.start])
        yield Link(span.url)
        position = start = span.end
    if position < len(text):
        yield Words(text[position:])


def _piece(mark: re.Match[str]) -> Mention | Tag | None:
    if mark["tag"] is not None:
        name = mark["tag"].rstrip(_TAG_SEPARATORS)
        return Tag(name) if _is_tag(name) else None
    handle = Handle(mark["username"], mark["domain"])
    if len(handle.username) > MAX_USERNAME or len(handle.domain or "") > MAX_DOMAIN:
        return None
    return Mention(handle, mark.group())


def _is_tag(name: str) -> bool:
    """Short enough, and more than a number: a letter, or a separator between two digits."""
    inner = set("_" + _TAG_SEPARATORS).intersection(name[1:-1])
    return len(name) <= MAX_TAG and (bool(inner) or any(map(str.isalpha, name)))


def _typed(piece: Mention | Tag) -> str:
    return piece.name if isinstance(piece, Tag) else piece.typed[1:]


def _length(piece: Piece) -> int:
    match piece:
        case Words(text):
            return len(text)
        case Link():
            return URL_LENGTH
        case Mention(handle):
            return 1 + len(handle.username)
        case Tag(name):
            return 1 + len(name)


def _html(
    piece: Piece, mentions: Mapping[Handle, MentionTarget], tag_url: Callable[[str], str]
) -> str:
    match piece:
        case Words(text):
            lines = _PARAGRAPHS.sub("</p><p>", html.escape(text, quote=False))
            return lines.replace("\n", "<br>")
        case Link(url):
            return _short_link(url)
        case Tag(name):
            href = html.escape(tag_url(fold_tag(name)))
            return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
        case Mention(handle, typed):
            target = mentions.get(handle.folded())
            page = links.safe_href(target.url) if target else None
            return _mention(page, target.username) if target and page else typed


def _mention(page: str, username: str) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(page)}"'
        f' class="u-url mention">@<span>{html.escape(username)}</span></a></span>'
    )


def _short_link(url: str) -> str:
    prefix, shown, rest = (html.escape(part) for part in links.display(url))
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{prefix}</span>'
        f'<span class="{"ellipsis" if rest else ""}">{shown}</span>'
        f'<span class="invisible">{rest}</span></a>'
    )


def _whole_link(url: str) -> str:
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="me nofollow noopener" translate="no">'
        f"{html.escape(url)}</a>"
    )
