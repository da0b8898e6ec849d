"""Filters (docs.joinmastodon.org/methods/filters)."""

import msgspec
from msgspec import UNSET, UnsetType
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import filters as entities
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import filters
from fedschool.services.filters import KeywordForm

bp = Blueprint("filters", __name__)
_ROOT = "/api/v2/filters"


class KeywordFields(msgspec.Struct, frozen=True, kw_only=True):
    id: str | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    remove: bool | None = msgspec.field(default=None, name="_destroy")


class FilterFields(msgspec.Struct, frozen=True, kw_only=True):
    title: str | None = None
    context: list[str] | None = None
    filter_action: str | None = None
    expires_in: int | UnsetType | None = UNSET
    keywords_attributes: list[KeywordFields] = []


class StatusFields(msgspec.Struct, frozen=True):
    status_id: str = ""


@bp.get(_ROOT)
@auth.user("read:filters")
async def mine(viewer: Viewer) -> Response:
    return answer(entities.filters(await filters.of(site(), viewer)))


@bp.post(_ROOT)
@auth.user("write:filters")
async def create(viewer: Viewer) -> Response:
    form = _form(await decode.body(FilterFields))
    return answer(entities.filter_(await filters.create(site(), viewer, form)))


@bp.get(f"{_ROOT}/<filter_id>")
@auth.user("read:filters")
async def show(viewer: Viewer, filter_id: str) -> Response:
    return answer(entities.filter_(await filters.get(site(), viewer, number(filter_id))))


@bp.put(f"{_ROOT}/<filter_id>")
@auth.user("write:filters")
async def update(viewer: Viewer, filter_id: str) -> Response:
    form = _form(await decode.body(FilterFields))
    return answer(entities.filter_(await filters.update(site(), viewer, number(filter_id), form)))


@bp.delete(f"{_ROOT}/<filter_id>")
@auth.user("write:filters")
async def delete(viewer: Viewer, filter_id: str) -> Response:
    await filters.delete(site(), viewer, number(filter_id))
    return answer({})


@bp.get(f"{_ROOT}/<filter_id>/keywords")
@auth.user("read:filters")
async def keywords(viewer: Viewer, filter_id: str) -> Response:
    found = await filters.get(site(), viewer, number(filter_id))
    return answer([entities.keyword(entry) for entry in found.keywords])


@bp.post(f"{_ROOT}/<filter_id>/keywords")
@auth.user("write:filters")
async def add_keyword(viewer: Viewer, filter_id: str) -> Response:
    form = _keyword(await decode.body(KeywordFields), known=False)
    made = await filters.add_keyword(site(), viewer, number(filter_id), form)
    return answer(entities.keyword(made))


@bp.get(f"{_ROOT}/keywords/<keyword_id>")
@auth.user("read:filters")
async def keyword(viewer: Viewer, keyword_id: str) -> Response:
    _, found = await filters.keyword(site(), viewer, number(keyword_id))
    return answer(entities.keyword(found))


@bp.put(f"{_ROOT}/keywords/<keyword_id>")
@auth.user("write:filters")
async def change_keyword(viewer: Viewer, keyword_id: str) -> Response:
    form = _keyword(await decode.body(KeywordFields), known=False)
    changed = await filters.change_keyword(site(), viewer, number(keyword_id), form)
    return answer(entities.keyword(changed))


@bp.delete(f"{_ROOT}/keywords/<keyword_id>")
@auth.user("write:filters")
async def remove_keyword(viewer: Viewer, keyword_id: str) -> Response:
    await filters.remove_keyword(site(), viewer, number(keyword_id))
    return answer({})


@bp.get(f"{_ROOT}/<filter_id>/statuses")
@auth.user("read:filters")
async def statuses(viewer: Viewer, filter_id: str) -> Response:
    found = await filters.get(site(), viewer, number(filter_id))
    return answer([entities.status(entry) for entry in found.statuses])


@bp.post(f"{_ROOT}/<filter_id>/statuses")
@auth.user("write:filters")
async def add_status(viewer: Viewer, filter_id: str) -> Response:
    wanted = number((await decode.body(StatusFields)).status_id)
    made = await filters.add_status(site(), viewer, number(filter_id), wanted)
    return answer(entities.status(made))


@bp.get(f"{_ROOT}/statuses/<entry_id>")
@auth.user("read:filters")
async def status(viewer: Viewer, entry_id: str) -> Response:
    return answer(entities.status(await filters.status(site(), viewer, number(entry_id))))


@bp.delete(f"{_ROOT}/statuses/<entry_id>")
@auth.user("write:filters")
async def remove_status(viewer: Viewer, entry_id: str) -> Response:
    await filters.remove_status(site(), viewer, number(entry_id))
    return answer({})


def _form(fields: FilterFields) -> filters.Form:
    return filters.Form(
        title=fields.title,
        contexts=None if fields.context is None else tuple(fields.context),
        action=fields.filter_action or None,
        expires_in=fields.expires_in,
        keywords=tuple(_keyword(entry, known=True) for entry in fields.keywords_attributes),
    )


def _keyword(fields: KeywordFields, *, known: bool) -> KeywordForm:
    """`known`: whether an id, or a wish to remove it, means something here."""
    return KeywordForm(
        id=number(fields.id) if known and fields.id else None,
        keyword=fields.keyword,
        whole_word=fields.whole_word,
        remove=known and fields.remove is True,
    )
