"""URL-encoded forms, read no further than anybody fills one in.

Quart reads them whole: twenty megabytes of `a=1&` would stop everything for seconds.
"""

from typing import Any
from urllib.parse import parse_qsl

import quart
from quart.formparser import FormDataParser
from quart.wrappers.request import Body
from werkzeug.datastructures import MultiDict

from fedschool.errors import Malformed, TooLarge

MAX_FORM = 500_000
MAX_FIELDS = 1_000

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
    form_data_parser_class = BoundedParser


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
