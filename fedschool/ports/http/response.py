"""What another server answered, read to its end."""

import re
from collections.abc import Mapping

import msgspec

_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))')


class Response(msgspec.Struct, frozen=True):
    """`url` is the last one after redirects; header names are lower-case, repeated ones joined."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type without parameters, lower-case; empty when the server names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def content_type_parameters(self) -> dict[str, str]:
        """The media type's parameters: names lower-case, quotes taken off, the first one wins."""
        found: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(self.headers.get("content-type", "")):
            found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
        return found
