"""Figures that are read directly, since what they are read from is small or a range of an index."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from fedschool.ids import SEQUENCE_BITS
from fedschool.model.measures import DAY, Period
from fedschool.ports.database import Call, Statement, Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_measures import active_days
from fedschool.store.tables_staff import reports
from fedschool.store.tables_statuses import status_tags, statuses
from fedschool.store.tables_users import applications, tokens, users

a, s, u, t = accounts.c, statuses.c, users.c, status_tags.c
_DAY = sa.literal_column(str(DAY), sa.BigInteger)


def _day_of(ms: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return ms // _DAY


def _day_of_id(id_: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return _day_of(id_.bitwise_rshift(sa.literal_column(str(SEQUENCE_BITS), sa.Integer)))


def _between(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.and_(column >= p("low", sa.BigInteger), column < p("high", sa.BigInteger))


# Who was here, by day, or in the whole period: a range of the primary key.
@statement
def _active(by_day: bool) -> sa.sql.base.Executable:
    d = active_days.c
    among_days = d.day.between(p("first", sa.Integer), p("last", sa.Integer))
    if by_day:
        return sa.select(d.day, sa.func.count()).where(among_days).group_by(d.day)
    return sa.select(sa.literal_column("0"), sa.func.count(d.user_id.distinct())).where(among_days)


# Newcomers by day: users are few.
@statement
def _new_users() -> sa.sql.base.Executable:
    day = _day_of(u.created_at)
    return sa.select(day, sa.func.count()).where(_between(u.created_at)).group_by(day)


# Reports by day: they are few, too. With `domains`: about somebody there.
@statement
def _reports(column: str, of_domains: bool) -> sa.sql.base.Executable:
    day = _day_of(reports.c[column])
    query = sa.select(day, sa.func.count()).where(_between(reports.c[column])).group_by(day)
    if of_domains:
        query = query.join_from(reports, accounts, a.id == reports.c.target_account_id)
        query = query.where(among(a.domain, "domains"))
    return query


@statement
def _all_reports() -> sa.sql.base.Executable:
    return (
        sa.select(sa.func.count())
        .join_from(reports, accounts, a.id == reports.c.target_account_id)
        .where(among(a.domain, "domains"))
    )


# The uses of a hashtag, by day or in the whole period: a range of (tag_id, status_id).
@statement
def _tag(by_day: bool) -> sa.sql.base.Executable:
    day = _day_of_id(t.status_id)
    query = (
        sa.select(
            day if by_day else sa.literal_column("0"),
            sa.func.count(),
            sa.func.count(s.account_id.distinct()),
            sa.func.count(a.domain.distinct()),
        )
        .join_from(status_tags, statuses, s.id == t.status_id)
        .join(accounts, a.id == s.account_id)
        .where(t.tag_id == p("tag_id", sa.BigInteger), _between(t.status_id))
    )
    return query.group_by(day) if by_day else query


@statement
def _tag_shares(column: str) -> sa.sql.base.Executable:
    what = a.domain if column == "domain" else s.language
    return (
        sa.select(what, sa.func.count())
        .join_from(status_tags, statuses, s.id == t.status_id)
        .join(accounts, a.id == s.account_id)
        .where(t.tag_id == p("tag_id", sa.BigInteger), _between(t.status_id), what.is_not(None))
        .group_by(what)
        .order_by(sa.func.count().desc(), what)
        .limit(p("limit", sa.Integer))
    )


# What is known of some servers: their accounts, by the index on domain.
@statement
def _servers() -> sa.sql.base.Executable:
    def total(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(column), 0)

    return sa.select(
        sa.func.count(),
        total(a.statuses_count),
        total(a.followers_count),
        total(a.following_count),
    ).where(among(a.domain, "domains"))


@statement
def _server_accounts() -> sa.sql.base.Executable:
    return (
        sa.select(a.username, a.domain, a.followers_count)
        .where(among(a.domain, "domains"))
        .order_by(a.followers_count.desc(), a.id)
        .limit(p("limit", sa.Integer))
    )


# The languages of those who were here.
@statement
def _locales() -> sa.sql.base.Executable:
    d = active_days.c
    people = sa.func.count(d.user_id.distinct())
    return (
        sa.select(u.locale, people)
        .join_from(active_days, users, u.id == d.user_id)
        .where(d.day.between(p("first", sa.Integer), p("last", sa.Integer)))
        .group_by(u.locale)
        .order_by(people.desc(), u.locale)
        .limit(p("limit", sa.Integer))
    )


# What newcomers came by: the client of each one's first token, by the index on user_id.
@statement
def _sources() -> sa.sql.base.Executable:
    first = (
        sa.select(tokens.c.application_id)
        .where(tokens.c.user_id == u.id)
        .order_by(tokens.c.id)
        .limit(1)
        .scalar_subquery()
    )
    came = sa.select(first.label("application_id")).where(_between(u.created_at)).subquery()
    return (
        sa.select(applications.c.name, sa.func.count())
        .select_from(came.outerjoin(applications, applications.c.id == came.c.application_id))
        .group_by(applications.c.name)
        .order_by(sa.func.count().desc())
        .limit(p("limit", sa.Integer))
    )


@statement
def _born() -> sa.sql.base.Executable:
    return sa.select(u.id, _day_of(u.created_at)).where(_between(u.created_at))


@statement
def _came() -> sa.sql.base.Executable:
    d = active_days.c
    return (
        sa.select(d.user_id, d.day)
        .join_from(active_days, users, u.id == d.user_id)
        .where(d.day.between(p("first", sa.Integer), p("last", sa.Integer)), _between(u.created_at))
    )


_SIZE = {
    "sqlite": Statement(
        sa.text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    ),
    "postgresql": Statement(sa.text("SELECT pg_database_size(current_database())")),
}
_VERSION = {
    "sqlite": Statement(sa.text("SELECT sqlite_version()")),
    "postgresql": Statement(sa.text("SELECT current_setting('server_version')")),
}


async def active(tx: Tx, period: Period) -> tuple[int, dict[int, int]]:
    """How many people were here in all, and each day."""
    values = _days(period)
    return await _total_and_days(tx, _active(False)(**values), _active(True)(**values))


async def new_users(tx: Tx, period: Period) -> dict[int, int]:
    return _by_day(await tx.all(_new_users(), **_ms(period)))


async def opened_reports(
    tx: Tx, period: Period, domains: Sequence[str] | None = None
) -> dict[int, int]:
    """Reports that came, of everybody or of somebody at these domains."""
    if domains is None:
        return _by_day(await tx.all(_reports("created_at", False), **_ms(period)))
    query = _reports("created_at", True)
    return _by_day(await tx.all(query, **_ms(period), domains=list(domains)))


async def resolved_reports(tx: Tx, period: Period) -> dict[int, int]:
    return _by_day(await tx.all(_reports("resolved_at", False), **_ms(period)))


async def all_reports(tx: Tx, domains: Sequence[str]) -> int:
    found: int = await tx.value(_all_reports(), domains=list(domains))
    return found


async def tag(
    tx: Tx, tag_id: int, period: Period
) -> tuple[Sequence[int], dict[int, Sequence[int]]]:
    """Uses, people and servers of a hashtag: in all, and each day."""
    values = {"tag_id": tag_id, **_ids(period)}
    whole, days = await tx.batch([_tag(False)(**values), _tag(True)(**values)])
    return whole[0][1:], {int(row[0]): row[1:] for row in days}


async def tag_shares(
    tx: Tx, tag_id: int, column: str, period: Period, limit: int
) -> list[tuple[str, int]]:
    """Which servers (`domain`) or languages (`language`) use a hashtag most."""
    rows = await tx.all(_tag_shares(column), tag_id=tag_id, limit=limit, **_ids(period))
    return [(row[0], row[1]) for row in rows]


async def servers(tx: Tx, domains: Sequence[str]) -> dict[str, int]:
    """What is known of these servers in all."""
    row = await tx.one(_servers(), domains=list(domains))
    names = ("accounts", "statuses", "follows", "followers")
    return dict(zip(names, map(int, row or (0, 0, 0, 0)), strict=True))


async def server_accounts(tx: Tx, domains: Sequence[str], limit: int) -> list[tuple[str, int]]:
    """Who is followed most there."""
    rows = await tx.all(_server_accounts(), domains=list(domains), limit=limit)
    return [(f"{row[0]}@{row[1]}" if row[1] else row[0], row[2]) for row in rows]


async def locales(tx: Tx, period: Period, limit: int) -> list[tuple[str, int]]:
    rows = await tx.all(_locales(), limit=limit, **_days(period))
    return [(row[0], row[1]) for row in rows]


async def sources(tx: Tx, period: Period, limit: int) -> list[tuple[str | None, int]]:
    rows = await tx.all(_sources(), limit=limit, **_ms(period))
    return [(row[0], row[1]) for row in rows]


async def cohorts(tx: Tx, period: Period) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(user, day) of those who joined in the period, and of their being here in it."""
    born, came = await tx.batch([_born()(**_ms(period)), _came()(**_ms(period), **_days(period))])
    return [(row[0], int(row[1])) for row in born], [(row[0], row[1]) for row in came]


async def database_size(tx: Tx) -> int:
    found: int = await tx.value(_SIZE[tx.dialect])
    return found


async def database_version(tx: Tx) -> str:
    return str(await tx.value(_VERSION[tx.dialect]))


async def _total_and_days(tx: Tx, whole: Call, days: Call) -> tuple[int, dict[int, int]]:
    total, rows = await tx.batch([whole, days])
    return int(total[0][1]), _by_day(rows)


def _by_day(rows: Any) -> dict[int, int]:
    return {int(row[0]): int(row[1]) for row in rows}


def _days(period: Period) -> dict[str, int]:
    return {"first": period.first, "last": period.last}


def _ms(period: Period) -> dict[str, int]:
    return {"low": period.first * DAY, "high": (period.last + 1) * DAY}


def _ids(period: Period) -> dict[str, int]:
    return {name: ms << SEQUENCE_BITS for name, ms in _ms(period).items()}
