"""Domains that the viewer blocks (docs.joinmastodon.org/methods/domain_blocks)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import domain_blocks

bp = Blueprint("domain_blocks", __name__)


class DomainForm(msgspec.Struct, frozen=True):
    domain: str = ""


@bp.get("/api/v1/domain_blocks")
@auth.user("read:blocks")
async def mine(viewer: Viewer) -> Response:
    page = await domain_blocks.of(site(), viewer, paging.cursor(100, 200))
    return paging.answer_page(page, list(page.items), previous="since_id")


@bp.post("/api/v1/domain_blocks")
@auth.user("write:blocks")
async def block(viewer: Viewer) -> Response:
    await domain_blocks.block(site(), viewer, (await decode.body(DomainForm)).domain)
    return answer({})


@bp.delete("/api/v1/domain_blocks")
@auth.user("write:blocks")
async def unblock(viewer: Viewer) -> Response:
    await domain_blocks.unblock(site(), viewer, (await decode.body(DomainForm)).domain)
    return answer({})
