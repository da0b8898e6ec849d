"""Networks that may not sign up, or not come in at all: kept by the staff."""

from ipaddress import ip_address

import msgspec

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.blocks import Admittance, IpBlock, IpSeverity, network
from fedschool.model.staff import Permission
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.services import audit, staff
from fedschool.site import Site
from fedschool.store import ip_blocks as store

MAX_BLOCKS = 10_000
MAX_COMMENT = 1_000
LONGEST = 100 * 365 * 24 * 3600
# Nobody means a whole continent; a slip of the pen shuts out everybody.
SHORTEST_PREFIX = {4: 8, 6: 16}
_JUDGED = {
    IpSeverity.SIGN_UP_REQUIRES_APPROVAL: Admittance.APPROVAL,
    IpSeverity.SIGN_UP_BLOCK: Admittance.REFUSED,
    IpSeverity.NO_ACCESS: Admittance.REFUSED,
}


class IpBlockChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted; None leaves it as it is. `expires_in` in seconds, 0 for never."""

    ip: str | None = None
    severity: IpSeverity | None = None
    comment: str | None = None
    expires_in: int | None = None


async def page(site: Site, viewer: Viewer, cursor: Cursor) -> Page[IpBlock]:
    """The latest first. Raises Forbidden."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.reading() as tx:
        return await store.page(tx, cursor)


async def one(site: Site, viewer: Viewer, block_id: int) -> IpBlock:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.reading() as tx:
        return await _known(tx, block_id)


async def create(site: Site, viewer: Viewer, wanted: IpBlockChange, *, own: str) -> IpBlock:
    """A new block. `own`: where the viewer is, which must not be shut out.

    Raises Forbidden, Unprocessable.
    """
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    if wanted.severity is None:
        raise Unprocessable("Validation failed: Severity can't be blank")
    now = site.now()
    start = IpBlock(id=site.ids.next(), ip="", severity=wanted.severity, created_at=now)
    item = _with(start, wanted, now, own)
    async with site.writing() as tx:
        if await store.size(tx) >= MAX_BLOCKS:
            raise Unprocessable(f"Validation failed: There may be at most {MAX_BLOCKS} blocks")
        if not await store.add(tx, item):
            raise _taken()
        await _record(tx, site, viewer, "create_ip_block", item)
    return item


async def change(
    site: Site, viewer: Viewer, block_id: int, wanted: IpBlockChange, *, own: str
) -> IpBlock:
    """Raises Forbidden, NotFound, Unprocessable."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.writing() as tx:
        item = _with(await _known(tx, block_id), wanted, site.now(), own)
        if not await store.change(tx, item):
            raise _taken()
        await _record(tx, site, viewer, "change_ip_block", item)
    return item


async def remove(site: Site, viewer: Viewer, block_id: int) -> None:
    """Raises Forbidden, NotFound."""
    await staff.require(site, viewer, Permission.MANAGE_BLOCKS)
    async with site.writing() as tx:
        item = await _known(tx, block_id)
        await store.remove(tx, block_id)
        await _record(tx, site, viewer, "remove_ip_block", item)


async def judge(tx: Tx, site: Site, ip: str | None) -> Admittance:
    """What becomes of somebody who asks to join from there; None is from nowhere known."""
    if ip is None:
        return Admittance.FREE
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return Admittance.FREE
    met = {
        _JUDGED[item.severity]
        for item in await store.holding(tx, site.now())
        if (known := network(item.ip)) is not None and address in known
    }
    for verdict in (Admittance.REFUSED, Admittance.APPROVAL):
        if verdict in met:
            return verdict
    return Admittance.FREE


async def prune(site: Site) -> None:
    """Forgets what has ended."""
    async with site.writing() as tx:
        await store.prune(tx, site.now())


async def _record(tx: Tx, site: Site, viewer: Viewer, action: str, item: IpBlock) -> None:
    await audit.record(
        tx,
        site,
        actor=viewer.me,
        action=action,
        target=f"ip_block/{item.id}",
        detail={"ip": item.ip, "severity": item.severity.value, "comment": item.comment},
    )
    tx.after_commit(lambda: _mark_stale(site))


def _mark_stale(site: Site) -> None:
    site.walls.stale = True


def _with(item: IpBlock, wanted: IpBlockChange, now: int, own: str) -> IpBlock:
    known = network(item.ip if wanted.ip is None else wanted.ip)
    if known is None:
        raise Unprocessable("Validation failed: Ip is not a valid address or network")
    if known.prefixlen < SHORTEST_PREFIX[known.version]:
        raise Unprocessable("Validation failed: Ip is too large a network")
    severity = wanted.severity or item.severity
    comment = item.comment if wanted.comment is None else wanted.comment
    if len(comment) > MAX_COMMENT:
        raise Unprocessable("Validation failed: Comment is too long")
    until = item.expires_at
    if wanted.expires_in is not None:
        if not 0 <= wanted.expires_in <= LONGEST:
            raise Unprocessable("Validation failed: Expires in is not a number of seconds")
        until = now + wanted.expires_in * 1000 if wanted.expires_in else None
    here = network(own)
    if (
        severity is IpSeverity.NO_ACCESS
        and here is not None
        and here.version == known.version
        and here.network_address in known
    ):
        raise Unprocessable("Validation failed: Ip is where you are yourself")
    return msgspec.structs.replace(
        item, ip=str(known), severity=severity, comment=comment, expires_at=until
    )


async def _known(tx: Tx, block_id: int) -> IpBlock:
    item = await store.one(tx, block_id)
    if item is None:
        raise NotFound
    return item


def _taken() -> Unprocessable:
    return Unprocessable("Validation failed: Ip has already been taken")
