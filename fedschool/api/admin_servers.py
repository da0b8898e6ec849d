"""What the staff decides about other servers (docs.joinmastodon.org/methods/admin/domain_blocks,
domain_allows)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.entities import admin_servers as entities
from fedschool.errors import Unprocessable
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.servers import DomainBlock, Severity
from fedschool.services import servers
from fedschool.services.servers import AlreadyDecided, Decision

bp = Blueprint("admin_servers", __name__)
_BLOCKS = "/api/v1/admin/domain_blocks"
_ALLOWS = "/api/v1/admin/domain_allows"


class BlockForm(msgspec.Struct, frozen=True):
    domain: str = ""
    severity: str | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    obfuscate: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None

    def decision(self) -> Decision:
        """Raises Unprocessable for a severity that there is not."""
        return Decision(
            severity=None if self.severity is None else _severity(self.severity),
            reject_media=self.reject_media,
            reject_reports=self.reject_reports,
            obfuscate=self.obfuscate,
            private_comment=self.private_comment,
            public_comment=self.public_comment,
        )


class AllowForm(msgspec.Struct, frozen=True):
    domain: str = ""


@bp.get(_BLOCKS)
@auth.user("admin:read:domain_blocks")
async def blocks(viewer: Viewer) -> Response:
    page = await servers.blocks(site(), viewer, paging.cursor(100, 200))
    return paging.answer_page(page, [_block(item) for item in page.items])


@bp.post(_BLOCKS)
@auth.user("admin:write:domain_blocks")
async def block(viewer: Viewer) -> Response:
    form = await decode.body(BlockForm)
    try:
        made = await servers.block(site(), viewer, form.domain, form.decision())
    except AlreadyDecided as error:
        body = {"error": error.public, "existing_domain_block": _block(error.existing)}
        return answer(body, error.status)
    return answer(_block(made))


@bp.get(f"{_BLOCKS}/<block_id>")
@auth.user("admin:read:domain_blocks")
async def one_block(viewer: Viewer, block_id: str) -> Response:
    return answer(_block(await servers.block_by_id(site(), viewer, auth.number(block_id))))


@bp.put(f"{_BLOCKS}/<block_id>")
@bp.patch(f"{_BLOCKS}/<block_id>")
@auth.user("admin:write:domain_blocks")
async def change_block(viewer: Viewer, block_id: str) -> Response:
    wanted = (await decode.body(BlockForm)).decision()
    return answer(_block(await servers.change(site(), viewer, auth.number(block_id), wanted)))


@bp.delete(f"{_BLOCKS}/<block_id>")
@auth.user("admin:write:domain_blocks")
async def unblock(viewer: Viewer, block_id: str) -> Response:
    await servers.unblock(site(), viewer, auth.number(block_id))
    return answer({})


@bp.get(_ALLOWS)
@auth.user("admin:read:domain_allows")
async def allows(viewer: Viewer) -> Response:
    page = await servers.allows(site(), viewer, paging.cursor(100, 200))
    return paging.answer_page(page, [entities.allow(item) for item in page.items])


@bp.post(_ALLOWS)
@auth.user("admin:write:domain_allows")
async def allow(viewer: Viewer) -> Response:
    form = await decode.body(AllowForm)
    return answer(entities.allow(await servers.allow(site(), viewer, form.domain)))


@bp.get(f"{_ALLOWS}/<allow_id>")
@auth.user("admin:read:domain_allows")
async def one_allow(viewer: Viewer, allow_id: str) -> Response:
    return answer(entities.allow(await servers.allow_by_id(site(), viewer, auth.number(allow_id))))


@bp.delete(f"{_ALLOWS}/<allow_id>")
@auth.user("admin:write:domain_allows")
async def disallow(viewer: Viewer, allow_id: str) -> Response:
    await servers.disallow(site(), viewer, auth.number(allow_id))
    return answer({})


def _block(item: DomainBlock) -> dict[str, object]:
    return entities.block(item, servers.digest(item.domain))


def _severity(name: str) -> Severity:
    try:
        return Severity(name)
    except ValueError as error:
        raise Unprocessable("Validation failed: Severity is not included in the list") from error
