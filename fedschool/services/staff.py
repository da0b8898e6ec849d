"""Whether somebody of the staff may do what they ask for; asked in this one place."""

from fedschool.errors import Forbidden
from fedschool.model.account import Role, User, Viewer
from fedschool.model.staff import Permission, above, may
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import users

REFUSED = "This action is not allowed"


async def require(site: Site, viewer: Viewer, permission: Permission) -> None:
    """Raises Forbidden. The role is what it is now, not what it was when the token was made."""
    async with site.reading() as tx:
        await require_in(tx, viewer, permission)


async def require_in(tx: Tx, viewer: Viewer, permission: Permission) -> User:
    """`require` within a transaction; the user who acts."""
    user = None
    if viewer.local and viewer.account_id is not None:
        user = await users.by_account(tx, viewer.account_id)
    if user is None or not user.may_act or not may(user.role, permission):
        raise Forbidden(REFUSED)
    return user


def require_above(actor: User, target: User | None) -> None:
    """Nobody acts on themselves, nor on people of their own rank or a higher one, but for admins.

    `target` None is somebody without a login here, such as remote people. Raises Forbidden.
    """
    if target is None:
        return
    if target.id == actor.id or not above(actor.role, target.role):
        raise Forbidden(REFUSED)


async def require_another_admin(tx: Tx, target: User | None) -> None:
    """Before an admin loses the office or the login. Raises Forbidden for the last one."""
    if target is None or target.role is not Role.ADMIN or not target.may_act:
        return
    if await users.other_admins(tx, target.id) == 0:
        raise Forbidden("The last administrator cannot be taken away")
