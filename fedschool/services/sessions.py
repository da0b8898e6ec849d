"""Browser sessions: signed in with a password, known again by a random cookie."""

import hashlib
import secrets

import msgspec

from fedschool.errors import Forbidden
from fedschool.model.account import User, Viewer
from fedschool.services import users
from fedschool.site import Site
from fedschool.store import users as store

LIFETIME = 14 * 24 * 3600 * 1000
SECRET_BYTES = 32


class Session(msgspec.Struct, frozen=True):
    """Who is signed in. Role and standing are read anew for every request."""

    user: User
    username: str
    viewer: Viewer


async def sign_in(site: Site, login: str, password: str, *, ip: str | None = None) -> str:
    """A new session's secret, for the cookie alone; we keep its hash. `ip`: where it came from.

    Raises Unauthenticated for a wrong login or password, Forbidden who may not act.
    """
    user = await users.prove(site, login, password)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    now = site.now()
    async with site.writing() as tx:
        await store.open_session(tx, site.ids.next(), digest(secret), user.id, now, now + LIFETIME)
        await users.seen_from(tx, site, user.id, ip)
    return secret


async def find(site: Site, secret: str) -> Session | None:
    """The session of a cookie, or None when it is over, unknown, or the person may not act."""
    async with site.reading() as tx:
        found = await store.by_session(tx, digest(secret), site.now())
    if found is None:
        return None
    try:
        users.require_standing(found.user, found.suspended_at)
    except Forbidden:
        return None
    viewer = Viewer(
        account_id=found.user.account_id,
        local=True,
        user_id=found.user.id,
        role=found.user.role,
    )
    return Session(found.user, found.username, viewer)


async def sign_out(site: Site, secret: str) -> None:
    """The cookie is worth nothing from now on, wherever a copy of it may be."""
    async with site.writing() as tx:
        await store.close_session(tx, digest(secret))


def digest(secret: str) -> str:
    """What the database knows a cookie by."""
    return hashlib.sha256(secret.encode()).hexdigest()
