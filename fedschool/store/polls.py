"""Polls: what a status asks, how people voted, and when others are told. Shown by `hydrate`."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.status import Poll
from fedschool.ports.database import Tx, p, statement
from fedschool.store import hydrate
from fedschool.store.base import changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_polls import poll_options, poll_votes, polls
from fedschool.store.tables_statuses import statuses

q = polls.c
v = poll_votes.c
o = poll_options.c


# The version of what is shown, and the lock that lets one vote after the other in.
@statement
def _touch() -> sa.sql.dml.Update:
    return changed(statuses).where(statuses.c.id == p("status_id"))


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("status_id", "multiple", "hide_totals", "expires_at", "closed", "voters_count")
    return insert(polls).values({name: p(name) for name in names})


@statement
def _insert_option() -> sa.sql.dml.Insert:
    names = ("status_id", "position", "title", "votes_count")
    return insert(poll_options).values({name: p(name) for name in names})


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(polls).where(q.status_id == p("status_id"))


# How a poll runs; its options and votes stay.
@statement
def _change() -> sa.sql.dml.Update:
    names = ("hide_totals", "expires_at", "closed", "voters_count")
    return (
        sa.update(polls)
        .where(q.status_id == p("status_id"))
        .values({name: p(name) for name in names})
    )


@statement
def _tell_count() -> sa.sql.dml.Update:
    return (
        sa.update(poll_options)
        .where(o.status_id == p("status_id"), o.position == p("position"))
        .values(votes_count=p("votes_count"))
    )


@statement
def _choices() -> sa.Select[Any]:
    return sa.select(v.choice).where(v.account_id == p("account_id"), v.status_id == p("status_id"))


@statement
def _vote() -> sa.sql.dml.Insert:
    names = ("account_id", "status_id", "choice", "created_at")
    return insert(poll_votes).values({name: p(name) for name in names})


@statement
def _count() -> sa.sql.dml.Update:
    return (
        sa.update(poll_options)
        .where(o.status_id == p("status_id"), o.position == p("position"))
        .values(votes_count=o.votes_count + 1)
    )


# Of a poll whose voters nobody counted, they stay uncounted: NULL and one is NULL.
@statement
def _count_voter() -> sa.sql.dml.Update:
    return (
        sa.update(polls)
        .where(q.status_id == p("status_id"))
        .values(voters_count=q.voters_count + 1)
    )


# Our people who voted: by the index on status_id.
@statement
def _local_voters() -> sa.Select[Any]:
    return (
        sa.select(v.account_id)
        .join_from(poll_votes, accounts, accounts.c.id == v.account_id)
        .where(v.status_id == p("status_id"), accounts.c.domain == "")
        .distinct()
    )


# Only who sets the time plans the telling.
@statement
def _plan_telling() -> sa.sql.dml.Update:
    return (
        sa.update(polls)
        .where(q.status_id == p("status_id"), q.tell_at.is_(None))
        .values(tell_at=p("tell_at"))
    )


@statement
def _told() -> sa.sql.dml.Update:
    return (
        sa.update(polls)
        .where(q.status_id == p("status_id"), q.tell_at.is_not(None))
        .values(tell_at=sa.null())
    )


async def insert_new(tx: Tx, status_id: int, poll: Poll) -> None:
    await tx.run(
        _insert(),
        status_id=status_id,
        multiple=int(poll.multiple),
        hide_totals=int(poll.hide_totals),
        expires_at=poll.expires_at,
        closed=int(poll.closed),
        voters_count=poll.voters,
    )
    await tx.many(
        _insert_option(),
        [
            {"status_id": status_id, "position": n, "title": item.title, "votes_count": item.votes}
            for n, item in enumerate(poll.options)
        ],
    )


async def of_status(tx: Tx, status_id: int) -> Poll | None:
    """Whoever may see it: ask for the status first."""
    rows = await tx.all(hydrate.polls_of(), ids=[status_id])
    return hydrate.poll(rows) if rows else None


async def locked(tx: Tx, status_id: int) -> Poll | None:
    """As `of_status`, for somebody who will change it: others wait until then."""
    await tx.run(_touch(), status_id=status_id)
    return await of_status(tx, status_id)


async def delete(tx: Tx, status_id: int) -> None:
    await tx.run(_delete(), status_id=status_id)


async def change(tx: Tx, status_id: int, poll: Poll) -> None:
    """How it runs and what was counted; the options are as they were."""
    await tx.run(
        _change(),
        status_id=status_id,
        hide_totals=int(poll.hide_totals),
        expires_at=poll.expires_at,
        closed=int(poll.closed),
        voters_count=poll.voters,
    )
    await tx.many(
        _tell_count(),
        [
            {"status_id": status_id, "position": n, "votes_count": option.votes}
            for n, option in enumerate(poll.options)
        ],
    )


async def choices_of(tx: Tx, status_id: int, account_id: int) -> set[int]:
    rows = await tx.all(_choices(), status_id=status_id, account_id=account_id)
    return {row[0] for row in rows}


async def vote(
    tx: Tx, status_id: int, account_id: int, choices: Sequence[int], *, first: bool, now: int
) -> None:
    """Counts votes that the account has not cast yet; `first`: it casts its first ones."""
    for choice in choices:
        await tx.run(
            _vote(), account_id=account_id, status_id=status_id, choice=choice, created_at=now
        )
        await tx.run(_count(), status_id=status_id, position=choice)
    if first:
        await tx.run(_count_voter(), status_id=status_id)


async def local_voters(tx: Tx, status_id: int) -> list[int]:
    return [row[0] for row in await tx.all(_local_voters(), status_id=status_id)]


async def plan_telling(tx: Tx, status_id: int, tell_at: int) -> bool:
    """False when others are going to be told already."""
    return await tx.run(_plan_telling(), status_id=status_id, tell_at=tell_at) > 0


async def told(tx: Tx, status_id: int) -> bool:
    """Whether there was something to tell; now there is not."""
    return await tx.run(_told(), status_id=status_id) > 0
