"""What trends at present: computed now and then from the daily counts, read in one range."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.timeline import Cursor
from fedschool.model.trend import TrendKind
from fedschool.ports.database import Call, Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_cards import cards, status_cards, trend_reviews, trends, use_days
from fedschool.store.tables_statuses import statuses, tags
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import Eyes, eyes, unwanted, viewer_id, visible_to

t, r, d, s = trends.c, trend_reviews.c, use_days.c, statuses.c
LOOKED_AT = 1_000
"""How many candidates of a kind are looked at, the most used first."""


class Use(msgspec.Struct, frozen=True):
    """How many people used a hashtag or a link today and yesterday."""

    subject_id: int
    today: int
    yesterday: int


class Score(msgspec.Struct, frozen=True):
    """How strong a trend is: `peak` at `peak_at` (ms), fading since."""

    subject_id: int
    score: float
    peak: float
    peak_at: int


class Reviewed(msgspec.Struct, frozen=True):
    """A trend's subject and what the staff said of it."""

    id: int
    allowed: bool | None


def _author_counts() -> sa.ColumnElement[bool]:
    """Whether somebody's public posts may be shown to people who did not look for them."""
    a = accounts.c
    return sa.and_(
        a.discoverable == 1,
        a.silenced_at.is_(None),
        a.suspended_at.is_(None),
        a.sensitized_at.is_(None),
    )


# Who used what on two days, by the index on (kind, day).
@statement
def _uses() -> sa.Select[Any]:
    today = sa.func.sum(sa.case((d.day == p("today", sa.Integer), d.trending_accounts), else_=0))
    before = sa.func.sum(sa.case((d.day < p("today", sa.Integer), d.trending_accounts), else_=0))
    return (
        sa.select(d.subject_id, today, before)
        .where(
            d.kind == p("kind"),
            d.day >= p("since", sa.Integer),
            d.day <= p("today", sa.Integer),
            d.trending_accounts > 0,
        )
        .group_by(d.subject_id)
        .order_by(today.desc(), d.subject_id)
        .limit(LOOKED_AT)
    )


# Posts that somebody liked lately, by the index on (kind, day) and primary keys.
@statement
def _liked() -> sa.Select[Any]:
    liked = (
        sa.select(d.subject_id, sa.func.sum(d.uses).label("uses"))
        .where(d.kind == TrendKind.STATUS.value, d.day >= p("since", sa.Integer))
        .group_by(d.subject_id)
        .order_by(sa.func.sum(d.uses).desc(), d.subject_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    return (
        sa.select(s.id, s.created_at, s.favourites_count + s.reblogs_count)
        .select_from(
            sa.join(liked, statuses, s.id == liked.c.subject_id).join(
                accounts, accounts.c.id == s.account_id
            )
        )
        .where(
            s.visibility == "public",
            s.local_only == 0,
            s.sensitive == 0,
            s.spoiler_text == "",
            s.reblog_of_id.is_(None),
            s.in_reply_to_id.is_(None),
            _author_counts(),
        )
    )


@statement
def _scores() -> sa.Select[Any]:
    return sa.select(t.subject_id, t.score, t.peak, t.peak_at).where(t.kind == p("kind"))


@statement
def _clear() -> sa.sql.dml.Delete:
    return sa.delete(trends).where(t.kind == p("kind"))


@statement
def _insert() -> sa.sql.dml.Insert:
    names = ("kind", "subject_id", "score", "peak", "peak_at")
    return insert(trends).values({name: p(name) for name in names}).on_conflict_do_nothing()


# The strongest first, by the index on (kind, score). `open_`: what is not rejected, else what is
# approved; None is everything, for the staff.
@statement
def _ranked(kind: TrendKind, open_: bool | None, who: Eyes | None) -> sa.Select[Any]:
    subject = {TrendKind.TAG: tags, TrendKind.LINK: cards, TrendKind.STATUS: statuses}[kind]
    there: sa.FromClause = sa.join(trends, subject, subject.c.id == t.subject_id)
    reviewed = there.outerjoin(
        trend_reviews, sa.and_(r.kind == t.kind, r.subject_id == t.subject_id)
    )
    query = (
        sa.select(t.subject_id, r.allowed)
        .select_from(reviewed)
        .where(t.kind == sa.literal_column(f"'{kind.value}'"))
        .order_by(t.score.desc(), t.subject_id.desc())
        .limit(p("limit", sa.Integer))
        .offset(p("offset", sa.Integer))
    )
    if kind is TrendKind.LINK:
        query = query.where(cards.c.ready == 1)
    if kind is TrendKind.STATUS and who is not None:
        query = query.where(visible_to(who))
        if who is not Eyes.ANYBODY:
            query = query.where(~unwanted(s.account_id))
    if open_ is None:
        return query
    return query.where(sa.or_(r.allowed.is_(None), r.allowed == 1) if open_ else r.allowed == 1)


@statement
def _review() -> sa.sql.base.Executable:
    names = ("kind", "subject_id", "allowed", "reviewed_at")
    new = insert(trend_reviews).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["kind", "subject_id"],
        set_={"allowed": new.excluded.allowed, "reviewed_at": new.excluded.reviewed_at},
    )


@statement
def _reviews() -> sa.Select[Any]:
    return sa.select(r.subject_id, r.allowed).where(r.kind == p("kind"), among(r.subject_id, "ids"))


@statement
def _trending_link(open_: bool) -> sa.Select[Any]:
    link: sa.ColumnElement[str] = sa.literal_column("'link'")
    trend = sa.join(cards, trends, sa.and_(t.kind == link, t.subject_id == cards.c.id))
    reviewed = trend.outerjoin(trend_reviews, sa.and_(r.kind == link, r.subject_id == cards.c.id))
    shown = sa.or_(r.allowed.is_(None), r.allowed == 1) if open_ else r.allowed == 1
    return (
        sa.select(cards.c.id)
        .select_from(reviewed)
        .where(cards.c.url == p("url"), cards.c.ready == 1, shown)
    )


# Public posts of discoverable people with one link: a range of (card_id, status_id).
@statement
def _linking(bounds: Shape, kind: Eyes) -> sa.Select[Any]:
    query = (
        sa.select(s.id)
        .select_from(
            sa.join(status_cards, statuses, s.id == status_cards.c.status_id).join(
                accounts, accounts.c.id == s.account_id
            )
        )
        .where(
            status_cards.c.card_id == p("card_id"),
            s.visibility == sa.literal_column("'public'"),
            accounts.c.discoverable == 1,
            accounts.c.silenced_at.is_(None),
            visible_to(kind),
        )
    )
    if kind is not Eyes.ANYBODY:
        query = query.where(~unwanted(s.account_id))
    return bounded(query, status_cards.c.status_id, bounds)


async def uses(tx: Tx, kind: TrendKind, today: int) -> list[Use]:
    """What people used today and yesterday (days since 1970), the most used first."""
    rows = await tx.all(_uses(), kind=kind.value, today=today, since=today - 1)
    return [Use(row[0], int(row[1]), int(row[2])) for row in rows]


async def liked(tx: Tx, since: int) -> list[tuple[int, int, int]]:
    """(id, written at (ms), likes and boosts) of posts that were liked since that day."""
    return [(row[0], row[1], row[2]) for row in await tx.all(_liked(), since=since)]


async def scores(tx: Tx, kind: TrendKind) -> dict[int, Score]:
    return {row[0]: Score(*row) for row in await tx.all(_scores(), kind=kind.value)}


async def put(tx: Tx, kind: TrendKind, new: Sequence[Score]) -> None:
    """In place of all trends of this kind."""
    await tx.run(_clear(), kind=kind.value)
    await tx.many(_insert(), [{"kind": kind.value, **msgspec.structs.asdict(one)} for one in new])


async def ranked(
    tx: Tx, kind: TrendKind, limit: int, offset: int, *, open_: bool | None,
    viewer: Viewer | None = None,
) -> list[Reviewed]:  # fmt: skip
    """The strongest first; see `_ranked`. `viewer`: for posts, without what they do not want."""
    who = eyes(viewer) if viewer is not None and kind is TrendKind.STATUS else None
    values: dict[str, int] = {"limit": limit, "offset": offset}
    if viewer is not None and who not in (None, Eyes.ANYBODY):
        values |= {"viewer": viewer_id(viewer), "now": tx.now()}
    rows = await tx.all(_ranked(kind, open_, who), **values)
    return [Reviewed(row[0], None if row[1] is None else bool(row[1])) for row in rows]


async def review(tx: Tx, kind: TrendKind, subject_id: int, *, allowed: bool, now: int) -> None:
    await tx.run(
        _review(), kind=kind.value, subject_id=subject_id, allowed=int(allowed), reviewed_at=now
    )


async def reviews(tx: Tx, kind: TrendKind, ids: Sequence[int]) -> dict[int, bool]:
    rows = await tx.all(_reviews(), kind=kind.value, ids=list(ids))
    return {row[0]: bool(row[1]) for row in rows}


async def trending_link(tx: Tx, url: str, *, open_: bool) -> int | None:
    """The card of this address, if it is a trend that everybody sees."""
    found: int | None = await tx.value(_trending_link(open_), url=url)
    return found


def linking(viewer: Viewer, card_id: int, cursor: Cursor, now: int) -> Call:
    """Ids of a page; hand it to `hydrate.page`."""
    kind = eyes(viewer)
    values: dict[str, Any] = {"card_id": card_id, **bounds_of(cursor)}
    if kind is not Eyes.ANYBODY:
        values |= {"viewer": viewer_id(viewer), "now": now}
    return _linking(shape(cursor), kind)(**values)
