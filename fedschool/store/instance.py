"""Figures about the whole instance, and which other servers it knows."""

from typing import Any

import sqlalchemy as sa

from fedschool.ids import SEQUENCE_BITS
from fedschool.model.account import Account, Role
from fedschool.model.instance import Week
from fedschool.ports.database import Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import domain_policies
from fedschool.store.tables_statuses import statuses
from fedschool.store.tables_users import tokens, users

DAY = 86_400_000
WEEK = 7 * DAY
# 1970 began on a Thursday; weeks begin on Monday.
_SHIFT = 3 * DAY


# Every domain once, leaping through the index on domain instead of reading all accounts.
@statement
def _domains() -> sa.Select[Any]:
    a = accounts.c
    first = sa.select(sa.func.min(a.domain).label("domain")).where(a.domain > "")
    leap = first.cte("leap", recursive=True)
    after = sa.select(sa.func.min(a.domain)).where(a.domain > leap.c.domain).scalar_subquery()
    leap = leap.union_all(sa.select(after).where(leap.c.domain.is_not(None)))
    return sa.select(leap.c.domain).where(leap.c.domain.is_not(None))


@statement
def _blocked() -> sa.Select[Any]:
    d = domain_policies.c
    return sa.select(d.domain).where(d.severity == "suspend")


# The first of the admins who may act: users are few, no index is needed.
@statement
def _contact() -> sa.Select[Any]:
    return (
        sa.select(*accounts_store.COLUMNS)
        .join_from(users, accounts, accounts.c.id == users.c.account_id)
        .where(
            users.c.role == Role.ADMIN.value,
            users.c.disabled_at.is_(None),
            accounts.c.suspended_at.is_(None),
        )
        .order_by(users.c.id)
        .limit(1)
    )


def _week(ms: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    whole = ms + sa.literal_column(str(_SHIFT), sa.BigInteger)
    return whole // sa.literal_column(str(WEEK), sa.BigInteger)


# Public local posts by week: a range of the partial index on id, since ids begin with the time.
@statement
def _weekly_statuses() -> sa.Select[int, int]:
    s = statuses.c
    ms = s.id.bitwise_rshift(sa.literal_column(str(SEQUENCE_BITS), sa.Integer))
    week = _week(ms)
    return (
        sa.select(week, sa.func.count())
        .where(
            s.id >= p("since", sa.BigInteger),
            s.visibility == sa.literal_column("'public'"),
            s.reblog_of_id.is_(None),
            s.local == sa.literal_column("1"),
        )
        .group_by(week)
    )


@statement
def _weekly_logins() -> sa.Select[int, int]:
    week = _week(tokens.c.created_at)
    return (
        sa.select(week, sa.func.count(tokens.c.user_id.distinct()))
        .where(tokens.c.created_at >= p("since"), tokens.c.user_id.is_not(None))
        .group_by(week)
    )


@statement
def _weekly_registrations() -> sa.Select[int, int]:
    week = _week(users.c.created_at)
    return (
        sa.select(week, sa.func.count())
        .where(users.c.created_at >= p("since"), users.c.confirmed_at.is_not(None))
        .group_by(week)
    )


async def domains(tx: Tx) -> list[str]:
    """The servers that we know people of, without the blocked ones and their subdomains."""
    known, blocked = await tx.batch([_domains()(), _blocked()()])
    shut = tuple(row[0] for row in blocked)
    inside = tuple(f".{domain}" for domain in shut)
    return [row[0] for row in known if row[0] not in shut and not row[0].endswith(inside)]


async def all_domains(tx: Tx) -> list[str]:
    """Every server that we know people of, blocked or not."""
    return [row[0] for row in await tx.all(_domains())]


async def contact(tx: Tx) -> Account | None:
    """An admin whom visitors may turn to."""
    row = await tx.one(_contact())
    return None if row is None else accounts_store.account(row)


async def weeks(tx: Tx, now: int, count: int) -> list[Week]:
    """The last weeks, this one first: public posts, people who signed in a client, newcomers."""
    this = (now + _SHIFT) // WEEK
    since = (this - count + 1) * WEEK - _SHIFT
    results = await tx.batch(
        [
            _weekly_statuses()(since=since << SEQUENCE_BITS),
            _weekly_logins()(since=since),
            _weekly_registrations()(since=since),
        ]
    )
    posts, logins, newcomers = ({row[0]: row[1] for row in rows} for rows in results)
    return [
        Week(
            start=(week * WEEK - _SHIFT) // 1000,
            statuses=posts.get(week, 0),
            logins=logins.get(week, 0),
            registrations=newcomers.get(week, 0),
        )
        for week in range(this, this - count, -1)
    ]
