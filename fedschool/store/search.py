"""Finding posts by their words, people by their names, hashtags by their beginning."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from fedschool.model.account import Account, Viewer
from fedschool.model.search import Shelf, Term
from fedschool.model.status import StatusView, Visibility
from fedschool.model.timeline import TagView
from fedschool.model.trend import TrendKind
from fedschool.ports.database import Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate, uses, words
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_cards import cards, status_cards, trend_reviews
from fedschool.store.tables_interactions import bookmarks, favourites
from fedschool.store.tables_polls import poll_votes
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_search import account_words, status_words
from fedschool.store.tables_statuses import mentions, status_tags, statuses, tags
from fedschool.store.tables_timelines import featured_tags, tag_follows
from fedschool.store.visibility import Eyes, eyes, unwanted, viewer_id, visible_to

LAST = "\U0010ffff"
CANDIDATES = 3_000
"""How many of the newest posts that fit are looked at for those that the viewer may find."""
NAMES = 5_000
TAGS = 400
MOST_USES = 200

s = statuses.c
_one: sa.ColumnElement[int] = sa.literal_column("1")


def _matching(dialect: str, table: sa.Table, query: str) -> tuple[Any, "sa.Select[Any]"]:
    """The ids whose words fit the parameter `query`, and the column they are in."""
    if dialect == "sqlite":
        name = table.name.replace("_words", "_fts")
        fts = sa.table(name, sa.column("rowid", sa.Integer))
        fits = sa.literal_column(name).op("MATCH")(p(query, sa.Text))
        return fts.c.rowid, sa.select(fts.c.rowid.label("id")).where(fits)
    key = next(iter(table.primary_key.columns))
    asked = sa.cast(p(query, sa.Text), postgresql.TSQUERY)
    # OFFSET keeps the planner, who does not know the query, from walking all ids in their order.
    found = (
        sa.select(key.label("id"))
        .where(table.c.words.op("@@")(asked))
        .offset(sa.literal_column("0"))
        .subquery()
    )
    return found.c.id, sa.select(found.c.id)


def _has(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(_one).select_from(table).where(*conditions))


def _in_library() -> sa.ColumnElement[bool]:
    """What the viewer wrote, was named in, boosted, favourited, bookmarked or voted in."""
    me, boost = p("viewer", sa.BigInteger), statuses.alias("boost")
    did = [
        _has(table, table.c.status_id == s.id, table.c.account_id == me)
        for table in (mentions, favourites, bookmarks, poll_votes)
    ]
    boosted = _has(boost, boost.c.reblog_of_id == s.id, boost.c.account_id == me)
    return sa.or_(s.account_id == me, *did, boosted)


def _is_open() -> sa.ColumnElement[bool]:
    """Public, by somebody who lets posts be found and is not kept down here."""
    author = accounts.alias("writer")
    lets = _has(
        author,
        author.c.id == s.account_id,
        author.c.indexable == 1,
        author.c.silenced_at.is_(None),
    )
    return sa.and_(s.visibility == sa.literal_column(f"'{Visibility.PUBLIC.value}'"), lets)


def _has_embed() -> sa.ColumnElement[bool]:
    """Whether the preview of a link plays something."""
    return sa.exists(
        sa.select(_one)
        .join_from(status_cards, cards, cards.c.id == status_cards.c.card_id)
        .where(status_cards.c.status_id == s.id, cards.c.ready == 1, cards.c.type == "video")
    )


# Posts whose words fit: the newest CANDIDATES by the index of words, and as many of the viewer's
# own and those that name the viewer, so that many strangers' posts do not bury these. Each is
# then looked at by primary key.
@statement
def _statuses(dialect: str, kind: Eyes, shelf: Shelf, embeds: bool | None) -> sa.Select[Any]:
    def newest(query: str) -> "sa.Select[Any]":
        key, found = _matching(dialect, status_words, query)
        found = (
            found.where(key > p("since", sa.BigInteger), key < p("until", sa.BigInteger))
            .order_by(key.desc())
            .limit(CANDIDATES)
        )
        return sa.select(found.subquery().c.id)

    candidates = sa.union(newest("query"), newest("own")).subquery("candidates")
    allowed = {
        Shelf.ALL: sa.or_(_is_open(), _in_library()),
        Shelf.PUBLIC: _is_open(),
        Shelf.LIBRARY: _in_library(),
    }
    query = sa.select(s.id).join_from(candidates, statuses, s.id == candidates.c.id)
    if embeds is not None:
        query = query.where(_has_embed() if embeds else ~_has_embed())
    return (
        query.where(allowed[shelf], visible_to(kind), ~unwanted(s.account_id))
        .order_by(s.id.desc())
        .limit(p("limit", sa.Integer))
        .offset(p("offset", sa.Integer))
    )


async def posts(
    tx: Tx,
    viewer: Viewer,
    terms: Sequence[Term],
    shelf: Shelf,
    *,
    embeds: bool | None,
    since: int,
    until: int,
    limit: int,
    offset: int,
) -> list[StatusView]:
    """What fits all `terms`, newest first, with ids between `since` and `until`, without these.

    `embeds`: only what plays something in its preview, or only what does not.
    """
    own = (words.by(viewer.me), words.naming(viewer.me))
    call = _statuses(tx.dialect, eyes(viewer), shelf, embeds)(
        query=words.expression(tx.dialect, terms),
        own=words.expression(tx.dialect, terms, any_of=own),
        viewer=viewer_id(viewer),
        now=tx.now(),
        since=since,
        until=until,
        limit=limit,
        offset=offset,
    )
    return (await hydrate.page(tx, viewer, call))[1]


# People whose names have words that begin so: whom the viewer follows, our own, and NAMES of all,
# by the index of words; those followed first, then ours, then those with many followers.
@statement
def _people(dialect: str, following: bool) -> sa.Select[Any]:
    a, f = accounts.c, follows.c
    mine = f.account_id == p("viewer", sa.BigInteger)
    followed = sa.select(f.target_id.label("id")).where(
        mine, f.target_id.in_(_matching(dialect, account_words, "query")[1])
    )
    if following:
        candidates: Any = followed.subquery("candidates")
    else:
        candidates = sa.union(
            followed,
            *(
                sa.select(_matching(dialect, account_words, name)[1].limit(NAMES).subquery().c.id)
                for name in ("here", "query")
            ),
        ).subquery("candidates")
    is_followed = _has(follows, mine, f.target_id == a.id)
    return (
        sa.select(*accounts_store.COLUMNS)
        .join_from(candidates, accounts, a.id == candidates.c.id)
        .where(
            a.suspended_at.is_(None),
            a.actor_type != "Application",
            sa.or_(a.silenced_at.is_(None), is_followed),
        )
        .order_by(
            sa.case((is_followed, 0), else_=1),
            sa.case((a.domain == "", 0), else_=1),
            a.followers_count.desc(),
            a.id,
        )
        .limit(p("limit", sa.Integer))
        .offset(p("offset", sa.Integer))
    )


async def people(
    tx: Tx, viewer: Viewer, names: Sequence[Term], limit: int, offset: int, *, following: bool
) -> list[Account]:
    """People in whose username and display name all `names` are found."""
    here = (Term(words=(words.LOCAL,)), *names)
    rows = await tx.all(
        _people(tx.dialect, following),
        query=words.expression(tx.dialect, names),
        here=words.expression(tx.dialect, here),
        viewer=viewer_id(viewer),
        limit=limit,
        offset=offset,
    )
    return [accounts_store.account(row) for row in rows]


# Hashtags by a range of their names, the exact one first, then those used most since a moment; one
# is only known to who may see a post that has it, so that nobody learns words of private posts.
@statement
def _tags(kind: Eyes, reviewed: bool) -> sa.Select[Any]:
    t, uses = tags.c, status_tags.alias("uses")
    r = trend_reviews.c
    is_reviewed = _has(
        trend_reviews, r.kind == TrendKind.TAG.value, r.subject_id == t.id, r.allowed == 1
    )
    looked_at = [is_reviewed] if reviewed else []
    named = (
        sa.select(t.id, t.name, t.display)
        .where(t.name >= p("low", sa.Text), t.name < p("high", sa.Text), *looked_at)
        .order_by(t.name)
        .limit(TAGS)
        .subquery("named")
    )
    seen = sa.exists(
        sa.select(_one)
        .select_from(sa.join(status_tags, statuses, statuses.c.id == status_tags.c.status_id))
        .where(status_tags.c.tag_id == named.c.id, visible_to(kind))
    )
    recent = (
        sa.select(uses.c.status_id)
        .where(uses.c.tag_id == named.c.id, uses.c.status_id > p("since", sa.BigInteger))
        .limit(MOST_USES)
        .correlate(named)
        .subquery()
    )
    used = sa.select(sa.func.count()).select_from(recent).scalar_subquery()

    def mine(table: sa.Table) -> sa.ColumnElement[bool]:
        me = p("viewer", sa.BigInteger)
        return _has(table, table.c.account_id == me, table.c.tag_id == named.c.id)

    return (
        sa.select(named.c.id, named.c.name, named.c.display, mine(tag_follows), mine(featured_tags))
        .where(seen)
        .order_by(
            sa.case((named.c.name == p("low", sa.Text), 0), else_=1), used.desc(), named.c.name
        )
        .limit(p("limit", sa.Integer))
        .offset(p("offset", sa.Integer))
    )


async def hashtags(
    tx: Tx, viewer: Viewer, begins: str, limit: int, offset: int, *, since: int, reviewed: bool
) -> list[TagView]:
    """`begins` as `compose.fold_tag` makes it; uses count from the id `since` on.

    `reviewed`: only those that the staff looked at and let pass.
    """
    rows = await tx.all(
        _tags(eyes(viewer), reviewed),
        viewer=viewer_id(viewer),
        low=begins,
        high=begins + LAST,
        since=since,
        limit=limit,
        offset=offset,
    )
    used = await uses.histories(tx, TrendKind.TAG, [row[0] for row in rows], tx.now())
    return [
        TagView(
            id=row[0],
            name=row[1],
            display=row[2],
            following=bool(row[3]),
            featuring=bool(row[4]),
            history=used[row[0]],
        )
        for row in rows
    ]
