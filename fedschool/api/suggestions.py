"""Whom to follow (docs.joinmastodon.org/methods/suggestions)."""

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth
from fedschool.entities import account as account_entities
from fedschool.entities import suggestion as entities
from fedschool.errors import Malformed
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.suggestion import Suggestion
from fedschool.services import suggestions

bp = Blueprint("suggestions", __name__)
MOST = 80


class Asked(msgspec.Struct, frozen=True):
    limit: int = 40


@bp.get("/api/v2/suggestions")
@auth.user("read:accounts")
async def suggest(viewer: Viewer) -> Response:
    return answer(entities.suggestions(await _found(viewer), context.links()))


@bp.get("/api/v1/suggestions")
@auth.user("read:accounts")
async def suggest_accounts(viewer: Viewer) -> Response:
    people = [item.account for item in await _found(viewer)]
    return answer(account_entities.accounts(people, context.links()))


@bp.delete("/api/v1/suggestions/<account_id>")
@auth.user("read", "write:accounts")
async def dismiss(viewer: Viewer, account_id: str) -> Response:
    """What was never suggested is dismissed already."""
    known = ids.parse(account_id)
    if known is not None:
        await suggestions.dismiss(site(), viewer, known)
    return answer({})


async def _found(viewer: Viewer) -> list[Suggestion]:
    limit = decode.query(Asked).limit
    if limit < 0:
        raise Malformed("limit must not be negative")
    return await suggestions.suggest(site(), viewer, max(1, min(limit, MOST)))
