"""Quotes as they are kept. How one stands for a viewer is `quote_standing`'s."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.quote import Quote, QuotePolicy, QuoteState
from fedschool.model.status import Status
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Call, Row, Tx, among, p, statement
from fedschool.store.base import changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_quotes import quotes
from fedschool.store.tables_statuses import statuses
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import Eyes, eyes, unwanted, viewer_id, visible_to

q = quotes.c
s = statuses.c
_WRITTEN = (
    "status_id", "account_id", "quoted_status_id", "quoted_account_id", "quoted_uri", "state",
    "activity_uri", "approval_uri", "legacy", "created_at",
)  # fmt: skip
_ACCEPTED = QuoteState.ACCEPTED.value


def _with_quoted() -> sa.Select[Any]:
    quoted, author = statuses.alias("quoted"), accounts.alias("quoted_author")
    joined = quotes.outerjoin(quoted, quoted.c.id == q.quoted_status_id).outerjoin(
        author, author.c.id == q.quoted_account_id
    )
    return sa.select(
        *(q[name] for name in _WRITTEN), quoted.c.url, author.c.username, author.c.domain
    ).select_from(joined)


def quote(row: Row) -> Quote:
    """A row of `kept` as a Quote."""
    (
        status_id, account_id, quoted_status_id, quoted_account_id, quoted_uri, state,
        activity_uri, approval_uri, legacy, created_at, url, username, domain,
    ) = row  # fmt: skip
    return Quote(
        status_id=status_id,
        account_id=account_id,
        quoted_status_id=quoted_status_id,
        quoted_account_id=quoted_account_id,
        quoted_uri=quoted_uri,
        quoted_url=url or "",
        state=QuoteState(state),
        activity_uri=activity_uri,
        approval_uri=approval_uri,
        legacy=bool(legacy),
        quoted_local=domain == "",
        quoted_username=username or "",
        created_at=created_at,
    )


# The quotes in statuses, by primary keys.
@statement
def kept() -> sa.Select[Any]:
    return _with_quoted().where(among(q.status_id, "ids"))


# By the index on activity_uri, approval_uri or quoted_uri.
@statement
def _by(column: str) -> sa.Select[Any]:
    return _with_quoted().where(q[column] == p(column)).order_by(q.status_id)


@statement
def _insert() -> sa.sql.dml.Insert:
    return insert(quotes).values({name: p(name) for name in _WRITTEN}).on_conflict_do_nothing()


@statement
def _settle() -> sa.sql.dml.Update:
    names = ("state", "activity_uri", "approval_uri", "legacy")
    return (
        sa.update(quotes)
        .where(q.status_id == p("status_id"))
        .values({name: p(name) for name in names})
    )


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(quotes).where(q.status_id == p("status_id"))


@statement
def _touch() -> sa.sql.dml.Update:
    return changed(statuses).where(s.id == p("id"))


# What quotes a status is another thing without it: by the index on quoted_status_id.
@statement
def _touch_quoting() -> sa.sql.dml.Update:
    theirs = sa.select(q.status_id).where(q.quoted_status_id == p("id"))
    return changed(statuses).where(s.id.in_(theirs))


@statement
def _bereave() -> sa.sql.dml.Update:
    lasting = (QuoteState.PENDING.value, _ACCEPTED)
    return (
        sa.update(quotes)
        .where(q.quoted_status_id == p("id"), q.state.in_(lasting))
        .values(state=QuoteState.DELETED.value)
    )


@statement
def _set_policy() -> sa.sql.dml.Update:
    return changed(statuses).where(s.id == p("id")).values(quote_policy=p("quote_policy"))


# Local people whose standing quotes are of a status, with what they wrote.
@statement
def _local_quoters() -> sa.Select[Any]:
    return (
        sa.select(q.account_id, q.status_id)
        .join_from(quotes, accounts, accounts.c.id == q.account_id)
        .where(
            q.quoted_status_id == p("status_id"),
            q.state == _ACCEPTED,
            q.account_id != q.quoted_account_id,
            accounts.c.domain == "",
        )
        .order_by(q.status_id)
    )


# What quotes a status, as far as the viewer sees and wants it: a range of
# (quoted_status_id, status_id).
@statement
def _quoting(kind: Eyes, *, mine: bool, bounds: Shape) -> sa.Select[Any]:
    query = (
        sa.select(q.status_id)
        .join_from(quotes, statuses, s.id == q.status_id)
        .where(q.quoted_status_id == p("status_id"), q.state == _ACCEPTED, visible_to(kind))
    )
    if kind is Eyes.LOCAL and not mine:
        query = query.where(~unwanted(s.account_id))
    return bounded(query, q.status_id, bounds)


async def insert_new(tx: Tx, item: Quote) -> None:
    """Writes the quote of a status that has none, and counts it where it stands."""
    await tx.run(_insert(), **{name: getattr(item, name) for name in _WRITTEN} | _texts(item))
    if item.state is QuoteState.ACCEPTED:
        await _count(tx, item, 1)
    await tx.run(_touch(), id=item.status_id)


async def settle(tx: Tx, before: Quote, after: Quote) -> None:
    """Writes how a quote stands now, and moves the count."""
    await tx.run(
        _settle(),
        status_id=after.status_id,
        activity_uri=after.activity_uri,
        approval_uri=after.approval_uri,
        **_texts(after),
    )
    counted = [item.state is QuoteState.ACCEPTED for item in (before, after)]
    await _count(tx, after, counted[1] - counted[0])
    await tx.run(_touch(), id=after.status_id)


async def remove(tx: Tx, item: Quote) -> None:
    """The status does not quote any more."""
    if item.state is QuoteState.ACCEPTED:
        await _count(tx, item, -1)
    await tx.run(_delete(), status_id=item.status_id)
    await tx.run(_touch(), id=item.status_id)


async def forget(tx: Tx, status: Status) -> None:
    """Call before a status goes: it quotes no more, and what quotes it has lost it."""
    mine = await of_status(tx, status.id)
    if mine is not None and mine.state is QuoteState.ACCEPTED:
        await _count(tx, mine, -1)
    await tx.run(_touch_quoting(), id=status.id)
    await tx.run(_bereave(), id=status.id)


async def of_status(tx: Tx, status_id: int) -> Quote | None:
    """The quote in a status."""
    row = await tx.one(kept(), ids=[status_id])
    return quote(row) if row else None


async def by_activity(tx: Tx, uri: str) -> Quote | None:
    """The quote that was asked for with this QuoteRequest."""
    row = await tx.one(_by("activity_uri"), activity_uri=uri)
    return quote(row) if row else None


async def by_approval(tx: Tx, uri: str) -> list[Quote]:
    """The quotes that this QuoteAuthorization lets stand: one, unless somebody lies."""
    return [quote(row) for row in await tx.all(_by("approval_uri"), approval_uri=uri)]


async def set_policy(tx: Tx, status_id: int, policy: QuotePolicy) -> None:
    await tx.run(_set_policy(), id=status_id, quote_policy=policy.text)


async def local_quoters(tx: Tx, status_id: int) -> list[tuple[int, int]]:
    """(account, quoting status) of our people who quote a status of somebody else's."""
    return [(row[0], row[1]) for row in await tx.all(_local_quoters(), status_id=status_id)]


def quoting(viewer: Viewer, status: Status, cursor: Cursor, now: int) -> Call:
    """Ids of what quotes a status, for `hydrate.page`. Its author sees also what is unwanted."""
    mine = status.account_id == viewer.account_id
    query = _quoting(eyes(viewer), mine=mine, bounds=shape(cursor))
    return query(status_id=status.id, viewer=viewer_id(viewer), now=now, **bounds_of(cursor))


async def _count(tx: Tx, item: Quote, by: int) -> None:
    if item.quoted_status_id is not None and by:
        await tx.run(_count_quotes(), id=item.quoted_status_id, by=by)


@statement
def _count_quotes() -> sa.sql.dml.Update:
    moved = s.quotes_count + p("by", sa.Integer)
    return changed(statuses).where(s.id == p("id")).values(quotes_count=moved)


def _texts(item: Quote) -> dict[str, Any]:
    return {"state": item.state.value, "legacy": int(item.legacy)}
