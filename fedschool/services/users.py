"""People's logins: joining, being let in, proving who one is."""

import asyncio

import msgspec

from fedschool.activitypub import keys
from fedschool.errors import Conflict, Forbidden, NotFound, Unauthenticated
from fedschool.model import registration
from fedschool.model.account import Account, Role, User, Viewer
from fedschool.model.registration import SignUp
from fedschool.ports.database import Tx
from fedschool.services import admission, audit, staff_notices
from fedschool.settings import Registrations
from fedschool.site import Site
from fedschool.store import accounts as account_store
from fedschool.store import moderation
from fedschool.store import users as store
from fedschool.store.accounts import KeyPair

CLOSED = "This school does not take sign-ups from the web; ask its administrators for an account"
WRONG = "The e-mail address or username, or the password, is not right"

_UNCONFIRMED = "Your login is missing a confirmed e-mail address"
_PENDING = "Your login is currently pending approval"
_DISABLED = "Your login is currently disabled"


class Admission(msgspec.Struct, frozen=True):
    """When a new login was confirmed and approved; None where somebody still has to do it."""

    confirmed_at: int | None
    approved_at: int | None

    @property
    def complete(self) -> bool:
        return self.confirmed_at is not None and self.approved_at is not None


class _Material(msgspec.Struct, frozen=True):
    """What a new person is made of and takes long to make, so it is made outside transactions."""

    password_hash: str
    private_pem: str
    public_pem: str


async def create_by_admin(
    site: Site, *, username: str, email: str, password: str, role: Role = Role.TEACHER
) -> Account:
    """A person whom an administrator vouches for: confirmed and approved at once.

    Raises Unprocessable with the fields that are wrong or taken.
    """
    asked = SignUp(username=username, email=email, password=password)
    registration.check(asked, by_admin=True)
    material = await _prepare(site, password)
    now = site.now()
    async with site.writing() as tx:
        account, _ = await _add(tx, site, asked, material, Admission(now, now), role)
    return account


def open_to_sign_ups(site: Site) -> bool:
    """Whether strangers may ask to join at all."""
    return site.settings.registrations in (Registrations.OPEN, Registrations.APPROVAL)


async def sign_up(site: Site, asked: SignUp, *, ip: str | None = None) -> User:
    """A stranger asks to join; the settings say what is still missing before the person may act.

    Raises Forbidden where sign-ups are closed, Unprocessable with the fields that are wrong.
    An e-mail address that has a login already is only told where the login would work at once;
    otherwise the answer is the same, and whoever lets people in sees the collision. `ip`: where
    the request came from.
    """
    if not open_to_sign_ups(site):
        raise Forbidden(CLOSED)
    registration.check(asked, by_admin=False)
    looked_at = await admission.judge(site, asked.email, ip)
    material = await _prepare(site, asked.password)
    async with site.writing() as tx:
        _, user = await _add(tx, site, asked, material, _admission(site, looked_at), Role.TEACHER)
        await seen_from(tx, site, user.id, ip)
        await staff_notices.signed_up(tx, site, user.account_id)
    return user


async def seen_from(tx: Tx, site: Site, user_id: int, ip: str | None) -> None:
    """Remembers for the staff where somebody signed in from."""
    if ip is not None:
        await moderation.seen_from(tx, user_id, ip, site.now())


async def confirm(site: Site, username: str) -> None:
    """The person's e-mail address is known to be theirs. Raises NotFound, Conflict."""
    async with site.writing() as tx:
        user = await _sole_owner(tx, username)
        await store.set_confirmed(tx, user.id, user.confirmed_at or site.now())
        if user.approved_at is not None:
            await store.show(tx, user.account_id)


async def approve(site: Site, username: str) -> None:
    """An administrator lets the person in. Raises NotFound, Conflict."""
    async with site.writing() as tx:
        user = await admit(tx, site, username)
        await audit.record(
            tx,
            site,
            actor=audit.COMMAND_LINE,
            action="account.approve",
            target=f"account/{user.account_id}",
            detail={"acct": username},
        )


async def admit(tx: Tx, site: Site, username: str) -> User:
    """`approve` within a transaction, by whoever may."""
    user = await _sole_owner(tx, username)
    await store.set_approved(tx, user.id, user.approved_at or site.now())
    if user.confirmed_at is not None:
        await store.show(tx, user.account_id)
    return user


async def prove(site: Site, login: str, password: str) -> User:
    """The user with this username or e-mail address and this password.

    Raises Unauthenticated, with one sentence and after the same time whether the person is
    known or not; Forbidden when the person may not act.
    """
    login = login.strip().removeprefix("@")
    user = None if len(login) > registration.EMAIL_LIMIT else await _by_login(site, login)
    fits = len(password) <= registration.PASSWORD_MAX
    hashed = user.password_hash if user is not None and fits else None
    if not await site.passwords.verify(hashed, password[: registration.PASSWORD_MAX]):
        raise Unauthenticated(WRONG)
    assert user is not None
    assert hashed is not None
    async with site.reading() as tx:
        account = await account_store.by_id(tx, user.account_id)
    require_standing(user, account.suspended_at if account else site.now())
    if site.passwords.outdated(hashed):
        await _renew(site, user, password)
    return user


async def _renew(site: Site, user: User, password: str) -> None:
    renewed = await site.passwords.hash(password)
    async with site.writing() as tx:
        await store.set_password_hash(tx, user.id, renewed)


async def profile(site: Site, viewer: Viewer) -> Account:
    """The signed-in person's own account."""
    async with site.reading() as tx:
        account = await account_store.by_id(tx, viewer.me)
    if account is None:
        raise NotFound
    return account


def require_standing(user: User, suspended_at: int | None) -> None:
    """Raises Forbidden, saying why, when the person may not act (yet, or any more)."""
    check_standing(user.confirmed_at, user.approved_at, user.disabled_at, suspended_at)


def check_standing(
    confirmed_at: int | None,
    approved_at: int | None,
    disabled_at: int | None,
    suspended_at: int | None,
) -> None:
    """Raises Forbidden like `require_standing`, from the columns alone."""
    if disabled_at is not None:
        raise Forbidden(_DISABLED)
    if confirmed_at is None:
        raise Forbidden(_UNCONFIRMED)
    if approved_at is None:
        raise Forbidden(_PENDING)
    if suspended_at is not None:
        raise Forbidden(_DISABLED)


def _admission(site: Site, looked_at: bool) -> Admission:
    """`looked_at`: somebody of the staff looks first, whatever the settings say."""
    now = site.now()
    settings = site.settings
    free = settings.registrations is Registrations.OPEN and not looked_at
    return Admission(
        confirmed_at=None if settings.confirm_email else now, approved_at=now if free else None
    )


async def _prepare(site: Site, password: str) -> _Material:
    password_hash, (private_pem, public_pem) = await asyncio.gather(
        site.passwords.hash(password), asyncio.to_thread(keys.generate)
    )
    return _Material(password_hash, private_pem, public_pem)


async def _add(
    tx: Tx, site: Site, asked: SignUp, material: _Material, admission: Admission, role: Role
) -> tuple[Account, User]:
    """Account, keys and login together, or nothing. Raises Unprocessable for what is taken."""
    account = _new_account(site, asked.username)
    user = User(
        id=site.ids.next(),
        account_id=account.id,
        email=asked.email,
        password_hash=material.password_hash,
        role=role,
        confirmed_at=admission.confirmed_at,
        approved_at=admission.approved_at,
        locale=registration.locale(asked.locale),
        reason=asked.reason,
        created_at=account.created_at,
    )
    if await store.is_buried(tx, account.uri) or not await account_store.insert_new(tx, account):
        raise registration.taken("username")
    await account_store.put_key(tx, _key_pair(site, account, material))
    await _add_login(tx, user, admission)
    if not admission.complete:
        await store.hide(tx, account.id, site.now())
    return account, user


async def _add_login(tx: Tx, user: User, admission: Admission) -> None:
    key = registration.email_key(user.email)
    if await store.insert_new(tx, user, key):
        return
    if admission.complete:
        raise registration.taken("email")
    # A login that waits anyway takes a key that no address can have: nobody learns that the
    # address is known, and `_sole_owner` tells whoever wants to let this one in.
    await store.insert_new(tx, user, f"{key} {user.id}")


async def _sole_owner(tx: Tx, username: str) -> User:
    user = await store.by_username(tx, username)
    if user is None:
        raise NotFound(f"There is no login named {username}")
    owner = await store.by_email(tx, registration.email_key(user.email))
    if owner is None or owner.id != user.id:
        raise Conflict(f"The e-mail address of {username} belongs to another login already")
    return user


async def _by_login(site: Site, login: str) -> User | None:
    async with site.reading() as tx:
        if "@" in login:
            return await store.by_email(tx, registration.email_key(login))
        return await store.by_username(tx, login)


def _new_account(site: Site, username: str) -> Account:
    uris = site.uris
    return Account(
        id=site.ids.next(),
        username=username,
        domain=None,
        uri=uris.actor(username),
        url=uris.profile(username),
        inbox_url=uris.inbox(username),
        shared_inbox_url=uris.shared_inbox,
        outbox_url=uris.outbox(username),
        followers_url=uris.followers(username),
        following_url=uris.following(username),
        featured_url=uris.featured(username),
        created_at=site.now(),
    )


def _key_pair(site: Site, account: Account, material: _Material) -> KeyPair:
    return KeyPair(
        account_id=account.id,
        key_id=site.uris.key(account.username),
        public_pem=material.public_pem,
        private_pem=material.private_pem,
        fetched_at=account.created_at,
    )
