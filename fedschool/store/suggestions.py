"""Whom to suggest: a bounded query for each reason, those chosen by the staff, and refusals."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Account
from fedschool.model.suggestion import Source
from fedschool.ports.database import Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.directory import listed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_interactions import favourites
from fedschool.store.tables_relationships import follow_requests, follows
from fedschool.store.tables_search import featured_accounts, suggestion_dismissals
from fedschool.store.tables_statuses import statuses

FOLLOWS = 100
RECENT_FOLLOWS = 10
FOLLOWERS = 200
FAVOURITES = 1_000

a = accounts.c
f = follows.c


def _me() -> sa.BindParameter[Any]:
    return p("viewer", sa.BigInteger)


def _eligible() -> list[sa.ColumnElement[bool]]:
    """Listed, and nothing between them and the viewer yet, by unique indexes."""

    def stands(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.exists(
            sa.select(sa.literal_column("1"))
            .select_from(table)
            .where(table.c.account_id == _me(), table.c.target_id == a.id)
        )

    tables = (follows, follow_requests, suggestion_dismissals)
    return [*listed(), a.id != _me(), *(~stands(table) for table in tables)]


def _ids(*order: sa.ColumnElement[Any], chosen: "sa.Select[Any]") -> "sa.Select[Any]":
    return chosen.where(*_eligible()).order_by(*order).limit(p("limit", sa.Integer))


# Chosen by the staff, the latest first.
@statement
def _featured() -> sa.Select[Any]:
    chosen = sa.select(a.id).join_from(
        featured_accounts, accounts, a.id == featured_accounts.c.account_id
    )
    return _ids(featured_accounts.c.created_at.desc(), a.id, chosen=chosen)


# Our own people, by the index on domain: those with most followers, then the latest to post.
@statement
def _colleagues() -> sa.Select[Any]:
    return _ids(
        a.followers_count.desc(),
        sa.func.coalesce(a.last_status_at, 0).desc(),
        a.id,
        chosen=sa.select(a.id).where(a.domain == ""),
    )


def _counted(rows: Any) -> "sa.Select[Any]":
    """Those whose ids stand in `rows`, the most frequent first."""
    times = sa.func.count().label("times")
    counted = sa.select(rows.c.id, times).group_by(rows.c.id).subquery("counted")
    chosen = sa.select(a.id).join_from(counted, accounts, a.id == counted.c.id)
    return _ids(counted.c.times.desc(), a.followers_count.desc(), a.id, chosen=chosen)


def _latest_follows(limit: int) -> Any:
    """Whom the viewer followed last: a range of (account_id, id)."""
    return (
        sa.select(f.target_id.label("id"))
        .where(f.account_id == _me())
        .order_by(f.id.desc())
        .limit(limit)
        .subquery("latest")
    )


# Whom those follow whom the viewer follows, unless they hide it: ranges of (account_id, id).
@statement
def _friends_of_friends() -> sa.Select[Any]:
    latest, theirs, friend = _latest_follows(FOLLOWS), follows.alias("theirs"), accounts.alias()
    rows = (
        sa.select(theirs.c.target_id.label("id"))
        .join_from(latest, theirs, theirs.c.account_id == latest.c.id)
        .join(friend, friend.c.id == latest.c.id)
        .where(friend.c.hide_collections == 0)
        .subquery("rows")
    )
    return _counted(rows)


# Whom those follow who also follow somebody that the viewer followed lately; at most FOLLOWERS
# of them are asked.
@statement
def _similar() -> sa.Select[Any]:
    latest, fans, theirs = _latest_follows(RECENT_FOLLOWS), follows.alias(), follows.alias("theirs")
    fan = accounts.alias()
    alike = (
        sa.select(fans.c.account_id.label("id"))
        .join_from(latest, fans, fans.c.target_id == latest.c.id)
        .join(fan, fan.c.id == fans.c.account_id)
        .where(fans.c.account_id != _me(), fan.c.hide_collections == 0)
        .limit(FOLLOWERS)
        .subquery("alike")
    )
    rows = (
        sa.select(theirs.c.target_id.label("id"))
        .join_from(alike, theirs, theirs.c.account_id == alike.c.id)
        .subquery("rows")
    )
    return _counted(rows)


# Whose posts were favoured among the last FAVOURITES of everybody: a range of the primary key.
@statement
def _most_interactions() -> sa.Select[Any]:
    latest = (
        sa.select(favourites.c.status_id)
        .where(favourites.c.id > p("since", sa.BigInteger))
        .order_by(favourites.c.id.desc())
        .limit(FAVOURITES)
        .subquery("latest")
    )
    rows = (
        sa.select(statuses.c.account_id.label("id"))
        .join_from(latest, statuses, statuses.c.id == latest.c.status_id)
        .subquery("rows")
    )
    return _counted(rows)


# A range of the index over followers of those who are discoverable.
@statement
def _most_followed() -> sa.Select[Any]:
    return _ids(a.followers_count.desc(), a.id.desc(), chosen=sa.select(a.id))


@statement
def _following_count() -> sa.Select[Any]:
    return sa.select(a.following_count).where(a.id == _me())


async def candidates(
    tx: Tx, viewer: int, *, limit: int, since: int
) -> tuple[int, list[int], dict[Source, list[int]]]:
    """How many the viewer follows; ids of colleagues; ids for each source, the best first.

    `since`: the id from which on favours count.
    """
    values = {"viewer": viewer, "now": tx.now(), "limit": limit}
    rows = await tx.batch(
        [
            _following_count()(viewer=viewer),
            _colleagues()(**values),
            _featured()(**values),
            _friends_of_friends()(**values),
            _similar()(**values),
            _most_interactions()(**values, since=since),
            _most_followed()(**values),
        ]
    )
    found = [[row[0] for row in part] for part in rows]
    return sum(found[0]), found[1], dict(zip(Source, found[2:], strict=True))


@statement
def _dismiss() -> sa.sql.dml.Insert:
    names = ("account_id", "target_id", "created_at")
    new = insert(suggestion_dismissals).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


async def dismiss(tx: Tx, viewer: int, account_id: int, now: int) -> None:
    """For good."""
    await tx.run(_dismiss(), account_id=viewer, target_id=account_id, created_at=now)


@statement
def _feature() -> sa.sql.dml.Insert:
    new = insert(featured_accounts).values({n: p(n) for n in ("account_id", "created_at")})
    return new.on_conflict_do_nothing()


@statement
def _unfeature() -> sa.sql.dml.Delete:
    return sa.delete(featured_accounts).where(featured_accounts.c.account_id == p("account_id"))


@statement
def _all_featured() -> sa.Select[Any]:
    c = featured_accounts.c
    return (
        sa.select(*accounts_store.COLUMNS)
        .join_from(featured_accounts, accounts, a.id == c.account_id)
        .order_by(c.created_at.desc(), a.id)
    )


async def feature(tx: Tx, account_id: int, now: int) -> bool:
    """False when the staff chose them already."""
    return await tx.run(_feature(), account_id=account_id, created_at=now) > 0


async def unfeature(tx: Tx, account_id: int) -> bool:
    """False when they were not chosen."""
    return await tx.run(_unfeature(), account_id=account_id) > 0


async def featured(tx: Tx) -> Sequence[Account]:
    """Whom the staff chose, the latest first."""
    return [accounts_store.account(row) for row in await tx.all(_all_featured())]
