"""The first version of filters (docs.joinmastodon.org/methods/filters/#v1): one phrase each.

They are the keywords of the second version's filters, under the keywords' ids.
"""

import msgspec
from msgspec import UNSET, UnsetType
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import filters as entities
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.filters import FilterAction
from fedschool.services import filters
from fedschool.services.filters import Form, KeywordForm

bp = Blueprint("filters_v1", __name__)
_ROOT = "/api/v1/filters"


class PhraseFields(msgspec.Struct, frozen=True, kw_only=True):
    phrase: str | None = None
    context: list[str] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: int | UnsetType | None = UNSET


@bp.get(_ROOT)
@auth.user("read:filters")
async def mine(viewer: Viewer) -> Response:
    found = await filters.of(site(), viewer)
    return answer([entities.first_version(item, word) for item in found for word in item.keywords])


@bp.post(_ROOT)
@auth.user("write:filters")
async def create(viewer: Viewer) -> Response:
    fields = await decode.body(PhraseFields)
    word = KeywordForm(keyword=fields.phrase, whole_word=fields.whole_word is True)
    form = _form(fields, word, title=(fields.phrase or "")[: filters.MAX_TITLE])
    made = await filters.create_phrase(site(), viewer, form)
    return answer(entities.first_version(*made))


@bp.get(f"{_ROOT}/<keyword_id>")
@auth.user("read:filters")
async def show(viewer: Viewer, keyword_id: str) -> Response:
    found = await filters.keyword(site(), viewer, number(keyword_id))
    return answer(entities.first_version(*found))


@bp.put(f"{_ROOT}/<keyword_id>")
@auth.user("write:filters")
async def update(viewer: Viewer, keyword_id: str) -> Response:
    fields = await decode.body(PhraseFields)
    wanted = number(keyword_id)
    word = KeywordForm(id=wanted, keyword=fields.phrase, whole_word=fields.whole_word)
    changed = await filters.change_phrase(site(), viewer, wanted, _form(fields, word, title=None))
    return answer(entities.first_version(*changed))


@bp.delete(f"{_ROOT}/<keyword_id>")
@auth.user("write:filters")
async def delete(viewer: Viewer, keyword_id: str) -> Response:
    await filters.remove_phrase(site(), viewer, number(keyword_id))
    return answer({})


def _form(fields: PhraseFields, word: KeywordForm, title: str | None) -> Form:
    action = None
    if fields.irreversible is not None:
        action = FilterAction.HIDE.value if fields.irreversible else FilterAction.WARN.value
    return Form(
        title=title,
        contexts=None if fields.context is None else tuple(fields.context),
        action=action,
        expires_in=fields.expires_in,
        keywords=(word,),
    )
