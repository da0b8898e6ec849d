"""Accounts as the staff lists them: by origin, standing, name, address."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from fedschool.model.account import ActorType
from fedschool.model.moderation import AccountFilter, AdminAccount, SeenFrom, Standing
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import moderation
from fedschool.store import users as users_store
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_staff import suspensions, user_ips
from fedschool.store.tables_users import users
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

LAST = "\U0010ffff"
MAX_IPS = 20
a = accounts.c
u = users.c
FilterShape = tuple[str, ...]


def _suspended() -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(suspensions)
        .where(suspensions.c.account_id == a.id)
    )


def _standing(standing: Standing) -> sa.ColumnElement[bool]:
    match standing:
        case Standing.ACTIVE:
            acting = sa.and_(
                u.confirmed_at.is_not(None), u.approved_at.is_not(None), u.disabled_at.is_(None)
            )
            return sa.and_(a.suspended_at.is_(None), sa.or_(u.id.is_(None), acting))
        case Standing.PENDING:
            return u.approved_at.is_(None) & u.id.is_not(None)
        case Standing.DISABLED:
            return u.disabled_at.is_not(None)
        case Standing.SILENCED:
            return a.silenced_at.is_not(None)
        case Standing.SUSPENDED:
            return sa.or_(_suspended(), sa.and_(a.domain != "", a.suspended_at.is_not(None)))
        case Standing.SENSITIZED:
            return a.sensitized_at.is_not(None)


def _begins(column: sa.ColumnElement[str], name: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= p(name, sa.Text), column < p(f"{name}_end", sa.Text))


def _condition(name: str) -> sa.ColumnElement[bool]:
    """One condition of a filter by its name; standings are named `standing:…`."""
    kind, _, value = name.partition(":")
    match kind:
        case "local":
            return a.domain == ""
        case "remote":
            return a.domain != ""
        case "standing":
            return _standing(Standing(value))
        case "roles":
            return among(u.role, "roles")
        case "username":
            return _begins(a.username_key, name)
        case "display_name":
            return _begins(a.display_name_key, name)
        case "email":
            return _begins(u.email_key, name)
        case "domain":
            return a.domain == p("domain", sa.Text)
        case "ip":
            seen = sa.select(user_ips.c.user_id).where(user_ips.c.ip == p("ip", sa.Text))
            return u.id.in_(seen)
        case _:
            return sa.literal_column("1") == sa.literal_column("0")


# A page of accounts by primary key, the latest first. Staff asks this, and no page of people's.
@statement
def _page(bounds: Shape, filter_: FilterShape) -> sa.Select[Any]:
    school = sa.and_(a.domain == "", a.actor_type == ActorType.APPLICATION.value)
    query = (
        sa.select(a.id)
        .join_from(accounts, users, u.account_id == a.id, isouter=True)
        .where(~school, *map(_condition, filter_))
    )
    return bounded(query, a.id, bounds)


@statement
def _logins() -> sa.Select[Any]:
    return sa.select(*users_store.COLUMNS).where(among(u.account_id, "ids"))


async def page(tx: Tx, filter_: AccountFilter, cursor: Cursor) -> Page[AdminAccount]:
    """Newest first."""
    names, values = _shaped(filter_)
    rows = await tx.all(_page(shape(cursor), names), **bounds_of(cursor), **values)
    ids = [row[0] for row in rows]
    if cursor.min_id is not None:
        ids.reverse()
    if not ids:
        return Page([])
    known = await by_ids(tx, ids)
    return Page([known[id_] for id_ in ids if id_ in known], ids[-1], ids[0])


async def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, AdminAccount]:
    """Accounts with their logins and addresses, in one batch whatever their number."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    found, logins, shut_out, seen = await tx.batch(
        [
            accounts_store.by_ids_call(wanted),
            _logins()(ids=wanted),
            moderation.suspended_call(wanted),
            moderation.ips_call(wanted),
        ]
    )
    people = {user.account_id: user for user in map(users_store.user, logins)}
    suspended = {row[0] for row in shut_out}
    ips: defaultdict[int, list[SeenFrom]] = defaultdict(list)
    for row in seen:
        if len(ips[row[0]]) < MAX_IPS:
            ips[row[0]].append(moderation.ip(row))
    known = [accounts_store.account(row) for row in found]
    return {
        item.id: AdminAccount(
            account=item,
            user=people.get(item.id),
            # Whole servers are suspended without a word about each of their people.
            suspended=item.id in suspended or not (item.local or item.suspended_at is None),
            ips=tuple(ips[item.id]),
        )
        for item in known
    }


async def one(tx: Tx, account_id: int) -> AdminAccount | None:
    return (await by_ids(tx, [account_id])).get(account_id)


def _shaped(filter_: AccountFilter) -> tuple[FilterShape, dict[str, Any]]:
    """The names of a filter's conditions, and the values of their parameters."""
    names = [f"standing:{standing.value}" for standing in sorted(filter_.standings)]
    values: dict[str, Any] = {}
    if filter_.local is not None:
        names.append("local" if filter_.local else "remote")
    if filter_.roles is not None:
        names.append("roles")
        values["roles"] = [role.value for role in filter_.roles]
    for name in ("username", "display_name", "email"):
        text = getattr(filter_, name)
        if text:
            names.append(name)
            values |= {name: text.casefold(), f"{name}_end": text.casefold() + LAST}
    if filter_.domain:
        names.append("domain")
        values["domain"] = filter_.domain
    if filter_.ip:
        names.append("ip")
        values["ip"] = filter_.ip
    if filter_.invited_by is not None:
        names.append("nobody")
    return tuple(names), values
