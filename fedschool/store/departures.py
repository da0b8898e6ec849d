"""An account leaves: what it did here is counted back, and its URIs are spent."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Tx, p, statement
from fedschool.store.base import changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import tombstones
from fedschool.store.tables_interactions import favourites
from fedschool.store.tables_quotes import quotes
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_statuses import statuses

s = statuses.c
a = accounts.c


def _me() -> sa.BindParameter[Any]:
    return p("account_id", sa.BigInteger)


# The account's statuses, by the index on (account_id, id): none of them may come back.
@statement
def _bury() -> sa.sql.base.Executable:
    theirs = sa.select(s.uri, p("deleted_at", sa.BigInteger)).where(s.account_id == _me())
    return insert(tombstones).from_select(["uri", "deleted_at"], theirs).on_conflict_do_nothing()


def _fewer(column: str, theirs: "sa.Select[Any]") -> sa.sql.dml.Update:
    """Statuses that lose one for each row of `theirs` (their ids)."""
    lost = theirs.subquery()
    count = sa.select(sa.func.count()).where(lost.c[0] == s.id).scalar_subquery()
    moved = changed(statuses).where(s.id.in_(sa.select(lost.c[0])))
    return moved.values({column: s[column] - count})


@statement
def _fewer_favourites() -> sa.sql.dml.Update:
    theirs = sa.select(favourites.c.status_id).where(favourites.c.account_id == _me())
    return _fewer("favourites_count", theirs)


@statement
def _fewer_boosts() -> sa.sql.dml.Update:
    mine = statuses.alias("mine")
    theirs = sa.select(mine.c.reblog_of_id).where(
        mine.c.account_id == _me(), mine.c.reblog_of_id.is_not(None)
    )
    return _fewer("reblogs_count", theirs)


@statement
def _fewer_replies() -> sa.sql.dml.Update:
    mine = statuses.alias("mine")
    theirs = sa.select(mine.c.in_reply_to_id).where(
        mine.c.account_id == _me(), mine.c.in_reply_to_id.is_not(None)
    )
    return _fewer("replies_count", theirs)


@statement
def _fewer_quotes() -> sa.sql.dml.Update:
    q = quotes.c
    theirs = sa.select(q.quoted_status_id).where(
        q.account_id == _me(), q.state == "accepted", q.quoted_status_id.is_not(None)
    )
    return _fewer("quotes_count", theirs)


# What quotes the account's statuses has lost them: by the index on quoted_account_id.
@statement
def _bereave() -> sa.sql.dml.Update:
    q = quotes.c
    lasting = ("pending", "accepted")
    return (
        sa.update(quotes)
        .where(q.quoted_account_id == _me(), q.state.in_(lasting))
        .values(state="deleted")
    )


@statement
def _touch_quoting() -> sa.sql.dml.Update:
    q = quotes.c
    theirs = sa.select(q.status_id).where(q.quoted_account_id == _me())
    return changed(statuses).where(s.id.in_(theirs))


# Those who boosted the account's statuses lose the boosts.
@statement
def _fewer_statuses() -> sa.sql.dml.Update:
    mine, boost = statuses.alias("mine"), statuses.alias("boost")
    lost = (
        sa.select(boost.c.account_id)
        .join_from(mine, boost, boost.c.reblog_of_id == mine.c.id)
        .where(mine.c.account_id == _me())
        .subquery()
    )
    count = sa.select(sa.func.count()).where(lost.c[0] == a.id).scalar_subquery()
    moved = changed(accounts).where(a.id.in_(sa.select(lost.c[0])))
    return moved.values(statuses_count=a.statuses_count - count)


@statement
def _fewer_followers() -> sa.sql.dml.Update:
    f = follows.c
    followed = sa.select(f.target_id).where(f.account_id == _me())
    moved = changed(accounts).where(a.id.in_(followed))
    return moved.values(followers_count=a.followers_count - 1)


@statement
def _fewer_following() -> sa.sql.dml.Update:
    f = follows.c
    following = sa.select(f.account_id).where(f.target_id == _me())
    moved = changed(accounts).where(a.id.in_(following))
    return moved.values(following_count=a.following_count - 1)


@statement
def _delete(local: bool) -> sa.sql.dml.Delete:
    here = a.domain == "" if local else a.domain != ""
    return sa.delete(accounts).where(a.id == _me(), here)


async def erase(tx: Tx, account_id: int, now: int, *, local: bool = False) -> None:
    """Removes a remote account; everything that refers to it goes with it. `local`: one of ours."""
    await tx.run(_bury(), account_id=account_id, deleted_at=now)
    for change in (
        _fewer_favourites(),
        _fewer_boosts(),
        _fewer_replies(),
        _fewer_quotes(),
        _bereave(),
        _touch_quoting(),
        _fewer_statuses(),
        _fewer_followers(),
        _fewer_following(),
    ):
        await tx.run(change, account_id=account_id)
    await tx.run(_delete(local), account_id=account_id)
