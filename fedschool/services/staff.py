"""Whether somebody of the staff may do what they ask for; asked in this one place."""

import msgspec

from fedschool.errors import Forbidden
from fedschool.model.account import Role, User, Viewer
from fedschool.model.staff import Permission, above, may
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import users

REFUSED = "This action is not allowed"

OPERATOR = Viewer(local=True, role=Role.ADMIN)
"""Whoever may run commands on the server; known by being this very object, which no request
can bring."""


class Officer(msgspec.Struct, frozen=True):
    """Who acts; `account_id` 0 is the command line."""

    account_id: int
    role: Role


async def require(site: Site, viewer: Viewer, permission: Permission) -> None:
    """Raises Forbidden. The role is what it is now, not what it was when the token was made."""
    async with site.reading() as tx:
        await officer(tx, viewer, permission)


async def officer(tx: Tx, viewer: Viewer, permission: Permission) -> Officer:
    """`require` within a transaction, and who it is that acts. Raises Forbidden."""
    if viewer is OPERATOR:
        return Officer(0, Role.ADMIN)
    user = None
    if viewer.local and viewer.account_id is not None:
        user = await users.by_account(tx, viewer.account_id)
    if user is None or not user.may_act or not may(user.role, permission):
        raise Forbidden(REFUSED)
    return Officer(user.account_id, user.role)


def require_above(actor: Officer, target: User | None) -> None:
    """Nobody acts on themselves, nor on people of their own rank or a higher one, but for admins.

    `target` None is somebody without a login here, such as remote people. Raises Forbidden.
    """
    if target is None:
        return
    if target.account_id == actor.account_id or not above(actor.role, target.role):
        raise Forbidden(REFUSED)


async def require_another_admin(tx: Tx, target: User | None) -> None:
    """Before an admin loses the office or the login. Raises Forbidden for the last one."""
    if target is None or target.role is not Role.ADMIN or not target.may_act:
        return
    if await users.other_admins(tx, target.id) == 0:
        raise Forbidden("The last administrator cannot be taken away")
