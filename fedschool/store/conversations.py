"""Private conversations: a row for each local person in one, kept with its direct statuses."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.conversation import ConversationView
from fedschool.model.status import Status, Visibility
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import blocks, mutes
from fedschool.store.tables_statuses import mentions, statuses
from fedschool.store.tables_timelines import conversations
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import unwanted

c, s = conversations.c, statuses.c
_COLUMNS = [c.conversation_id, c.last_status_id, c.unread]


def _one() -> sa.ColumnElement[int]:
    return sa.literal_column("1")


# The local author and everybody local who is addressed, but who blocked or muted the author: the
# status becomes the last of their conversation unless a later one is. Unread for all but the
# author. By primary keys and unique indexes.
@statement
def _keep() -> sa.sql.base.Executable:
    a, named = accounts.c, mentions.c
    block, mute = blocks.c, mutes.c
    addressed = sa.select(named.account_id).where(named.status_id == p("id", sa.BigInteger))
    spared = sa.or_(
        sa.exists(
            sa.select(_one())
            .select_from(blocks)
            .where(block.account_id == a.id, block.target_id == p("author", sa.BigInteger))
        ),
        sa.exists(
            sa.select(_one())
            .select_from(mutes)
            .where(
                mute.account_id == a.id,
                mute.target_id == p("author", sa.BigInteger),
                sa.or_(mute.expires_at.is_(None), mute.expires_at > p("now", sa.BigInteger)),
            )
        ),
    )
    unread = sa.case((a.id == p("author", sa.BigInteger), sa.literal_column("0")), else_=_one())
    rows = sa.select(
        a.id, p("conversation_id", sa.BigInteger), p("id", sa.BigInteger), unread
    ).where(
        a.domain == "",
        sa.or_(a.id == p("author", sa.BigInteger), a.id.in_(addressed)),
        ~spared,
    )
    new = insert(conversations).from_select(
        ["account_id", "conversation_id", "last_status_id", "unread"], rows
    )
    return new.on_conflict_do_update(
        index_elements=["account_id", "conversation_id"],
        set_={"last_status_id": new.excluded.last_status_id, "unread": new.excluded.unread},
        where=c.last_status_id < new.excluded.last_status_id,
    ).returning(c.account_id)


# Before a status goes: each person's last one becomes the one before it, by the index on
# conversation_id. Where there is none, the row goes with the status.
@statement
def _step_back() -> sa.sql.dml.Update:
    earlier, named = statuses.alias("earlier"), mentions.c
    addressed = sa.exists(
        sa.select(_one())
        .select_from(mentions)
        .where(named.status_id == earlier.c.id, named.account_id == c.account_id)
    )
    before = (
        sa.select(sa.func.max(earlier.c.id))
        .where(
            earlier.c.conversation_id == c.conversation_id,
            earlier.c.visibility == Visibility.DIRECT.value,
            earlier.c.id != p("id", sa.BigInteger),
            sa.or_(earlier.c.account_id == c.account_id, addressed),
        )
        .scalar_subquery()
    )
    return (
        sa.update(conversations)
        .where(c.last_status_id == p("id", sa.BigInteger))
        .values(last_status_id=sa.func.coalesce(before, c.last_status_id))
    )


def _mine() -> "sa.Select[Any]":
    """The viewer's conversations, but those that somebody blocked or muted spoke last in."""
    return (
        sa.select(*_COLUMNS)
        .join_from(conversations, statuses, s.id == c.last_status_id)
        .where(c.account_id == p("viewer", sa.BigInteger), ~unwanted(s.account_id))
    )


# A page: a range of (account_id, last_status_id).
@statement
def _page(bounds: Shape) -> sa.Select[Any]:
    return bounded(_mine(), c.last_status_id, bounds)


@statement
def _by_id() -> sa.Select[Any]:
    return _mine().where(c.conversation_id == p("id"))


# Who takes part in some statuses: authors by primary key, the addressed by mentions' key.
@statement
def _people() -> sa.Select[Any]:
    m = mentions.c
    authors = sa.select(s.id.label("status_id"), s.account_id).where(among(s.id, "ids"))
    named = sa.select(m.status_id, m.account_id).where(among(m.status_id, "ids"))
    both = sa.union(authors, named).subquery()
    return (
        sa.select(both.c.status_id, *accounts_store.COLUMNS)
        .join_from(both, accounts, accounts.c.id == both.c.account_id)
        .order_by(both.c.status_id, accounts.c.id)
    )


def _owned() -> tuple[sa.ColumnElement[bool], ...]:
    return (c.account_id == p("account_id"), c.conversation_id == p("id"))


@statement
def _mark() -> sa.sql.dml.Update:
    return sa.update(conversations).where(*_owned()).values(unread=p("unread"))


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(conversations).where(*_owned())


async def keep(tx: Tx, status: Status, now: int) -> list[int]:
    """After a status and the people in it were written; nothing unless it is direct.

    Returns the people whose list of conversations changed.
    """
    if status.visibility is not Visibility.DIRECT:
        return []
    rows = await tx.all(
        _keep(),
        id=status.id,
        author=status.account_id,
        conversation_id=status.conversation_id,
        now=now,
    )
    return [row[0] for row in rows]


async def step_back(tx: Tx, status: Status) -> None:
    """Before a status is deleted; nothing unless it is direct."""
    if status.visibility is Visibility.DIRECT:
        await tx.run(_step_back(), id=status.id)


async def page(tx: Tx, viewer: Viewer, cursor: Cursor, now: int) -> Page[ConversationView]:
    """The viewer's conversations, latest first; pages by ids of last statuses."""
    rows = list(await tx.all(_page(shape(cursor)), viewer=viewer.me, now=now, **bounds_of(cursor)))
    if cursor.min_id is not None:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(await _views(tx, viewer, rows), rows[-1][1], rows[0][1])


async def one(tx: Tx, viewer: Viewer, conversation_id: int, now: int) -> ConversationView | None:
    rows = await tx.all(_by_id(), viewer=viewer.me, id=conversation_id, now=now)
    views = await _views(tx, viewer, rows) if rows else []
    return views[0] if views else None


async def mark(tx: Tx, account_id: int, conversation_id: int, *, unread: bool) -> None:
    await tx.run(_mark(), account_id=account_id, id=conversation_id, unread=int(unread))


async def delete(tx: Tx, account_id: int, conversation_id: int) -> bool:
    """False when there is none; a later status brings it back."""
    return await tx.run(_delete(), account_id=account_id, id=conversation_id) > 0


async def _views(tx: Tx, viewer: Viewer, rows: Sequence[Row]) -> list[ConversationView]:
    ids = [row[1] for row in rows]
    found, *results = await tx.batch([_people()(ids=ids), *hydrate.calls(viewer, ids)])
    shown = {view.status.id: view for view in await hydrate.views(tx, viewer, ids, results)}
    people: dict[int, list[Row]] = {}
    for row in found:
        people.setdefault(row[0], []).append(row[1:])
    return [
        ConversationView(
            id=conversation_id,
            unread=bool(unread),
            accounts=tuple(
                accounts_store.account(row) for row in _others(people[last_id], viewer.me)
            ),
            last_status=shown[last_id],
        )
        for conversation_id, last_id, unread in rows
        if last_id in shown and last_id in people
    ]


def _others(people: Sequence[Row], me: int) -> Sequence[Row]:
    """Who talks to oneself is in company of oneself."""
    return [row for row in people if row[0] != me] or people
