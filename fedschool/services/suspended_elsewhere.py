"""People whom their own server suspended: hidden here, too, until it says otherwise."""

from fedschool.distribution import doors
from fedschool.model.account import Account
from fedschool.model.servers import Severity
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import moderation as store


async def heed(tx: Tx, site: Site, item: Account, *, suspended: bool) -> None:
    """What the server of a remote person says of them now. Our staff's word stands beside it."""
    held = await accounts.by_id(tx, item.id)
    if held is None or held.domain is None:
        return
    if suspended:
        await store.suspend_there(tx, held.id, site.now(), hidden=held.suspended_at is not None)
    elif held.suspended_at is not None:
        server = await doors.standing(tx, held.domain)
        hidden = server.mark if server.severity is Severity.SUSPEND else None
        await store.unsuspend_there(tx, held.id, hidden)
