"""People as the staff sees them: who there is, and who is let in."""

from fedschool.errors import Forbidden, NotFound
from fedschool.model.account import Viewer
from fedschool.model.moderation import AccountFilter, AdminAccount
from fedschool.model.staff import Permission
from fedschool.model.timeline import Cursor, Page
from fedschool.services import moderation, staff, users
from fedschool.site import Site
from fedschool.store import admin_accounts as store
from fedschool.store import erasures


async def page(
    site: Site, viewer: Viewer, filter_: AccountFilter, cursor: Cursor
) -> Page[AdminAccount]:
    """Newest first. Raises Forbidden."""
    async with site.reading() as tx:
        await staff.officer(tx, viewer, Permission.MANAGE_USERS)
        return await store.page(tx, filter_, cursor)


async def get(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """Raises Forbidden, NotFound."""
    async with site.reading() as tx:
        await staff.officer(tx, viewer, Permission.MANAGE_USERS)
        found = await store.one(tx, account_id)
    if found is None:
        raise NotFound
    return found


async def approve(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """Lets somebody in who asked to join. Raises NotFound, Forbidden, Conflict."""
    async with site.writing() as tx:
        officer, target = await moderation.held(tx, viewer, account_id)
        _require_pending(target)
        await users.admit(tx, site, target.account.username)
        return await moderation.done(tx, site, officer, target, "approve")


async def reject(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """Forgets somebody who asked to join; the account as it was. Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        officer, target = await moderation.held(tx, viewer, account_id)
        _require_pending(target)
        await moderation.done(tx, site, officer, target, "reject")
        await erasures.delete_pending(tx, account_id)
    return target


def _require_pending(target: AdminAccount) -> None:
    if target.user is None or target.user.approved_at is not None:
        raise Forbidden("The account does not wait for approval")
