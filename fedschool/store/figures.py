"""What is counted of each day, once: ranges of ids, which begin with the time."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ids import SEQUENCE_BITS
from fedschool.model.measures import DAY, Period
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_interactions import favourites
from fedschool.store.tables_measures import active_days, daily_figures
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_statuses import statuses

a, s, f = accounts.c, statuses.c, daily_figures.c
COUNTED = "counted"
FOR_EVER = 0


def _of_day(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.and_(column >= p("low", sa.BigInteger), column < p("high", sa.BigInteger))


def _by_domain(table: sa.Table, column: str, what: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(a.domain, what)
        .join_from(table, accounts, a.id == table.c[column])
        .where(_of_day(table.c.id))
        .group_by(a.domain)
    )


@statement
def _statuses() -> sa.Select[Any]:
    return _by_domain(statuses, "account_id", sa.func.count())


@statement
def _languages() -> sa.Select[Any]:
    return (
        sa.select(a.domain, s.language, sa.func.count())
        .join_from(statuses, accounts, a.id == s.account_id)
        .where(_of_day(s.id), s.language.is_not(None))
        .group_by(a.domain, s.language)
    )


# What our people did with others' posts and each other's: boosts, replies, favourites.
@statement
def _deeds() -> sa.Select[Any]:
    answers = sa.or_(s.reblog_of_id.is_not(None), s.in_reply_to_id.is_not(None))
    return sa.select(sa.func.count()).where(_of_day(s.id), s.local == 1, answers)


@statement
def _favourites() -> sa.Select[Any]:
    return (
        sa.select(sa.func.count())
        .join_from(favourites, accounts, a.id == favourites.c.account_id)
        .where(_of_day(favourites.c.id), a.domain == "")
    )


@statement
def _accounts() -> sa.Select[Any]:
    return sa.select(a.domain, sa.func.count()).where(_of_day(a.id)).group_by(a.domain)


@statement
def _media() -> sa.Select[Any]:
    size = sa.func.coalesce(sa.func.sum(media_attachments.c.size), 0)
    return _by_domain(media_attachments, "account_id", size)


@statement
def _follows(column: str) -> sa.Select[Any]:
    return _by_domain(follows, column, sa.func.count())


# All that our own uploads take: once an hour, not once a look.
@statement
def _media_total() -> sa.Select[Any]:
    m = media_attachments.c
    return sa.select(sa.func.coalesce(sa.func.sum(m.size), 0)).where(m.key.is_not(None))


@statement
def _clear() -> sa.sql.dml.Delete:
    return sa.delete(daily_figures).where(f.day == p("day"), among(f.name, "names"))


@statement
def _put() -> sa.sql.dml.Insert:
    names = ("name", "subject", "day", "value")
    new = insert(daily_figures).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["name", "subject", "day"], set_={"value": new.excluded.value}
    )


@statement
def _counted() -> sa.Select[Any]:
    return sa.select(f.day).where(f.name == COUNTED, f.day >= p("since", sa.Integer))


# One figure of some subjects, by day: a range of the primary key for each.
@statement
def _series() -> sa.Select[Any]:
    return (
        sa.select(f.day, sa.func.sum(f.value))
        .where(
            f.name == p("name"),
            among(f.subject, "subjects"),
            f.day.between(p("first", sa.Integer), p("last", sa.Integer)),
        )
        .group_by(f.day)
    )


# One figure's greatest subjects in a period, by the index on (name, day).
@statement
def _greatest() -> sa.Select[Any]:
    total = sa.func.sum(f.value)
    return (
        sa.select(f.subject, total)
        .where(
            f.name == p("name"),
            f.day.between(p("first", sa.Integer), p("last", sa.Integer)),
            f.subject >= p("low"),
            f.subject < p("high"),
        )
        .group_by(f.subject)
        .order_by(total.desc(), f.subject)
        .limit(p("limit", sa.Integer))
    )


@statement
def _active() -> sa.sql.dml.Insert:
    new = insert(active_days).values(day=p("day"), user_id=p("user_id"))
    return new.on_conflict_do_nothing()


async def count(tx: Tx, day: int) -> None:
    """Counts a day (since 1970) anew, in a fixed number of statements."""
    low, high = (day * DAY) << SEQUENCE_BITS, ((day + 1) * DAY) << SEQUENCE_BITS
    bounds = {"low": low, "high": high}
    by_domain = {
        "statuses": _statuses(),
        "accounts": _accounts(),
        "media_bytes": _media(),
        "follows": _follows("target_id"),
        "followers": _follows("account_id"),
    }
    calls = [
        each(**bounds) for each in (*by_domain.values(), _languages(), _deeds(), _favourites())
    ]
    *found, languages, deeds, favoured = await tx.batch(calls)
    rows = [
        {"name": name, "subject": domain, "day": day, "value": int(value)}
        for name, each in zip(by_domain, found, strict=True)
        for domain, value in each
    ]
    rows += [
        {"name": "languages", "subject": f"{domain} {language}", "day": day, "value": value}
        for domain, language, value in languages
    ]
    interactions = deeds[0][0] + favoured[0][0]
    rows.append({"name": "interactions", "subject": "", "day": day, "value": interactions})
    rows.append({"name": COUNTED, "subject": "", "day": day, "value": 1})
    await tx.run(_clear(), day=day, names=[*by_domain, "languages", "interactions"])
    await tx.many(_put(), rows)


async def weigh(tx: Tx) -> None:
    """Sums up what uploads take."""
    total = await tx.value(_media_total())
    row = {"name": "media_total", "subject": "", "day": FOR_EVER, "value": int(total)}
    await tx.many(_put(), [row])


async def counted(tx: Tx, since: int) -> set[int]:
    """The days since then that have been counted."""
    return {row[0] for row in await tx.all(_counted(), since=since)}


async def series(tx: Tx, name: str, subjects: Sequence[str], period: Period) -> dict[int, int]:
    """One figure by day, summed over the subjects; days without it are left out."""
    rows = await tx.all(
        _series(), name=name, subjects=list(subjects), first=period.first, last=period.last
    )
    return {row[0]: int(row[1]) for row in rows}


async def greatest(
    tx: Tx, name: str, period: Period, limit: int, *, begins: str = ""
) -> list[tuple[str, int]]:
    """The subjects with the most of it, among those that begin so."""
    rows = await tx.all(
        _greatest(),
        name=name,
        first=period.first,
        last=period.last,
        low=begins,
        high=begins + "\U0010ffff",
        limit=limit,
    )
    return [(row[0], int(row[1])) for row in rows]


async def note_active(tx: Tx, pairs: Sequence[tuple[int, int]]) -> None:
    """(day, user): they were here."""
    await tx.many(_active(), [{"day": day, "user_id": user_id} for day, user_id in pairs])
