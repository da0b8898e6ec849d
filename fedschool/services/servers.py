"""What the staff decides about other servers: blocked, limited, allowed, and back again.

A decision holds at once (`distribution.doors`); what it does to the accounts and follows that are
here already is done in small steps, by the request as far as it gets, and by a durable job.
"""

import hashlib
from typing import TypeVar

import msgspec

from fedschool.activitypub import uris
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.job import JobKind, ServerChanged
from fedschool.model.servers import RANKS, DomainAllow, DomainBlock, Severity
from fedschool.model.staff import Permission
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.services import audit, severing, staff
from fedschool.site import Site
from fedschool.store import jobs, policies
from fedschool.store import servers as store

T = TypeVar("T")
MAX_COMMENT = 2_000


class AlreadyDecided(Unprocessable):
    """`existing` decides as much about the domain, or more."""

    def __init__(self, existing: DomainBlock) -> None:
        super().__init__(f"You have already imposed limits on {existing.domain} that cover this")
        self.existing = existing


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of a domain; None leaves it as it is."""

    severity: Severity | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    obfuscate: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None


class PublishedBlock(msgspec.Struct, frozen=True):
    """A decision as everybody may read it; `domain` has stars where it is not told."""

    domain: str
    digest: str
    severity: Severity
    comment: str


# Blocks


async def blocks(site: Site, viewer: Viewer, cursor: Cursor) -> Page[DomainBlock]:
    """The decisions, the latest first. Raises Forbidden."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.reading() as tx:
        return await store.blocks(tx, cursor)


async def block_by_id(site: Site, viewer: Viewer, block_id: int) -> DomainBlock:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.reading() as tx:
        return _found(await store.block_by_id(tx, block_id))


async def block(site: Site, viewer: Viewer, domain: str, wanted: Decision) -> DomainBlock:
    """Decides about a domain that nothing as strict is decided about yet.

    Raises Forbidden, Unprocessable, AlreadyDecided.
    """
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    authority = checked(site, domain)
    async with site.writing() as tx:
        severity = wanted.severity or Severity.SILENCE
        for name in policies.covering(authority):
            existing = await store.block_of(tx, name)
            if existing is None:
                continue
            if name == authority or RANKS[severity] <= RANKS[existing.severity]:
                raise AlreadyDecided(existing)
        made = await _decide(tx, site, viewer.me, authority, None, wanted)
    await severing.reach(site, authority)
    return made


async def change(site: Site, viewer: Viewer, block_id: int, wanted: Decision) -> DomainBlock:
    """Decides anew. Raises Forbidden, NotFound, Unprocessable."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.writing() as tx:
        before = _found(await store.block_by_id(tx, block_id))
        made = await _decide(tx, site, viewer.me, before.domain, before, wanted)
    await severing.reach(site, made.domain, lift=_lifted(before, made))
    return made


async def unblock(site: Site, viewer: Viewer, block_id: int) -> DomainBlock:
    """Takes a decision back; what it was. Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.writing() as tx:
        gone = _found(await store.block_by_id(tx, block_id))
        await _take_back(tx, site, viewer.me, gone)
    await severing.reach(site, gone.domain, lift=gone.acted_at)
    return gone


async def decide(site: Site, actor: int, domain: str, wanted: Decision) -> DomainBlock:
    """For the command line: decides about a domain, whatever was decided before.

    Raises Unprocessable.
    """
    authority = checked(site, domain)
    async with site.writing() as tx:
        before = await store.block_of(tx, authority)
        made = await _decide(tx, site, actor, authority, before, wanted)
    await severing.reach(site, authority, lift=_lifted(before, made))
    return made


async def release(site: Site, actor: int, domain: str) -> None:
    """For the command line: takes the decision about a domain back. Raises NotFound."""
    authority = checked(site, domain)
    async with site.writing() as tx:
        gone = await store.block_of(tx, authority)
        if gone is None:
            raise NotFound(f"Nothing is decided about {authority}")
        await _take_back(tx, site, actor, gone)
    await severing.reach(site, authority, lift=gone.acted_at)


# Allows


async def allows(site: Site, viewer: Viewer, cursor: Cursor) -> Page[DomainAllow]:
    """The allowed servers, the latest first. Raises Forbidden."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.reading() as tx:
        return await store.allows(tx, cursor)


async def allow_by_id(site: Site, viewer: Viewer, allow_id: int) -> DomainAllow:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.reading() as tx:
        return _found(await store.allow_by_id(tx, allow_id))


async def allow(site: Site, viewer: Viewer, domain: str) -> DomainAllow:
    """Lists a server as allowed; again: as it was. Raises Forbidden, Unprocessable."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    return await let_in(site, viewer.me, domain)


async def disallow(site: Site, viewer: Viewer, allow_id: int) -> DomainAllow:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_FEDERATION)
    async with site.reading() as tx:
        item = _found(await store.allow_by_id(tx, allow_id))
    await shut_out(site, viewer.me, item.domain)
    return item


async def let_in(site: Site, actor: int, domain: str) -> DomainAllow:
    """For the command line, too: lists a server as allowed. Raises Unprocessable."""
    authority = checked(site, domain)
    async with site.writing() as tx:
        known = await store.allow_of(tx, authority)
        if known is not None:
            return known
        item = DomainAllow(site.ids.next(), authority, site.now())
        await store.put_allow(tx, item)
        await audit.record(
            tx, site, actor=actor, action="allow_domain", target=f"domain/{authority}", detail={}
        )
    return item


async def shut_out(site: Site, actor: int, domain: str) -> None:
    """For the command line, too: a server is not listed as allowed any more. Raises NotFound."""
    authority = checked(site, domain)
    async with site.writing() as tx:
        if await store.allow_of(tx, authority) is None:
            raise NotFound(f"{authority} is not listed as allowed")
        await store.remove_allow(tx, authority)
        await audit.record(
            tx, site, actor=actor, action="disallow_domain", target=f"domain/{authority}", detail={}
        )


# For everybody


async def published_blocks(site: Site) -> list[PublishedBlock]:
    """What visitors may know of the decisions: those that silence or suspend, the strictest
    first."""
    async with site.reading() as tx:
        found = await store.all_blocks(tx)
    shown = [item for item in found if item.severity is not Severity.NOOP]
    shown.sort(key=lambda item: (-RANKS[item.severity], item.domain))
    return [
        PublishedBlock(
            domain=_obscured(item.domain) if item.obfuscate else item.domain,
            digest=digest(item.domain),
            severity=item.severity,
            comment=item.public_comment,
        )
        for item in shown
    ]


async def everything(site: Site) -> tuple[list[DomainBlock], list[DomainAllow]]:
    """For the command line: all that is decided, by domain."""
    async with site.reading() as tx:
        return await store.all_blocks(tx), await store.all_allows(tx)


def digest(domain: str) -> str:
    """SHA-256 of the domain: who knows the domain recognises it, even where it is obscured."""
    return hashlib.sha256(domain.encode()).hexdigest()


def checked(site: Site, domain: str) -> str:
    """The domain in its one form. Raises Unprocessable for what is none, and for our own."""
    authority = uris.authority_of(domain.strip().removeprefix("@").removeprefix("*."))
    if authority is None:
        raise Unprocessable("Validation failed: Domain is not a valid domain name")
    if authority in policies.covering(site.uris.host):
        raise Unprocessable("Validation failed: Domain is this server's own")
    return authority


async def _decide(
    tx: Tx,
    site: Site,
    actor: int,
    domain: str,
    before: DomainBlock | None,
    wanted: Decision,
) -> DomainBlock:
    given = {
        name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None
    }
    for name in ("private_comment", "public_comment"):
        if len(given.get(name, "")) > MAX_COMMENT:
            raise Unprocessable(f"Validation failed: {name} is too long")
    now = site.now()
    start = before or DomainBlock(id=site.ids.next(), domain=domain, created_at=now, acted_at=now)
    made = msgspec.structs.replace(start, **given, id=start.id or site.ids.next())
    if before is not None and made.severity is not before.severity:
        made = msgspec.structs.replace(made, acted_at=max(now, before.acted_at + 1))
    await store.put_block(tx, made)
    await audit.record(
        tx,
        site,
        actor=actor,
        action="block_domain" if before is None else "change_domain_block",
        target=f"domain/{domain}",
        detail={
            "severity": made.severity.value,
            "reject_media": str(made.reject_media).lower(),
            "reject_reports": str(made.reject_reports).lower(),
            "private_comment": made.private_comment,
        },
    )
    await _plan(tx, site, domain, _lifted(before, made))
    return made


async def _take_back(tx: Tx, site: Site, actor: int, gone: DomainBlock) -> None:
    await store.remove_block(tx, gone.domain)
    await audit.record(
        tx,
        site,
        actor=actor,
        action="unblock_domain",
        target=f"domain/{gone.domain}",
        detail={"severity": gone.severity.value},
    )
    await _plan(tx, site, gone.domain, gone.acted_at)


async def _plan(tx: Tx, site: Site, domain: str, lift: int) -> None:
    now = site.now()
    change = ServerChanged(domain, lift, site.ids.next())
    payload = msgspec.json.encode(change)
    new = jobs.NewJob(site.ids.next(), JobKind.SERVER_CHANGED, "servers", payload, now)
    await jobs.add(tx, [new], now)
    tx.after_commit(site.wake_workers)


def _lifted(before: DomainBlock | None, made: DomainBlock) -> int:
    """The mark of what does not hold any more, or 0."""
    return before.acted_at if before is not None and before.acted_at != made.acted_at else 0


def _obscured(domain: str) -> str:
    """Enough for who knows it already: stars in the middle of it, dots kept."""
    third = max(len(domain) // 4, 1)
    middle = "".join("." if letter == "." else "*" for letter in domain[third:-third])
    return f"{domain[:third]}{middle}{domain[-third:]}"


def _found(item: T | None) -> T:
    if item is None:
        raise NotFound
    return item
