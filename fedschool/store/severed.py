"""Follows that a decision of the staff cut, kept as they were."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.moderation import SeveranceKind
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store.relationships import Follow
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import follow_requests, follows
from fedschool.store.tables_servers import severed_relationship_events, severed_relationships

a = accounts.c
s = severed_relationships.c


# Follows and requests to or from the people of some domains, a batch at a time: those people by
# the index on domain, theirs by the indexes on account_id and target_id.
@statement
def _pairs() -> "sa.CompoundSelect[Any]":
    def ends(table: sa.Table, end: str) -> sa.Select[Any]:
        t = table.c
        return (
            sa.select(t.account_id, t.target_id)
            .join_from(accounts, table, t[end] == a.id)
            .where(among(a.domain, "domains"))
        )

    each = [ends(t, end) for t in (follows, follow_requests) for end in ("account_id", "target_id")]
    return sa.union(*each).limit(p("limit", sa.Integer))


@statement
def _begin() -> sa.sql.dml.Insert:
    names = ("id", "kind", "target_name", "created_at")
    new = insert(severed_relationship_events).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


@statement
def _keep() -> sa.sql.dml.Insert:
    names = (
        "event_id", "account_id", "remote_account_id", "incoming", "uri", "show_reblogs",
        "notify", "languages", "created_at",
    )  # fmt: skip
    new = insert(severed_relationships).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


# Our people whom an event met and who were not told, by the primary key's first column.
@statement
def _untold() -> sa.Select[Any]:
    return sa.select(s.account_id).where(s.event_id == p("event_id"), s.told == 0).distinct()


@statement
def _tell() -> sa.sql.dml.ReturningUpdate[Any]:
    return (
        sa.update(severed_relationships)
        .where(s.event_id == p("event_id"), s.account_id == p("account_id"), s.told == 0)
        .values(told=1)
        .returning(s.incoming)
    )


async def pairs(tx: Tx, domains: Sequence[str], limit: int) -> list[tuple[int, int]]:
    """At most `limit` follows or requests, (follower, target), with people of these domains."""
    rows = await tx.all(_pairs(), domains=list(domains), limit=limit)
    return [(row[0], row[1]) for row in rows]


async def begin(tx: Tx, event_id: int, kind: SeveranceKind, *, target: str, now: int) -> None:
    """The event that what is cut belongs to; again: nothing."""
    await tx.run(_begin(), id=event_id, kind=kind.value, target_name=target, created_at=now)


async def keep(tx: Tx, event_id: int, item: Follow, *, incoming: bool) -> None:
    """A follow as it was; `incoming` is one of ours being followed."""
    languages = item.languages
    await tx.run(
        _keep(),
        event_id=event_id,
        account_id=item.target_id if incoming else item.account_id,
        remote_account_id=item.account_id if incoming else item.target_id,
        incoming=int(incoming),
        uri=item.uri,
        show_reblogs=int(item.show_reblogs),
        notify=int(item.notify),
        languages=None if languages is None else msgspec.json.encode(languages).decode(),
        created_at=item.created_at,
    )


async def untold(tx: Tx, event_id: int) -> list[int]:
    """Whom of our people it met and who were not told."""
    return [row[0] for row in await tx.all(_untold(), event_id=event_id)]


async def tell(tx: Tx, event_id: int, account_id: int) -> tuple[int, int]:
    """Marks a person as told; how many (followers, followed) they lost, once."""
    rows = await tx.all(_tell(), event_id=event_id, account_id=account_id)
    incoming = sum(row[0] for row in rows)
    return incoming, len(rows) - incoming
