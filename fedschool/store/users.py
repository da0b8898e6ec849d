"""Users (the logins behind local accounts) and their browser sessions."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Role, User
from fedschool.model.quote import ApprovalPolicy
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.base import Key, changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import tombstones
from fedschool.store.tables_staff import suspensions
from fedschool.store.tables_users import sessions, users

u = users.c
a = accounts.c
s = sessions.c
COLUMNS: list[sa.ColumnElement[Any]] = [
    u.id, u.account_id, u.email, u.password_hash, u.role, u.confirmed_at, u.approved_at,
    u.disabled_at, u.locale, u.default_visibility, u.default_sensitive, u.default_language,
    u.reason, u.created_at, u.default_quote_policy,
]  # fmt: skip
_WRITTEN = [
    "id", "account_id", "email", "email_key", "password_hash", "role", "confirmed_at",
    "approved_at", "disabled_at", "locale", "default_visibility", "default_sensitive",
    "default_language", "reason", "created_at", "default_quote_policy",
]  # fmt: skip


def user(row: Row) -> User:
    """A row of COLUMNS as a User."""
    (
        id_, account_id, email, password_hash, role, confirmed_at, approved_at, disabled_at,
        locale, visibility, sensitive, language, reason, created_at, quote_policy,
    ) = row  # fmt: skip
    return User(
        id=id_,
        account_id=account_id,
        email=email,
        password_hash=password_hash,
        role=Role(role),
        confirmed_at=confirmed_at,
        approved_at=approved_at,
        disabled_at=disabled_at,
        locale=locale,
        default_visibility=visibility,
        default_sensitive=bool(sensitive),
        default_language=language,
        reason=reason,
        created_at=created_at,
        default_quote_policy=ApprovalPolicy(quote_policy),
    )


# One user by a unique index.
@statement
def _by(column: str) -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(u[column] == p(column))


# The login of a local name, by the unique index on (username_key, domain).
@statement
def _by_username() -> sa.Select[Any]:
    return (
        sa.select(*COLUMNS)
        .join(accounts, a.id == u.account_id)
        .where(a.username_key == p("username_key"), a.domain == "")
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    return (
        insert(users)
        .values({name: p(name) for name in _WRITTEN})
        .on_conflict_do_nothing()
        .returning(u.id)
    )


@statement
def _set(column: str) -> sa.sql.dml.Update:
    return sa.update(users).where(u.id == p("id")).values({column: p("value")})


@statement
def _set_suspended() -> sa.sql.dml.Update:
    return changed(accounts).where(a.id == p("id")).values(suspended_at=p("value"))


# Whom the staff suspended stays so.
@statement
def _show() -> sa.sql.dml.Update:
    suspended = sa.select(suspensions.c.account_id).where(suspensions.c.account_id == a.id)
    return (
        changed(accounts)
        .where(a.id == p("id"), ~sa.exists(suspended))
        .values(suspended_at=sa.null())
    )


# Whether something with this URI was here once, by primary key.
@statement
def _buried() -> sa.Select[Any]:
    return sa.select(tombstones.c.uri).where(tombstones.c.uri == p("uri", Key))


async def insert_new(tx: Tx, item: User, email_key: str) -> bool:
    """False when the e-mail address has a login already."""
    values = msgspec.structs.asdict(item) | {
        "email_key": email_key,
        "role": item.role.value,
        "default_sensitive": int(item.default_sensitive),
        "default_quote_policy": item.default_quote_policy.value,
    }
    return await tx.value(_insert(), **values) is not None


async def by_id(tx: Tx, user_id: int) -> User | None:
    row = await tx.one(_by("id"), id=user_id)
    return user(row) if row else None


async def by_account(tx: Tx, account_id: int) -> User | None:
    row = await tx.one(_by("account_id"), account_id=account_id)
    return user(row) if row else None


async def by_email(tx: Tx, email_key: str) -> User | None:
    row = await tx.one(_by("email_key"), email_key=email_key)
    return user(row) if row else None


async def by_username(tx: Tx, username: str) -> User | None:
    """The login of one of our people; look-up ignores case."""
    row = await tx.one(_by_username(), username_key=username.casefold())
    return user(row) if row else None


async def set_confirmed(tx: Tx, user_id: int, at: int) -> None:
    await tx.run(_set("confirmed_at"), id=user_id, value=at)


async def set_approved(tx: Tx, user_id: int, at: int) -> None:
    await tx.run(_set("approved_at"), id=user_id, value=at)


@statement
def _set_defaults() -> sa.sql.dml.Update:
    names = (
        "default_visibility", "default_sensitive", "default_language", "default_quote_policy",
    )  # fmt: skip
    return sa.update(users).where(u.id == p("id")).values({name: p(name) for name in names})


async def set_defaults(
    tx: Tx,
    user_id: int,
    visibility: str,
    sensitive: bool,
    language: str | None,
    quote_policy: ApprovalPolicy,
) -> None:
    """What the person's next post starts from."""
    await tx.run(
        _set_defaults(),
        id=user_id,
        default_visibility=visibility,
        default_sensitive=int(sensitive),
        default_language=language,
        default_quote_policy=quote_policy.value,
    )


# Admins who may act, but for one user. There are few people with a login.
@statement
def _other_admins() -> sa.Select[Any]:
    may_act = (u.confirmed_at.is_not(None), u.approved_at.is_not(None), u.disabled_at.is_(None))
    return (
        sa.select(sa.func.count())
        .select_from(users)
        .join(accounts, a.id == u.account_id)
        .where(u.role == Role.ADMIN.value, u.id != p("id"), a.suspended_at.is_(None), *may_act)
    )


async def other_admins(tx: Tx, user_id: int) -> int:
    """How many admins there would be without this user."""
    found: int = await tx.value(_other_admins(), id=user_id)
    return found


async def set_password_hash(tx: Tx, user_id: int, hashed: str) -> None:
    await tx.run(_set("password_hash"), id=user_id, value=hashed)


async def hide(tx: Tx, account_id: int, at: int) -> None:
    """Nobody sees the profile until `show`."""
    await tx.run(_set_suspended(), id=account_id, value=at)


async def show(tx: Tx, account_id: int) -> None:
    await tx.run(_show(), id=account_id)


async def is_buried(tx: Tx, uri: str) -> bool:
    """Whether a person with this URI was here and has gone."""
    return await tx.value(_buried(), uri=uri) is not None


@statement
def _open_session() -> sa.sql.dml.Insert:
    names = ["id", "session_hash", "user_id", "created_at", "expires_at"]
    return sa.insert(sessions).values({name: p(name) for name in names})


# The user of a session, by the unique index on its hash.
@statement
def _by_session() -> sa.Select[Any]:
    return (
        sa.select(*COLUMNS, a.suspended_at, a.username)
        .select_from(sessions)
        .join(users, u.id == s.user_id)
        .join(accounts, a.id == u.account_id)
        .where(s.session_hash == p("session_hash"), s.expires_at > p("now"))
    )


@statement
def _close_session() -> sa.sql.dml.Delete:
    return sa.delete(sessions).where(s.session_hash == p("session_hash"))


# One person's sessions that are over, by the index on user_id.
@statement
def _close_expired() -> sa.sql.dml.Delete:
    return sa.delete(sessions).where(s.user_id == p("user_id"), s.expires_at <= p("now"))


class SignedIn(msgspec.Struct, frozen=True):
    """Who a session belongs to."""

    user: User
    suspended_at: int | None
    username: str


async def open_session(
    tx: Tx, session_id: int, session_hash: str, user_id: int, now: int, expires_at: int
) -> None:
    """Adds a session, and forgets the person's sessions that are over."""
    await tx.run(_close_expired(), user_id=user_id, now=now)
    await tx.run(
        _open_session(),
        id=session_id,
        session_hash=session_hash,
        user_id=user_id,
        created_at=now,
        expires_at=expires_at,
    )


async def by_session(tx: Tx, session_hash: str, now: int) -> SignedIn | None:
    row = await tx.one(_by_session(), session_hash=session_hash, now=now)
    if row is None:
        return None
    *columns, suspended_at, username = row
    return SignedIn(user(columns), suspended_at, username)


async def close_session(tx: Tx, session_hash: str) -> None:
    await tx.run(_close_session(), session_hash=session_hash)
