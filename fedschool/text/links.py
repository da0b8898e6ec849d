"""The web addresses in a typed text, and how they are shown."""

import re
from urllib.parse import urlsplit

import msgspec

from fedschool.text.characters import BIDI

MAX_URL = 2048
SHOWN = 30
SCHEMES = frozenset({"http", "https"})

# An address ends at what no address holds unescaped, and at the quotes and full-width
# punctuation that people glue to it.
_STOPS = rf"\s\x00-\x20\x7f-\xa0<>\"`\\{BIDI}\ud800-\udfff“”„‟«»‹›「」『』【】〈〉《》。、，！？；：（）［］"  # noqa: E501
_TRAILING = ".,:;!?'*~|&$%@([’‘…"
_PARTNERS = {")": "(", "]": "["}

_SCHEME = re.compile(r"(?<![A-Za-z0-9_@$#])[hH][tT][tT][pP][sS]?://")
_AUTHORITY = re.compile(rf"[^/?#{_STOPS}]*+")
_HOST = re.compile(rf"(?:[0-9A-Za-z_.-]|[^\x00-\x7f{_STOPS}])++|\[[0-9A-Fa-f:.]{{2,45}}\]")
_PORT = re.compile(r":[0-9]{1,5}(?![0-9])")
_RUN = re.compile(rf"[^()\[\]{_STOPS}]++")
_UNSAFE = re.compile(rf"[\s\x00-\x20\x7f-\xa0\\<>\"{BIDI}\ud800-\udfff]")
_FORBIDDEN_IN_HOST = re.compile(r"[%^|`{}()!$&'*+,;=~\[\]]")
_HIDDEN_PREFIX = re.compile(r"https?://(?:www\.)?", re.IGNORECASE | re.ASCII)


class Span(msgspec.Struct, frozen=True):
    """An address and where it stands: `text[start:end] == url`."""

    start: int
    end: int
    url: str


def find(text: str) -> tuple[Span, ...]:
    """The http and https addresses of a typed text, in order.

    Punctuation that ends the sentence and a bracket opened before the address are not part of
    it. Addresses with credentials or longer than `MAX_URL` are left out. Takes linear time:
    no stretch of the text is read again.
    """
    spans: list[Span] = []
    position = 0
    while scheme := _SCHEME.search(text, position):
        end = _end(text, scheme.end())
        url = text[scheme.start() : end].rstrip(_TRAILING)
        if safe_href(url) is not None:
            spans.append(Span(scheme.start(), scheme.start() + len(url), url))
        position = end
    return tuple(spans)


def display(url: str) -> tuple[str, str, str]:
    """Cut into an invisible prefix, the `SHOWN` visible characters, and an invisible rest."""
    match = _HIDDEN_PREFIX.match(url)
    start = match.end() if match else 0
    return url[:start], url[start : start + SHOWN], url[start + SHOWN :]


def safe_href(url: str) -> str | None:
    """The address if it may stand in a link, without surrounding white space; otherwise None.

    Only http and https with a host; no credentials, control, direction or space characters and
    no backslash, which browsers read as a slash; at most `MAX_URL` characters.
    """
    url = url.strip(" \t\r\n\f")
    if len(url) > MAX_URL or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in SCHEMES or not host or "@" in parts.netloc:
        return None
    return url if _is_host(host) else None


def _is_host(host: str) -> bool:
    return any(map(str.isalnum, host)) and not _FORBIDDEN_IN_HOST.search(host)


def _end(text: str, position: int) -> int:
    """Where the address ends whose scheme ends at `position`."""
    authority = _AUTHORITY.match(text, position)
    if authority and "@" in authority.group():
        return authority.end()
    host = _HOST.match(text, position)
    if host is None:
        return position
    port = _PORT.match(text, host.end())
    end = port.end() if port else host.end()
    return _end_of_path(text, end) if text[end : end + 1] in {"/", "?", "#"} else end


def _end_of_path(text: str, position: int) -> int:
    opened: list[str] = []
    while position < len(text):
        if run := _RUN.match(text, position):
            position = run.end()
            continue
        character = text[position]
        if character in "([":
            opened.append(character)
        elif character not in _PARTNERS or not opened or opened.pop() != _PARTNERS[character]:
            break
        position += 1
    return position
