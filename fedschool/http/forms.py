"""Bodies, taken no further than anybody means it: uploads where there are any, short forms.

Quart keeps what arrives whether it is read or not, also of strangers; and it reads forms whole:
twenty megabytes of `a=1&` would stop everything for seconds.
"""

import re
from typing import Any
from urllib.parse import parse_qsl

import quart
from quart.formparser import FormDataParser
from quart.wrappers.request import Body
from werkzeug.datastructures import MultiDict

from fedschool.errors import Malformed, TooLarge

MAX_FORM = 500_000
MAX_FIELDS = 1_000
MAX_BODY = 2 << 20
_UPLOADS = re.compile(
    r"/api/v[12]/media(/[^/]*)?/?|/api/v1/(accounts/update_credentials|profile)/?"
)

Form = tuple[MultiDict[str, Any], MultiDict[str, Any]]


class BoundedParser(FormDataParser):
    """Raises TooLarge, Malformed. Multipart bodies are bounded by Quart itself."""

    async def parse(
        self,
        body: Body,
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Form:
        if mimetype not in ("application/x-www-form-urlencoded", "application/x-url-encoded"):
            return await super().parse(body, mimetype, content_length, options)
        pairs = _pairs(await _read(body, content_length))
        return MultiDict(pairs), MultiDict()


class Request(quart.Request):
    """`max_content_length` is for where files are sent to; elsewhere bodies end at MAX_BODY."""

    form_data_parser_class = BoundedParser

    def __init__(
        self,
        method: str,
        scheme: str,
        path: str,
        *rest: Any,
        max_content_length: int | None = None,
        **more: Any,
    ) -> None:
        most = max_content_length if _UPLOADS.fullmatch(path) else MAX_BODY
        super().__init__(method, scheme, path, *rest, max_content_length=most, **more)


async def _read(body: Body, content_length: int | None) -> bytes:
    if (content_length or 0) > MAX_FORM:
        raise TooLarge
    data = bytearray()
    async for piece in body:
        data += piece
        if len(data) > MAX_FORM:
            raise TooLarge
    return bytes(data)


def _pairs(data: bytes) -> list[tuple[str, str]]:
    if data.count(b"&") >= MAX_FIELDS:
        raise Malformed("The request has too many fields")
    try:
        return parse_qsl(data.decode(), keep_blank_values=True)
    except ValueError as error:
        raise Malformed from error
