"""E-mail domains and addresses that nobody signs up with: kept by the staff."""

import re

from fedschool.activitypub import uris
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.blocks import (
    Admittance,
    CanonicalEmailBlock,
    EmailDomainBlock,
    canonical_hash,
)
from fedschool.model.registration import is_email
from fedschool.model.staff import Permission
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.services import audit, staff
from fedschool.site import Site
from fedschool.store import email_blocks as store
from fedschool.store import policies

DAY = 86_400_000
DAYS = 7
_HASH = re.compile(r"[0-9a-f]{64}")


async def domains(site: Site, viewer: Viewer, cursor: Cursor) -> Page[EmailDomainBlock]:
    """The latest first, each with its last seven days. Raises Forbidden."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.reading() as tx:
        return await store.domains(tx, cursor, _days(site))


async def domain(site: Site, viewer: Viewer, block_id: int) -> EmailDomainBlock:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.reading() as tx:
        found = await store.domain(tx, block_id, _days(site))
    if found is None:
        raise NotFound
    return found


async def block_domain(
    site: Site, viewer: Viewer, name: str, *, allow_with_approval: bool
) -> EmailDomainBlock:
    """Nobody signs up with an address there or below it any more.

    Raises Forbidden, Unprocessable.
    """
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    authority = uris.authority_of(name.strip().removeprefix("@"))
    if authority is None or ":" in authority:
        raise Unprocessable("Validation failed: Domain is not a valid domain name")
    item = EmailDomainBlock(
        id=site.ids.next(),
        domain=authority,
        allow_with_approval=allow_with_approval,
        created_at=site.now(),
    )
    async with site.writing() as tx:
        if not await store.add_domain(tx, item):
            raise Unprocessable("Validation failed: Domain has already been taken")
        await _record(tx, site, viewer, "block_email_domain", authority)
        made = await store.domain(tx, item.id, _days(site))
    assert made is not None
    return made


async def unblock_domain(site: Site, viewer: Viewer, block_id: int) -> None:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.writing() as tx:
        found = await store.domain(tx, block_id, _days(site))
        if found is None:
            raise NotFound
        await store.remove_domain(tx, block_id)
        await _record(tx, site, viewer, "unblock_email_domain", found.domain)


async def addresses(site: Site, viewer: Viewer, cursor: Cursor) -> Page[CanonicalEmailBlock]:
    """The latest first. Raises Forbidden."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.reading() as tx:
        return await store.canonical(tx, cursor)


async def address(site: Site, viewer: Viewer, block_id: int) -> CanonicalEmailBlock:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.reading() as tx:
        found = await store.canonical_by_id(tx, block_id)
    if found is None:
        raise NotFound
    return found


async def matching(site: Site, viewer: Viewer, email: str) -> list[CanonicalEmailBlock]:
    """The blocks that this address meets. Raises Forbidden, Unprocessable."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    hashed = _hashed(email)
    async with site.reading() as tx:
        found = await store.canonical_by_hash(tx, hashed)
    return [] if found is None else [found]


async def block_address(
    site: Site, viewer: Viewer, *, email: str | None, hashed: str | None
) -> CanonicalEmailBlock:
    """By the address, or by the hash of its canonical form alone; again: as it was.

    Raises Forbidden, Unprocessable.
    """
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    if hashed:
        wanted = hashed.strip().lower()
        if not _HASH.fullmatch(wanted):
            raise Unprocessable("Validation failed: Canonical email hash is invalid")
    else:
        wanted = _hashed(email or "")
    async with site.writing() as tx:
        known = await store.canonical_by_hash(tx, wanted)
        if known is not None:
            return known
        await store.add_canonical(tx, site.ids.next(), wanted, site.now())
        await _record(tx, site, viewer, "block_email_address", wanted)
        made = await store.canonical_by_hash(tx, wanted)
    assert made is not None
    return made


async def unblock_address(site: Site, viewer: Viewer, block_id: int) -> None:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.writing() as tx:
        found = await store.canonical_by_id(tx, block_id)
        if found is None:
            raise NotFound
        await store.remove_canonical(tx, block_id)
        await _record(tx, site, viewer, "unblock_email_address", found.hash)


async def judge(site: Site, email: str) -> Admittance:
    """What becomes of somebody who asks to join with this (checked) address; counts the try."""
    name = email.rpartition("@")[2].lower()
    async with site.reading() as tx:
        met = await store.covering(tx, policies.covering(name))
        known = await store.canonical_by_hash(tx, canonical_hash(email))
    if met:
        mark = site.secrets.sign(f"email {canonical_hash(email)}")
        async with site.writing() as tx:
            for item in met:
                await store.tried(tx, item.id, _today(site), mark)
    if known is not None or any(not item.allow_with_approval for item in met):
        return Admittance.REFUSED
    return Admittance.APPROVAL if met else Admittance.FREE


async def prune(site: Site) -> None:
    """Forgets who tried longer ago than is shown."""
    async with site.writing() as tx:
        await store.forget_tries(tx, _today(site) - DAYS * DAY)


async def _record(tx: Tx, site: Site, viewer: Viewer, action: str, what: str) -> None:
    await audit.record(tx, site, actor=viewer.me, action=action, target=f"email/{what}", detail={})


def _hashed(email: str) -> str:
    if not is_email(email.strip()):
        raise Unprocessable("Validation failed: Email is not an address")
    return canonical_hash(email)


def _today(site: Site) -> int:
    return site.now() // DAY * DAY


def _days(site: Site) -> list[int]:
    """The starts (ms) of the last seven days, today first."""
    today = _today(site)
    return [today - back * DAY for back in range(DAYS)]
