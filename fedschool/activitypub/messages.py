"""A signed request: its header fields, read strictly, and what its signature claims."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from fedschool import errors

Headers = Mapping[str, str] | Sequence[tuple[str, str]]

FIELD_LIMIT = 8192
BODILESS = frozenset({"GET", "HEAD"})

_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_TARGET = re.compile(r"/[\x21-\x7e]*")
_METHOD = re.compile(r"[A-Z]{1,20}")


class SignatureClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody says that the holder of `key_id` signed this request; nothing is proven yet.

    `bases` are the texts one of which must have been signed: peers differ in whether a query
    string belongs to the target. Times are milliseconds since 1970 UTC.
    """

    scheme: Literal["cavage", "rfc9421"]
    key_id: str
    algorithm: str | None
    covered: tuple[str, ...]
    host: str
    dated: tuple[int, ...]
    expires: int | None
    signature: bytes
    bases: tuple[bytes, ...]


class Request(msgspec.Struct, frozen=True):
    """The request as it came. `target` is path and query, still percent-encoded."""

    method: str
    target: str
    fields: "HeaderFields"
    body: bytes

    @property
    def needs_digest(self) -> bool:
        return self.method not in BODILESS


class HeaderFields:
    """Header fields by name in any case; one that is asked for must occur once."""

    def __init__(self, headers: Headers) -> None:
        pairs: Iterable[tuple[str, str]]
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def optional(self, name: str) -> str | None:
        """The value, or None; Malformed when repeated, folded, over 8 KiB, or not Latin-1."""
        values = self._values.get(name)
        if values is None:
            return None
        if len(values) != 1 or len(values[0]) > FIELD_LIMIT:
            raise errors.Malformed(f"The header {name} is repeated or too long")
        if not _VALUE.fullmatch(values[0]):
            raise errors.Malformed("A header has characters that are not allowed")
        return values[0].strip(" \t")

    def required(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            raise errors.Unauthenticated("A header that should be signed is missing")
        return value


def request(method: str, target: str, headers: Headers, body: bytes) -> Request:
    """The parts of a request, or `errors.Malformed` if they are not such."""
    if not _METHOD.fullmatch(method.upper()):
        raise errors.Malformed("The method cannot be read")
    if len(target) > FIELD_LIMIT or not _TARGET.fullmatch(target):
        raise errors.Malformed("The request target cannot be read")
    return Request(method.upper(), target, HeaderFields(headers), body)
