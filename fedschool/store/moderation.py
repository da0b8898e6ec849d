"""What the staff did to people: suspensions, limits, strikes, and what was lost by them."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Role
from fedschool.model.moderation import Act, SeenFrom, Severance, SeveranceKind, Strike
from fedschool.ports.database import Call, Row, Tx, among, p, statement
from fedschool.store.base import changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import follow_requests, follows
from fedschool.store.tables_staff import severances, strikes, suspensions, user_ips
from fedschool.store.tables_users import users

a = accounts.c
u = users.c
x = suspensions.c
k = strikes.c
v = severances.c
i = user_ips.c
_HERE, _THERE = "local", "remote"
_ids = msgspec.json.Decoder(tuple[int, ...])


@statement
def _mark(column: str) -> sa.sql.dml.Update:
    return changed(accounts).where(a.id == p("id")).values({column: p("at")})


@statement
def _disable() -> sa.sql.dml.Update:
    return sa.update(users).where(u.account_id == p("account_id")).values(disabled_at=p("at"))


@statement
def _set_role() -> sa.sql.dml.Update:
    return sa.update(users).where(u.account_id == p("account_id")).values(role=p("role"))


# What is rendered of somebody names the role: it is another version now.
@statement
def _touch() -> sa.sql.dml.Update:
    return changed(accounts).where(a.id == p("id"))


@statement
def _put_suspension() -> sa.sql.dml.Insert:
    names = ("account_id", "origin", "suspended_at", "erase_at")
    new = insert(suspensions).values({name: p(name) for name in names})
    # What the staff decides holds also once the person's own server takes its decision back.
    theirs = {name: new.excluded[name] for name in names if name != "account_id"}
    return new.on_conflict_do_update(
        index_elements=["account_id"], set_=theirs, where=x.origin == _THERE
    ).returning(x.account_id)


@statement
def _put_theirs() -> sa.sql.dml.Insert:
    names = ("account_id", "origin", "suspended_at")
    new = insert(suspensions).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing().returning(x.account_id)


@statement
def _lift_theirs() -> sa.sql.base.Executable:
    return (
        sa.delete(suspensions)
        .where(x.account_id == p("account_id"), x.origin == _THERE, x.erased_at.is_(None))
        .returning(x.account_id)
    )


@statement
def _theirs() -> sa.Select[Any]:
    return sa.select(x.account_id).where(x.account_id == p("account_id"), x.origin == _THERE)


@statement
def _lift() -> sa.sql.base.Executable:
    return (
        sa.delete(suspensions)
        .where(x.account_id == p("account_id"), x.erased_at.is_(None))
        .returning(x.account_id)
    )


@statement
def _suspended() -> sa.Select[Any]:
    return sa.select(x.account_id).where(among(x.account_id, "ids"))


# Whose time has come, by the partial index on erase_at.
@statement
def _due() -> sa.Select[Any]:
    return (
        sa.select(x.account_id)
        .where(x.erased_at.is_(None), x.erase_at <= p("now", sa.BigInteger))
        .order_by(x.erase_at)
        .limit(p("limit", sa.Integer))
    )


@statement
def _still_due() -> sa.Select[Any]:
    return sa.select(x.account_id).where(
        x.account_id == p("account_id"),
        x.erased_at.is_(None),
        x.erase_at <= p("now", sa.BigInteger),
    )


_STRIKE = [k.id, k.account_id, k.action, k.text, k.report_id, k.status_ids, k.created_at]


@statement
def _add_strike() -> sa.sql.dml.Insert:
    names = (
        "id", "account_id", "actor_id", "action", "text", "report_id", "status_ids", "created_at",
    )  # fmt: skip
    return sa.insert(strikes).values({name: p(name) for name in names})


@statement
def _strikes() -> sa.Select[Any]:
    return sa.select(*_STRIKE).where(among(k.id, "ids"))


# A person's strikes, the latest first: a range of (account_id, id).
@statement
def _strikes_of() -> sa.Select[Any]:
    mine = sa.select(*_STRIKE).where(k.account_id == p("account_id"))
    return mine.order_by(k.id.desc()).limit(p("limit", sa.Integer))


_SEVERANCE = [
    v.id, v.account_id, v.type, v.target_name, v.followers_count, v.following_count, v.created_at,
]  # fmt: skip


@statement
def _add_severance() -> sa.sql.dml.Insert:
    names = [column.name for column in _SEVERANCE]
    return sa.insert(severances).values({name: p(name) for name in names})


@statement
def _severances() -> sa.Select[Any]:
    return sa.select(*_SEVERANCE).where(among(v.id, "ids"))


@statement
def _put_ip() -> sa.sql.dml.Insert:
    new = insert(user_ips).values(user_id=p("user_id"), ip=p("ip"), used_at=p("used_at"))
    return new.on_conflict_do_update(
        index_elements=["user_id", "ip"], set_={"used_at": new.excluded.used_at}
    )


# Where some people signed in from, the latest first, by primary key.
@statement
def _ips() -> sa.Select[Any]:
    return (
        sa.select(u.account_id, i.ip, i.used_at)
        .join_from(user_ips, users, u.id == i.user_id)
        .where(among(u.account_id, "ids"))
        .order_by(i.used_at.desc(), i.ip)
    )


@statement
def _forget_ips() -> sa.sql.dml.Delete:
    return sa.delete(user_ips).where(i.used_at < p("before"))


# Our people whom somebody follows or asks to follow: ranges of (account_id, id).
@statement
def _followed_here() -> sa.Select[Any]:
    def ours(table: sa.Table) -> sa.Select[Any]:
        return (
            sa.select(table.c.target_id)
            .join_from(table, accounts, a.id == table.c.target_id)
            .where(table.c.account_id == p("account_id"), a.domain == "")
        )

    return sa.union(ours(follows), ours(follow_requests))  # type: ignore[return-value]


# Those of the staff who may act. There are few people with a login.
@statement
def _staff() -> sa.Select[Any]:
    return (
        sa.select(u.account_id)
        .join_from(users, accounts, a.id == u.account_id)
        .where(
            among(u.role, "roles"),
            u.confirmed_at.is_not(None),
            u.approved_at.is_not(None),
            u.disabled_at.is_(None),
            a.suspended_at.is_(None),
        )
        .order_by(u.account_id)
    )


async def silence(tx: Tx, account_id: int, at: int | None) -> None:
    """None ends it."""
    await tx.run(_mark("silenced_at"), id=account_id, at=at)


async def sensitize(tx: Tx, account_id: int, at: int | None) -> None:
    """None ends it."""
    await tx.run(_mark("sensitized_at"), id=account_id, at=at)


async def disable(tx: Tx, account_id: int, at: int | None) -> None:
    """The login; None ends it."""
    await tx.run(_disable(), account_id=account_id, at=at)


async def set_role(tx: Tx, account_id: int, role: Role) -> None:
    await tx.run(_set_role(), account_id=account_id, role=role.value)
    await tx.run(_touch(), id=account_id)


async def suspend(tx: Tx, account_id: int, now: int, erase_at: int) -> bool:
    """False when it was so already."""
    new = await tx.value(
        _put_suspension(),
        account_id=account_id,
        origin=_HERE,
        suspended_at=now,
        erase_at=erase_at,
    )
    await tx.run(_mark("suspended_at"), id=account_id, at=now)
    return new is not None


async def unsuspend(tx: Tx, account_id: int, at: int | None) -> bool:
    """False where there was nothing to lift, or where everything is erased.

    `at`: the account is hidden for another reason, as of then.
    """
    if await tx.value(_lift(), account_id=account_id) is None:
        return False
    await tx.run(_mark("suspended_at"), id=account_id, at=at)
    return True


async def suspend_there(tx: Tx, account_id: int, now: int, *, hidden: bool) -> None:
    """A remote person's own server suspended them; `hidden`: they were not shown already."""
    new = await tx.value(_put_theirs(), account_id=account_id, origin=_THERE, suspended_at=now)
    if new is not None and not hidden:
        await tx.run(_mark("suspended_at"), id=account_id, at=now)


async def unsuspend_there(tx: Tx, account_id: int, at: int | None) -> None:
    """That server let them back; `at` as in `unsuspend`. Nothing where it had not suspended."""
    if await tx.value(_lift_theirs(), account_id=account_id) is not None:
        await tx.run(_mark("suspended_at"), id=account_id, at=at)


async def is_suspended_there(tx: Tx, account_id: int) -> bool:
    """By their own server, and not by our staff."""
    return await tx.one(_theirs(), account_id=account_id) is not None


def suspended_call(ids: Sequence[int]) -> Call:
    """Rows of the ids that are suspended."""
    return _suspended()(ids=list(ids))


async def is_suspended(tx: Tx, account_id: int) -> bool:
    """By the staff; who is not let in yet is merely hidden."""
    return await tx.one(_suspended(), ids=[account_id]) is not None


async def due(tx: Tx, now: int, limit: int) -> list[int]:
    """Accounts whose data are to be erased."""
    return [row[0] for row in await tx.all(_due(), now=now, limit=limit)]


async def is_due(tx: Tx, account_id: int, now: int) -> bool:
    return await tx.one(_still_due(), account_id=account_id, now=now) is not None


async def add_strike(tx: Tx, item: Strike, actor: int) -> None:
    await tx.run(
        _add_strike(),
        id=item.id,
        account_id=item.account_id,
        actor_id=actor,
        action=item.act.value,
        text=item.text,
        report_id=item.report_id,
        status_ids=msgspec.json.encode(item.status_ids).decode(),
        created_at=item.created_at,
    )


def strikes_call(ids: Sequence[int]) -> Call:
    return _strikes()(ids=list(ids))


async def strikes_of(tx: Tx, account_id: int, limit: int) -> list[Strike]:
    return [strike(row) for row in await tx.all(_strikes_of(), account_id=account_id, limit=limit)]


def strike(row: Row) -> Strike:
    id_, account_id, action, text, report_id, status_ids, created_at = row
    return Strike(
        id=id_,
        account_id=account_id,
        act=Act(action),
        text=text,
        report_id=report_id,
        status_ids=_ids.decode(status_ids),
        created_at=created_at,
    )


async def add_severance(tx: Tx, item: Severance) -> None:
    await tx.run(
        _add_severance(),
        id=item.id,
        account_id=item.account_id,
        type=item.kind.value,
        target_name=item.target_name,
        followers_count=item.followers_count,
        following_count=item.following_count,
        created_at=item.created_at,
    )


def severances_call(ids: Sequence[int]) -> Call:
    return _severances()(ids=list(ids))


def severance(row: Row) -> Severance:
    id_, account_id, kind, target_name, followers, following, created_at = row
    return Severance(
        id=id_,
        account_id=account_id,
        kind=SeveranceKind(kind),
        target_name=target_name,
        followers_count=followers,
        following_count=following,
        created_at=created_at,
    )


async def seen_from(tx: Tx, user_id: int, ip: str, now: int) -> None:
    """The person signed in from this address."""
    await tx.run(_put_ip(), user_id=user_id, ip=ip, used_at=now)


def ips_call(account_ids: Sequence[int]) -> Call:
    return _ips()(ids=list(account_ids))


def ip(row: Row) -> SeenFrom:
    """A row of `ips_call` without the account."""
    return SeenFrom(row[1], row[2])


async def forget_ips(tx: Tx, before: int) -> None:
    await tx.run(_forget_ips(), before=before)


async def followed_here(tx: Tx, account_id: int) -> list[int]:
    """Our people whom the account follows or asks to."""
    return [row[0] for row in await tx.all(_followed_here(), account_id=account_id)]


async def staff(tx: Tx, roles: Sequence[Role]) -> list[int]:
    """Accounts of the people with these roles who may act."""
    return [row[0] for row in await tx.all(_staff(), roles=[role.value for role in roles])]
