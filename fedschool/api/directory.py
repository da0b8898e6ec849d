"""The directory (docs.joinmastodon.org/methods/directory)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.entities import account as entities
from fedschool.errors import Malformed
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import directory

bp = Blueprint("directory", __name__)
MOST = 80


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    order: str = "active"
    local: bool = False
    limit: int = 40
    offset: int = 0


@bp.get("/api/v1/directory")
@auth.anybody("read:accounts")
async def page(viewer: Viewer) -> Response:
    asked = decode.query(Asked)
    if asked.limit < 0 or asked.offset < 0:
        raise Malformed("limit and offset must not be negative")
    wanted = directory.Wanted(
        newest=asked.order == "new",
        local=asked.local,
        limit=max(1, min(asked.limit, MOST)),
        offset=asked.offset,
    )
    found = await directory.page(site(), viewer, wanted)
    return answer(entities.accounts(found, context.links()))
