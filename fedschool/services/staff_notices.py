"""The staff hears of those who ask to join and of what is reported."""

from fedschool.distribution.notify import notify
from fedschool.model.account import Role
from fedschool.model.staff import Permission, may
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import moderation


async def signed_up(tx: Tx, site: Site, account_id: int) -> None:
    """Somebody joined, or asks to."""
    await _tell(tx, site, NotificationType.ADMIN_SIGN_UP, Permission.MANAGE_USERS, account_id)


async def reported(tx: Tx, site: Site, account_id: int, report_id: int) -> None:
    """`account_id` filed a report."""
    kind = NotificationType.ADMIN_REPORT
    await _tell(tx, site, kind, Permission.MANAGE_REPORTS, account_id, report_id)


async def _tell(
    tx: Tx,
    site: Site,
    kind: NotificationType,
    permission: Permission,
    sender: int,
    subject_id: int | None = None,
) -> None:
    roles = [role for role in Role if may(role, permission)]
    for account_id in await moderation.staff(tx, roles):
        await notify(tx, site, to=account_id, kind=kind, sender=sender, subject_id=subject_id)
