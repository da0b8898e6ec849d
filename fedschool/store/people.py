"""How people stand to each other, as one viewer sees it, and the lists of people they page."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.model.account import Account, Relationship, User
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import users as users_store
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import (
    account_domain_blocks,
    account_notes,
    blocks,
    endorsements,
    follow_requests,
    follows,
    mutes,
)
from fedschool.store.tables_users import users
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import unwanted

LAST = "\U0010ffff"
"""Sorts behind whatever begins with the text before it."""

_languages = msgspec.json.Decoder(tuple[str, ...])


# How the viewer and some accounts stand to each other: rows of both directions, by the unique
# index; `mutes` are nobody's business but the viewer's.
@statement
def _standing(table: sa.Table) -> "sa.CompoundSelect[Any]":
    t = table.c
    chosen = (t.account_id, t.target_id, t.show_reblogs, t.notify, t.languages)
    return _both_ways(table, *chosen)


@statement
def _standing_blocks() -> "sa.CompoundSelect[Any]":
    return _both_ways(blocks, blocks.c.account_id, blocks.c.target_id)


@statement
def _standing_mutes() -> sa.Select[Any]:
    m = mutes.c
    return sa.select(m.target_id, m.hide_notifications, m.expires_at).where(
        m.account_id == p("viewer"),
        among(m.target_id, "ids"),
        sa.or_(m.expires_at.is_(None), m.expires_at > p("now")),
    )


# What the viewer alone has to do with them: notes, endorsements, and blocks of their domains.
@statement
def _standing_own() -> "sa.CompoundSelect[Any]":
    me = p("viewer", sa.BigInteger)
    note, praise, d = account_notes.c, endorsements.c, account_domain_blocks.c
    nothing = sa.literal_column("''", sa.Text)
    return sa.union_all(
        sa.select(sa.literal_column("'note'"), note.target_id, note.comment).where(
            note.account_id == me, among(note.target_id, "ids")
        ),
        sa.select(sa.literal_column("'endorsed'"), praise.target_id, nothing).where(
            praise.account_id == me, among(praise.target_id, "ids")
        ),
        sa.select(sa.literal_column("'domain_blocking'"), accounts.c.id, nothing)
        .join_from(account_domain_blocks, accounts, accounts.c.domain == d.domain)
        .where(d.account_id == me, among(accounts.c.id, "ids")),
    )


@statement
def _known() -> sa.Select[Any]:
    return sa.select(accounts.c.id).where(
        among(accounts.c.id, "ids"), accounts.c.suspended_at.is_(None)
    )


def _both_ways(table: sa.Table, *chosen: sa.ColumnElement[Any]) -> "sa.CompoundSelect[Any]":
    me = p("viewer", sa.BigInteger)
    outwards = sa.select(*chosen).where(table.c.account_id == me, among(table.c.target_id, "ids"))
    inwards = sa.select(*chosen).where(table.c.target_id == me, among(table.c.account_id, "ids"))
    return sa.union_all(outwards, inwards)


class People(Enum):
    """The lists of people that clients page through: table, whose list, who is in it."""

    FOLLOWERS = (follows, "target_id", "account_id")
    FOLLOWING = (follows, "account_id", "target_id")
    REQUESTS = (follow_requests, "target_id", "account_id")
    BLOCKS = (blocks, "account_id", "target_id")
    MUTES = (mutes, "account_id", "target_id")
    ENDORSED = (endorsements, "account_id", "target_id")


# A list of people: a range of (account_id, id) or (target_id, id), newest first. `wanted`:
# without those whom the viewer does not want to see.
@statement
def _people(people: People, bounds: Shape, wanted: bool) -> sa.Select[Any]:
    table, whose, who = people.value
    until = mutes.c.expires_at if people is People.MUTES else sa.literal_column("NULL")
    query = (
        sa.select(table.c.id, until, *accounts_store.COLUMNS)
        .join_from(table, accounts, accounts.c.id == table.c[who])
        .where(table.c[whose] == p("account_id"), accounts.c.suspended_at.is_(None))
    )
    if wanted:
        query = query.where(~unwanted(accounts.c.id))
    if people is People.MUTES:
        query = query.where(
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now", sa.BigInteger))
        )
    return bounded(query, table.c.id, bounds)


# Whom the viewer follows among those who follow some people, the latest `limit` for each: by the
# unique index on (account_id, target_id). People who hide their lists are left out of all of it.
@statement
def _familiar() -> sa.Select[Any]:
    mine, theirs = follows.alias("mine"), follows.alias("theirs")
    target = accounts.alias("target")
    place = sa.func.row_number().over(partition_by=theirs.c.target_id, order_by=theirs.c.id.desc())
    ranked = (
        sa.select(
            theirs.c.target_id.label("target_id"),
            theirs.c.account_id.label("account_id"),
            place.label("place"),
        )
        .join_from(mine, theirs, theirs.c.account_id == mine.c.target_id)
        .join(accounts, accounts.c.id == theirs.c.account_id)
        .join(target, target.c.id == theirs.c.target_id)
        .where(
            mine.c.account_id == p("viewer", sa.BigInteger),
            among(theirs.c.target_id, "ids"),
            accounts.c.hide_collections == 0,
            accounts.c.suspended_at.is_(None),
            target.c.hide_collections == 0,
        )
        .subquery()
    )
    return (
        sa.select(ranked.c.target_id, *accounts_store.COLUMNS)
        .join_from(ranked, accounts, accounts.c.id == ranked.c.account_id)
        .where(ranked.c.place <= p("limit", sa.Integer))
        .order_by(ranked.c.target_id, ranked.c.place)
    )


# A username and the beginning of a domain: a range of (username_key, domain).
@statement
def _search_handles() -> sa.Select[Any]:
    a = accounts.c
    return (
        sa.select(*accounts_store.COLUMNS)
        .where(
            a.username_key == p("username_key"),
            a.domain >= p("low"),
            a.domain < p("high"),
            a.suspended_at.is_(None),
            a.silenced_at.is_(None),
        )
        .order_by(a.domain)
        .limit(p("limit", sa.Integer))
        .offset(p("offset", sa.Integer))
    )


# A local person whole: account and login by unique indexes, the requests by a range.
@statement
def _me() -> sa.Select[Any]:
    waiting = (
        sa.select(sa.func.count())
        .where(follow_requests.c.target_id == accounts.c.id)
        .scalar_subquery()
    )
    return (
        sa.select(waiting, *users_store.COLUMNS, *accounts_store.COLUMNS)
        .join_from(users, accounts, accounts.c.id == users.c.account_id)
        .where(users.c.account_id == p("account_id"))
    )


async def me(tx: Tx, account_id: int) -> tuple[Account, User, int]:
    """One of our people: profile, login, and how many wait to follow."""
    row = await tx.one(_me(), account_id=account_id)
    assert row is not None
    border = 1 + len(users_store.COLUMNS)
    return accounts_store.account(row[border:]), users_store.user(row[1:border]), row[0]


async def between(tx: Tx, viewer: int, ids: Sequence[int], now: int) -> list[Relationship]:
    """How `viewer` stands to each account of `ids`, in their order, without the unknown."""
    wanted = list(ids)
    known, followed, requested, blocked, muted, own = await tx.batch(
        [
            _known()(ids=wanted),
            _standing(follows)(ids=wanted, viewer=viewer),
            _standing(follow_requests)(ids=wanted, viewer=viewer),
            _standing_blocks()(ids=wanted, viewer=viewer),
            _standing_mutes()(ids=wanted, viewer=viewer, now=now),
            _standing_own()(ids=wanted, viewer=viewer),
        ]
    )
    found: dict[int, dict[str, Any]] = {row[0]: {} for row in known}
    for rows, outwards, inwards in (
        (requested, "requested", "requested_by"),
        (followed, "following", "followed_by"),
    ):
        for source, target, reblogs, notify, languages in rows:
            if source != viewer:
                found.get(source, {})[inwards] = True
                continue
            found.get(target, {}).update(
                {
                    outwards: True,
                    "showing_reblogs": bool(reblogs),
                    "notifying": bool(notify),
                    "languages": languages and _languages.decode(languages),
                }
            )
    for source, target in blocked:
        if source == viewer:
            found.get(target, {})["blocking"] = True
        else:
            found.get(source, {})["blocked_by"] = True
    for target, hides, until in muted:
        found.get(target, {}).update(
            muting=True, muting_notifications=bool(hides), muting_expires_at=until
        )
    for name, target, comment in own:
        found.get(target, {})[name] = comment if name == "note" else True
    return [Relationship(id=id_, **found[id_]) for id_ in wanted if id_ in found]


async def people(
    tx: Tx, people_: People, account_id: int, cursor: Cursor, *, viewer: int | None, now: int
) -> Page[tuple[Account, int | None]]:
    """A page of a list of people, each with the end of the mute (ms), where it is one.

    `viewer`: leaves out whom this account blocked or muted; None leaves out nobody.
    """
    values = bounds_of(cursor) | {"account_id": account_id}
    if viewer is not None:
        values["viewer"] = viewer
    if viewer is not None or people_ is People.MUTES:
        values["now"] = now
    rows = list(await tx.all(_people(people_, shape(cursor), viewer is not None), **values))
    if cursor.min_id is not None:
        rows.reverse()
    more = len(rows) == cursor.limit or cursor.min_id is not None
    return Page(
        [(accounts_store.account(row[2:]), row[1]) for row in rows],
        next_id=rows[-1][0] if rows and more else None,
        prev_id=rows[0][0] if rows else None,
    )


async def familiar(
    tx: Tx, viewer: int, ids: Sequence[int], limit: int
) -> list[tuple[int, list[Account]]]:
    """For each known account of `ids`, in order, its followers whom the viewer follows."""
    wanted = list(dict.fromkeys(ids))
    known, rows = await tx.batch(
        [_known()(ids=wanted), _familiar()(ids=wanted, viewer=viewer, limit=limit)]
    )
    found: dict[int, list[Account]] = {row[0]: [] for row in known}
    for target, *columns in rows:
        if target in found:
            found[target].append(accounts_store.account(columns))
    return [(account_id, found[account_id]) for account_id in wanted if account_id in found]


async def search_handles(
    tx: Tx, username: str, domain_begins: str, limit: int, offset: int
) -> list[Account]:
    """People of this name at domains that begin so; an unfinished handle."""
    rows = await tx.all(
        _search_handles(),
        username_key=username.casefold(),
        low=domain_begins,
        high=domain_begins + LAST,
        limit=limit,
        offset=offset,
    )
    return [accounts_store.account(row) for row in rows]
