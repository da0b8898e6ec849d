"""How much hashtags, links and posts are used: counted by day as it happens."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.timeline import TagDay
from fedschool.model.trend import TrendKind
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store.tables_cards import status_cards, use_days, use_people
from fedschool.store.tables_statuses import status_tags

DAY = 86_400_000
HISTORY_DAYS = 7
CHUNK = 5_000

d, w = use_days.c, use_people.c


# One more use, by this person on this day, of all that a status holds. In order, so that two
# posts with the same hashtags wait for each other instead of for ever.
@statement
def _use() -> sa.sql.base.Executable:
    def of(kind: TrendKind, subject: sa.ColumnElement[int], table: sa.Table) -> Any:
        name: sa.ColumnElement[str] = sa.literal_column(f"'{kind.value}'")
        found = sa.select(name.label("kind"), subject.label("subject_id"))
        return found.where(table.c.status_id == p("status_id", sa.BigInteger))

    held = sa.union_all(
        of(TrendKind.LINK, status_cards.c.card_id, status_cards),
        of(TrendKind.TAG, status_tags.c.tag_id, status_tags),
    ).subquery()
    rows = (
        sa.select(
            held.c.kind,
            held.c.subject_id,
            sa.cast(p("day", sa.Integer), sa.Integer),
            sa.cast(p("account_id", sa.BigInteger), sa.BigInteger),
            sa.literal_column("1"),
            sa.cast(p("trending", sa.Integer), sa.Integer),
        )
        .where(sa.true())
        .order_by(held.c.kind, held.c.subject_id)
    )
    names = ["kind", "subject_id", "day", "account_id", "uses", "trending_uses"]
    new = insert(use_people).from_select(names, rows)
    return new.on_conflict_do_update(
        index_elements=["kind", "subject_id", "day", "account_id"],
        set_={
            "uses": w.uses + 1,
            "trending_uses": w.trending_uses + new.excluded.trending_uses,
        },
    ).returning(w.kind, w.subject_id, w.uses, w.trending_uses)


@statement
def _count() -> sa.sql.base.Executable:
    names = ("kind", "subject_id", "day", "accounts", "trending_accounts")
    new = insert(use_days).values({name: p(name) for name in names} | {"uses": 1})
    return new.on_conflict_do_update(
        index_elements=["kind", "subject_id", "day"],
        set_={
            "uses": d.uses + 1,
            "accounts": d.accounts + new.excluded.accounts,
            "trending_accounts": d.trending_accounts + new.excluded.trending_accounts,
        },
    )


# The last days of some subjects: for each a range of the primary key.
@statement
def _days() -> sa.Select[Any]:
    return sa.select(d.subject_id, d.day, d.uses, d.accounts).where(
        d.kind == p("kind"), among(d.subject_id, "ids"), d.day > p("since", sa.Integer)
    )


@statement
def _old(table: sa.Table) -> sa.sql.dml.Delete:
    return sa.delete(table).where(table.c.day < p("before", sa.Integer))


async def use(tx: Tx, status_id: int, account_id: int, created_at: int, *, trending: bool) -> None:
    """Counts a new status' hashtags and link on the day of `created_at` (ms).

    `trending`: whether that may make them a trend.
    """
    day = created_at // DAY
    rows = await tx.all(
        _use(), status_id=status_id, account_id=account_id, day=day, trending=int(trending)
    )
    counts = [
        {
            "kind": kind,
            "subject_id": subject_id,
            "day": day,
            "accounts": int(uses == 1),
            "trending_accounts": int(trending and trending_uses == 1),
        }
        for kind, subject_id, uses, trending_uses in sorted(map(tuple, rows))
    ]
    await tx.many(_count(), counts)


async def like(tx: Tx, status_id: int, now: int) -> None:
    """Counts a favourite or a boost of a status."""
    values = {"kind": TrendKind.STATUS.value, "subject_id": status_id, "day": now // DAY}
    await tx.run(_count(), **values, accounts=0, trending_accounts=0)


async def histories(
    tx: Tx, kind: TrendKind, ids: Sequence[int], now: int
) -> dict[int, tuple[TagDay, ...]]:
    """The last week of each, today first."""
    today = now // DAY
    used: defaultdict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    rows = await tx.all(_days(), kind=kind.value, ids=list(ids), since=today - HISTORY_DAYS)
    for subject_id, day, uses, people in rows:
        used[subject_id][day] = (uses, people)
    return {subject_id: history(used[subject_id], now) for subject_id in ids}


def history(used: dict[int, tuple[int, int]], now: int) -> tuple[TagDay, ...]:
    """The last week, today first; `used` maps days since 1970 to uses and accounts."""
    today = now // DAY
    return tuple(
        TagDay(day * DAY // 1000, *used.get(day, (0, 0)))
        for day in range(today, today - HISTORY_DAYS, -1)
    )


async def forget(tx: Tx, now: int) -> None:
    """Removes what no history shows any more."""
    before = now // DAY - HISTORY_DAYS
    for table in (use_people, use_days):
        await tx.run(_old(table), before=before)
