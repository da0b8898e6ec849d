"""Cursors from the query string, and the `Link` header that leads to the neighbours."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from quart import Response, request

from fedschool import ids
from fedschool.errors import Malformed
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.timeline import Cursor, Page

_CURSORS = ("max_id", "since_id", "min_id")


class PageQuery(msgspec.Struct, frozen=True):
    """What clients send to page; ids that cannot be ids are ignored, as Mastodon does."""

    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None
    limit: int | None = None


def cursor(default: int = 20, maximum: int = 40) -> Cursor:
    """The page that the query asks for. Raises Malformed for a negative limit."""
    asked = decode.query(PageQuery)
    limit = default if asked.limit is None else asked.limit
    if limit < 0:
        raise Malformed("limit must not be negative")
    return Cursor(
        max_id=_id(asked.max_id),
        since_id=_id(asked.since_id),
        min_id=_id(asked.min_id),
        limit=max(1, min(limit, maximum)),
    )


def _id(text: str | None) -> int | None:
    return ids.parse(text) if text else None


def answer_page(page: Page[Any], body: Any, previous: str = "min_id") -> Response:
    """A list, or what holds one, with its `Link` header.

    `previous`: some lists lead back by `since_id`.
    """
    return answer(body, headers=_link(page, previous))


def _link(page: Page[Any], previous: str) -> dict[str, str]:
    parts = []
    if page.next_id is not None:
        parts.append(f'<{_url({"max_id": page.next_id})}>; rel="next"')
    if page.prev_id is not None:
        parts.append(f'<{_url({previous: page.prev_id})}>; rel="prev"')
    return {"Link": ", ".join(parts)} if parts else {}


def _url(cursors: Mapping[str, int]) -> str:
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in _CURSORS]
    query = urlencode([*kept, *cursors.items()])
    return f"{site().settings.url}{request.path}?{query}"
