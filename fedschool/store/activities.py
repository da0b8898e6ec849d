"""Activities we sent, those we have seen, and whose inboxes to reach."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.ports.database import Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import activities, received_activities
from fedschool.store.tables_relationships import follows

a = accounts.c


class Sent(msgspec.Struct, frozen=True):
    """A stored activity: JSON `body`, signed by `account_id` when it is delivered."""

    id: int
    account_id: int
    body: bytes


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("id", "uri", "account_id", "body", "created_at")
    return insert(activities).values({name: p(name) for name in names})


@statement
def _by_id() -> sa.Select[Any]:
    c = activities.c
    return sa.select(c.id, c.account_id, c.body).where(c.id == p("id"))


# Inboxes of the author's followers (by the index on target_id) and of the people named, one for
# each server that offers a shared one; suspended accounts get nothing.
@statement
def _inboxes(with_followers: bool) -> sa.Select[Any]:
    wanted: sa.ColumnElement[bool] = among(a.id, "people")
    if with_followers:
        followers = sa.select(follows.c.account_id).where(follows.c.target_id == p("author"))
        wanted = sa.or_(a.id.in_(followers), wanted)
    return (
        sa.select(sa.func.coalesce(a.shared_inbox_url, a.inbox_url), a.domain)
        .where(wanted, a.domain != "", a.inbox_url != "", a.suspended_at.is_(None))
        .distinct()
    )


@statement
def _receive() -> sa.sql.dml.Insert:
    return (
        insert(received_activities)
        .values(uri=p("uri"), received_at=p("received_at"))
        .on_conflict_do_nothing()
        .returning(received_activities.c.uri)
    )


@statement
def _forget() -> sa.sql.dml.Delete:
    return sa.delete(received_activities).where(received_activities.c.received_at < p("before"))


async def insert_sent(
    tx: Tx, *, activity_id: int, uri: str, account_id: int, body: bytes, now: int
) -> None:
    await tx.run(
        _insert(), id=activity_id, uri=uri, account_id=account_id, body=body, created_at=now
    )


async def sent(tx: Tx, activity_id: int) -> Sent | None:
    row = await tx.one(_by_id(), id=activity_id)
    return Sent(row[0], row[1], bytes(row[2])) if row else None


async def inboxes(tx: Tx, author: int | None, people: Sequence[int]) -> list[tuple[str, str]]:
    """Where to deliver: the followers of `author` (None: nobody's) and `people`.

    Each inbox with a domain whose people it is for.
    """
    values: dict[str, Any] = {"people": list(people)}
    if author is not None:
        values["author"] = author
    return [(row[0], row[1]) for row in await tx.all(_inboxes(author is not None), **values)]


async def receive(tx: Tx, uri: str, now: int) -> bool:
    """Marks an activity as seen; False when it was seen before."""
    return await tx.value(_receive(), uri=uri, received_at=now) is not None


async def forget_received(tx: Tx, before: int) -> None:
    await tx.run(_forget(), before=before)


_WITHDRAWING = ("Delete", "Undo", "Reject")


@statement
def _of_author() -> sa.Select[Any]:
    return sa.select(activities.c.id, activities.c.body).where(
        activities.c.account_id == p("account_id")
    )


@statement
def _withhold() -> sa.sql.dml.Delete:
    return sa.delete(activities).where(among(activities.c.id, "ids"))


async def withhold(tx: Tx, account_id: int) -> None:
    """What the author sent and was not delivered yet stays here, but for what takes things back."""
    rows = await tx.all(_of_author(), account_id=account_id)
    told = [row[0] for row in rows if _type(bytes(row[1])).type not in _WITHDRAWING]
    if told:
        await tx.run(_withhold(), ids=told)


class _Typed(msgspec.Struct, frozen=True):
    type: str


_type = msgspec.json.Decoder(_Typed).decode
