"""The staff's dashboard (docs.joinmastodon.org/methods/admin/measures, dimensions, retention)."""

from typing import Any

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.entities import measures as entities
from fedschool.errors import Malformed, Unprocessable
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.measures import Frequency, Measure
from fedschool.services import measures
from fedschool.services.measures import About, Asked

bp = Blueprint("admin_measures", __name__)


class Form(msgspec.Struct, frozen=True):
    keys: list[str] = []
    start_at: str | None = None
    end_at: str | None = None
    limit: int | None = None
    frequency: str = "day"


@bp.post("/api/v1/admin/measures")
@auth.user("admin:read")
async def measured(viewer: Viewer) -> Response:
    found = await measures.measures(site(), viewer, _asked(await decode.fields()))
    return answer([entities.measure(item, _human(item)) for item in found])


@bp.post("/api/v1/admin/dimensions")
@auth.user("admin:read")
async def dimensions(viewer: Viewer) -> Response:
    found = await measures.dimensions(site(), viewer, _asked(await decode.fields()))
    return answer([entities.dimension(item) for item in found])


@bp.post("/api/v1/admin/retention")
@auth.user("admin:read")
async def retention(viewer: Viewer) -> Response:
    form = await decode.body(Form)
    try:
        frequency = Frequency(form.frequency)
    except ValueError as error:
        raise Unprocessable("Validation failed: Frequency is not included in the list") from error
    period = measures.period(site(), form.start_at, form.end_at)
    found = await measures.retention(site(), viewer, period, frequency)
    return answer([entities.cohort(item) for item in found])


def _asked(tree: dict[str, Any]) -> Asked:
    """Each key's own arguments lie under its name: `tag_uses[id]`, `instance_accounts[domain]`."""
    form = decode.convert(tree, Form)
    limit = measures.DEFAULT_LIMIT if form.limit is None else form.limit
    if limit < 0:
        raise Malformed("limit must not be negative")
    return Asked(
        keys=tuple(form.keys),
        period=measures.period(site(), form.start_at, form.end_at),
        about={
            key: decode.convert(tree[key], About)
            for key in form.keys
            if isinstance(tree.get(key), dict)
        },
        limit=max(1, min(limit, measures.MAX_LIMIT)),
    )


def _human(item: Measure) -> str | None:
    return measures.human_bytes(item.total) if item.unit == "bytes" else None
