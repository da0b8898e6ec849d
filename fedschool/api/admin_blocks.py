"""Who may not sign up or come in (docs.joinmastodon.org/methods/admin/ip_blocks,
email_domain_blocks, canonical_email_blocks)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.entities import admin_blocks as entities
from fedschool.errors import Unprocessable
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.blocks import IpSeverity
from fedschool.services import email_blocks, ip_blocks
from fedschool.services.ip_blocks import IpBlockChange

bp = Blueprint("admin_blocks", __name__)
_IPS = "/api/v1/admin/ip_blocks"
_DOMAINS = "/api/v1/admin/email_domain_blocks"
_ADDRESSES = "/api/v1/admin/canonical_email_blocks"


class IpForm(msgspec.Struct, frozen=True):
    ip: str | None = None
    severity: str | None = None
    comment: str | None = None
    expires_in: int | None = None

    def change(self) -> IpBlockChange:
        """Raises Unprocessable for a severity that there is not."""
        return IpBlockChange(
            ip=self.ip,
            severity=None if self.severity is None else _severity(self.severity),
            comment=self.comment,
            expires_in=self.expires_in,
        )


class DomainForm(msgspec.Struct, frozen=True):
    domain: str = ""
    allow_with_approval: bool = False


class AddressForm(msgspec.Struct, frozen=True):
    email: str | None = None
    canonical_email_hash: str | None = None


@bp.get(_IPS)
@auth.user("admin:read:ip_blocks")
async def ips(viewer: Viewer) -> Response:
    page = await ip_blocks.page(site(), viewer, paging.cursor(100, 200))
    return paging.answer_page(page, [entities.ip_block(item) for item in page.items])


@bp.post(_IPS)
@auth.user("admin:write:ip_blocks")
async def block_ip(viewer: Viewer) -> Response:
    wanted = (await decode.body(IpForm)).change()
    made = await ip_blocks.create(site(), viewer, wanted, own=context.address())
    return answer(entities.ip_block(made))


@bp.get(f"{_IPS}/<block_id>")
@auth.user("admin:read:ip_blocks")
async def one_ip(viewer: Viewer, block_id: str) -> Response:
    return answer(entities.ip_block(await ip_blocks.one(site(), viewer, auth.number(block_id))))


@bp.put(f"{_IPS}/<block_id>")
@bp.patch(f"{_IPS}/<block_id>")
@auth.user("admin:write:ip_blocks")
async def change_ip(viewer: Viewer, block_id: str) -> Response:
    wanted = (await decode.body(IpForm)).change()
    own = context.address()
    made = await ip_blocks.change(site(), viewer, auth.number(block_id), wanted, own=own)
    return answer(entities.ip_block(made))


@bp.delete(f"{_IPS}/<block_id>")
@auth.user("admin:write:ip_blocks")
async def unblock_ip(viewer: Viewer, block_id: str) -> Response:
    await ip_blocks.remove(site(), viewer, auth.number(block_id))
    return answer({})


@bp.get(_DOMAINS)
@auth.user("admin:read:email_domain_blocks")
async def domains(viewer: Viewer) -> Response:
    page = await email_blocks.domains(site(), viewer, paging.cursor(100, 200))
    return paging.answer_page(page, [entities.email_domain_block(item) for item in page.items])


@bp.post(_DOMAINS)
@auth.user("admin:write:email_domain_blocks")
async def block_domain(viewer: Viewer) -> Response:
    form = await decode.body(DomainForm)
    made = await email_blocks.block_domain(
        site(), viewer, form.domain, allow_with_approval=form.allow_with_approval
    )
    return answer(entities.email_domain_block(made))


@bp.get(f"{_DOMAINS}/<block_id>")
@auth.user("admin:read:email_domain_blocks")
async def one_domain(viewer: Viewer, block_id: str) -> Response:
    found = await email_blocks.domain(site(), viewer, auth.number(block_id))
    return answer(entities.email_domain_block(found))


@bp.delete(f"{_DOMAINS}/<block_id>")
@auth.user("admin:write:email_domain_blocks")
async def unblock_domain(viewer: Viewer, block_id: str) -> Response:
    await email_blocks.unblock_domain(site(), viewer, auth.number(block_id))
    return answer({})


@bp.get(_ADDRESSES)
@auth.user("admin:read:canonical_email_blocks")
async def addresses(viewer: Viewer) -> Response:
    page = await email_blocks.addresses(site(), viewer, paging.cursor(100, 200))
    return paging.answer_page(page, [entities.canonical_email_block(item) for item in page.items])


@bp.post(_ADDRESSES)
@auth.user("admin:write:canonical_email_blocks")
async def block_address(viewer: Viewer) -> Response:
    form = await decode.body(AddressForm)
    made = await email_blocks.block_address(
        site(), viewer, email=form.email, hashed=form.canonical_email_hash
    )
    return answer(entities.canonical_email_block(made))


@bp.post(f"{_ADDRESSES}/test")
@auth.user("admin:read:canonical_email_blocks")
async def test_address(viewer: Viewer) -> Response:
    form = await decode.body(AddressForm)
    found = await email_blocks.matching(site(), viewer, form.email or "")
    return answer([entities.canonical_email_block(item) for item in found])


@bp.get(f"{_ADDRESSES}/<block_id>")
@auth.user("admin:read:canonical_email_blocks")
async def one_address(viewer: Viewer, block_id: str) -> Response:
    found = await email_blocks.address(site(), viewer, auth.number(block_id))
    return answer(entities.canonical_email_block(found))


@bp.delete(f"{_ADDRESSES}/<block_id>")
@auth.user("admin:write:canonical_email_blocks")
async def unblock_address(viewer: Viewer, block_id: str) -> Response:
    await email_blocks.unblock_address(site(), viewer, auth.number(block_id))
    return answer({})


def _severity(name: str) -> IpSeverity:
    try:
        return IpSeverity(name)
    except ValueError as error:
        raise Unprocessable("Validation failed: Severity is not included in the list") from error
