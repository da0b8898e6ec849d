"""What the staff did: written with the act itself, never changed."""

from fedschool.model.account import Viewer
from fedschool.model.staff import AuditEntry, Permission
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Tx
from fedschool.services import staff
from fedschool.site import Site
from fedschool.store import audit as store

COMMAND_LINE = 0
"""The actor of what is done on the server itself, by whoever may run its commands."""

MAX_DETAIL = 2_000


async def record(
    tx: Tx, site: Site, *, actor: int, action: str, target: str, detail: dict[str, str]
) -> None:
    """One act, in the transaction of the act. `actor` is an account's id or COMMAND_LINE;
    `target` is written `kind/id`, as `account/123`. No secret belongs into `detail`."""
    await store.add(
        tx,
        row_id=site.ids.next(),
        actor=actor,
        action=action,
        target=target,
        detail={name: value[:MAX_DETAIL] for name, value in detail.items()},
        now=site.now(),
    )


async def log(
    site: Site, viewer: Viewer, cursor: Cursor, *, target: str | None = None
) -> list[AuditEntry]:
    """What was done, the latest first. Raises Forbidden."""
    await staff.require(site, viewer, Permission.VIEW_AUDIT_LOG)
    async with site.reading() as tx:
        return await store.page(tx, cursor, target)
