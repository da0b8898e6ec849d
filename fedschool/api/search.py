"""Search (docs.joinmastodon.org/methods/search), also in its first version's shape."""

from typing import Any

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth
from fedschool.entities import account as account_entities
from fedschool.entities import status as status_entities
from fedschool.entities import timeline as entities
from fedschool.errors import Malformed, Unauthenticated
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import search
from fedschool.services.search import Found, Kind, Query

bp = Blueprint("search", __name__)
DEFAULT, MOST = 20, 40


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    q: str = ""
    type: str | None = None
    resolve: bool = False
    following: bool = False
    exclude_unreviewed: bool = False
    limit: int | None = None
    offset: int | None = None
    account_id: str | None = None
    max_id: str | None = None
    min_id: str | None = None


@bp.get("/api/v2/search")
@auth.anybody("read:search")
async def find(viewer: Viewer) -> Response:
    asked = decode.query(Asked)
    _check(viewer, asked)
    return answer(_shown(await search.find(site(), viewer, _query(viewer, asked)), viewer))


@bp.get("/api/v1/search")
@auth.user("read:search")
async def find_first_version(viewer: Viewer) -> Response:
    """Hashtags are plain names here."""
    asked = decode.query(Asked)
    _check(viewer, asked)
    found = await search.find(site(), viewer, _query(viewer, asked))
    return answer(_shown(found, viewer) | {"hashtags": [tag.name for tag in found.hashtags]})


def _check(viewer: Viewer, asked: Asked) -> None:
    if not asked.q.strip():
        raise Malformed("There is nothing to search for: q is empty")
    if (asked.limit or 0) < 0 or (asked.offset or 0) < 0:
        raise Malformed("limit and offset must not be negative")
    if viewer.account_id is None and asked.offset is not None:
        raise Unauthenticated("Search results can only be paged by people who are signed in")
    if viewer.account_id is None and asked.resolve:
        raise Unauthenticated("Other servers are only searched for people who are signed in")


def _query(viewer: Viewer, asked: Asked) -> Query:
    """The offset counts where one kind is asked for; ids that cannot be ids are ignored."""
    kinds = frozenset(kind for kind in Kind if asked.type in (None, "", kind.value))
    return Query(
        text=asked.q,
        kinds=kinds,
        limit=max(1, min(DEFAULT if asked.limit is None else asked.limit, MOST)),
        offset=(asked.offset or 0) if len(kinds) == 1 else 0,
        resolve=asked.resolve,
        following=asked.following and viewer.account_id is not None,
        reviewed=asked.exclude_unreviewed,
        author=_id(asked.account_id),
        max_id=_id(asked.max_id),
        min_id=_id(asked.min_id),
    )


def _id(text: str | None) -> int | None:
    return ids.parse(text) if text else None


def _shown(found: Found, viewer: Viewer) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Search"""
    links = context.links()
    signed_in = viewer.account_id is not None
    return {
        "accounts": account_entities.accounts(found.accounts, links),
        "statuses": status_entities.statuses(found.statuses, links),
        "hashtags": [entities.tag(tag, links, signed_in=signed_in) for tag in found.hashtags],
        "collections": [],
    }
