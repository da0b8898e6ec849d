"""One value out of a peer's JSON object, whatever shape the peer gave it.

A wrong-typed value counts as absent; too long text is cut, too many items are ignored. Only
what makes the whole object unreadable raises `errors.Malformed`.
"""

import math
import re
from datetime import UTC, datetime
from typing import Any

from fedschool import errors
from fedschool.activitypub import uris
from fedschool.activitypub.audience import is_public
from fedschool.activitypub.vocab import NAMESPACE, PUBLIC, Document

ITEM_LIMIT = 100
ADDRESS_LIMIT = 200
HTML_LIMIT = 100_000
LINE_LIMIT = 500
PARAGRAPH_LIMIT = 10_000
LATEST_MS = 253_402_300_799_999  # the last millisecond of the year 9999

_PREFIXES = ("as:", NAMESPACE + "#")
_LINE_BREAKS_KEPT = {code: None for code in (*range(32), 127) if code not in (9, 10, 13)}
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{1,8}){0,5})")
_NO_LANGUAGE = frozenset({"und", "zxx", "mul"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def object_id(value: object) -> str | None:
    """The URI that names an object: itself, its `id`, a Link's `href`, the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("id", value.get("@id", value.get("href")))
    if not isinstance(value, str) or uris.host_of(value) is None:
        return None
    return value


def moment(value: object) -> int | None:
    """ISO 8601 in any zone (UTC when it names none) as milliseconds, from 1970 to 9999."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        parsed = datetime.fromisoformat(value.strip().upper())
    except ValueError:
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    try:
        since = parsed - _EPOCH
    except OverflowError:
        return None
    ms = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
    return ms if 0 <= ms <= LATEST_MS else None


def language(value: object) -> str | None:
    """A language tag as `de` or `de-AT`; WordPress writes `de_AT`."""
    found = _LANGUAGE.fullmatch(value) if isinstance(value, str) and len(value) <= 35 else None
    if found is None or found[1].lower() in _NO_LANGUAGE:
        return None
    return found[1].lower() + found[2].replace("_", "-")


def clean(value: object, limit: int) -> str | None:
    """Text without control characters, cut to `limit`; of a list the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    return value[: limit * 2].translate(_LINE_BREAKS_KEPT)[:limit]


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number within bounds; JSON numbers such as 12.0 count."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if low <= value <= high else None


def fraction(value: object) -> float | None:
    """A number, held to -1..1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(max(-1, min(1, value)))


class Fields:
    """A peer's object by its plain names: `as:content` and `@id` are `content` and `id`."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, dict):
            raise errors.Malformed("A JSON object was expected")
        self._values = _plainly_named(document)

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def first(self, name: str) -> Any:
        """The value, or of a list the first."""
        value = self._values.get(name)
        if isinstance(value, list):
            return value[0] if value else None
        return value

    def all(self, name: str, limit: int = ITEM_LIMIT) -> list[Any]:
        """The values as a list of at most `limit`, also when there is but one."""
        value = self._values.get(name)
        if value is None:
            return []
        return value[:limit] if isinstance(value, list) else [value]

    def objects(self, name: str, limit: int = ITEM_LIMIT) -> list["Fields"]:
        """The embedded objects among the values."""
        return [Fields(item) for item in self.all(name, limit) if isinstance(item, dict)]

    def types(self) -> list[str]:
        """The types without the ActivityStreams prefix; some peers give several."""
        found = (clean(item, LINE_LIMIT) for item in self.all("type", 10))
        return [_without_prefix(item) for item in found if item]

    def type_among(self, preferred: frozenset[str] = frozenset()) -> str:
        """The first type that is `preferred`, else the first; Malformed when there is none."""
        types = self.types()
        if not types:
            raise errors.Malformed("The object has no type")
        return next((each for each in types if each in preferred), types[0])

    def identity(self) -> str:
        """The object's `id`; Malformed unless it is one http(s) URI."""
        value = self._values.get("id")
        if not isinstance(value, str) or uris.host_of(value) is None:
            raise errors.Malformed("The object has no usable id")
        return value

    def text(self, name: str, limit: int) -> str | None:
        return clean(self._values.get(name), limit)

    def flag(self, name: str) -> bool:
        """True only where the peer says true."""
        return self.first(name) is True

    def moment(self, name: str) -> int | None:
        return moment(self.first(name))

    def whole(self, name: str, low: int, high: int) -> int | None:
        return whole(self.first(name), low, high)

    def reference(self, name: str) -> str | None:
        """The URI of what is named, embedded or not."""
        return object_id(self._values.get(name))

    def references(self, name: str, limit: int = ITEM_LIMIT) -> tuple[str, ...]:
        """The URIs of all that is named, once each."""
        found = (object_id(item) for item in self.all(name, limit))
        return tuple(dict.fromkeys(uri for uri in found if uri))

    def addresses(self, name: str) -> tuple[str, ...]:
        """`to` or `cc`: URIs, the public in its long form. Pleroma sends a lone string."""
        found: dict[str, None] = {}
        for item in self.all(name, ADDRESS_LIMIT):
            if isinstance(item, str) and is_public(item):
                found[PUBLIC] = None
            elif uri := object_id(item):
                found[uri] = None
        return tuple(found)

    def thing(self, name: str) -> str | Document | None:
        """A URI or an embedded object, the first if there are several."""
        return thing(self.first(name))

    def localized(self, name: str, limit: int) -> tuple[str | None, dict[str, str]]:
        """Text and its versions by language, from `name` and `nameMap` (Activity Streams 4.7)."""
        plain = self._values.get(name)
        versions = self._values.get(name + "Map")
        if isinstance(plain, dict) and "@value" not in plain and not isinstance(versions, dict):
            plain, versions = None, plain
        by_language: dict[str, str] = {}
        for key, value in list(versions.items())[:20] if isinstance(versions, dict) else ():
            tag, words = language(key), clean(value, limit)
            if tag and words is not None:
                by_language.setdefault(tag, words)
        text = clean(plain, limit)
        if text is None and by_language:
            text = next(iter(by_language.values()))
        return text, by_language


def thing(value: object) -> str | Document | None:
    """A usable URI or an embedded object; else None."""
    if isinstance(value, dict):
        return value
    return object_id(value) if isinstance(value, str) else None


def _plainly_named(document: Document) -> Document:
    """Refuses an object that says the same thing by two names, as readers would differ."""
    values: Document = {}
    for key, value in document.items():
        name = _without_prefix(key)
        if name in ("@id", "@type"):
            name = name[1:]
        if name in values:
            raise errors.Malformed("The object names a property twice")
        values[name] = value
    return values


def _without_prefix(name: str) -> str:
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name
