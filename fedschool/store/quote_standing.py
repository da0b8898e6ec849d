"""What quotes and policies about quoting mean for one viewer."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Viewer
from fedschool.model.quote import MayQuote, Quoters, QuoteState
from fedschool.model.status import Status, Visibility
from fedschool.ports.database import Row, p
from fedschool.store.tables_quotes import quotes
from fedschool.store.tables_relationships import blocks, mutes
from fedschool.store.tables_statuses import statuses
from fedschool.store.visibility import Eyes, of_blocked_domain, visible_to

_NEVER = 9_223_372_036_854_775_807
_ONE: sa.ColumnElement[int] = sa.literal_column("1")
_ZERO: sa.ColumnElement[int] = sa.literal_column("0")


def of_page(kind: Eyes, page: sa.Select[Any]) -> sa.Select[Any]:
    """The quotes of the statuses in `page`, for `state`: status, state as kept, what is quoted,
    whether the viewer may see it, blocked the author, or the domain, and muted the author until
    when. Parameter `viewer`, and those of `page`."""
    q, quoted = quotes.c, statuses.alias("quoted")
    sees = sa.case((visible_to(kind, quoted), _ONE), else_=_ZERO)
    avoided: list[Any] = [_ZERO, _ZERO, _ZERO]
    if kind is Eyes.LOCAL:
        avoided = _avoided(quoted.c.account_id)
    legacy = sa.and_(q.legacy == 1, q.state != sa.literal_column("'accepted'"))
    return (
        sa.select(q.status_id, q.state, q.quoted_status_id, sees, *avoided)
        .select_from(quotes.outerjoin(quoted, quoted.c.id == q.quoted_status_id))
        .where(q.status_id.in_(page), ~legacy)
    )


def _avoided(author: sa.ColumnElement[int]) -> list[Any]:
    me = p("viewer", sa.BigInteger)
    blocked = sa.exists(
        sa.select(_ONE)
        .select_from(blocks)
        .where(blocks.c.account_id == me, blocks.c.target_id == author)
    )
    until = (
        sa.select(sa.func.coalesce(mutes.c.expires_at, sa.literal_column(str(_NEVER))))
        .where(mutes.c.account_id == me, mutes.c.target_id == author)
        .scalar_subquery()
    )
    return [
        sa.case((blocked, _ONE), else_=_ZERO),
        sa.case((of_blocked_domain(me, author), _ONE), else_=_ZERO),
        sa.func.coalesce(until, _ZERO),
    ]


def state(row: Row, now: int) -> QuoteState:
    """A row of `of_page` at `now` (ms, as mutes may end)."""
    _, kept, quoted_id, sees, blocked, domain_blocked, muted_until = row
    if kept != QuoteState.ACCEPTED.value:
        return QuoteState(kept)
    if quoted_id is None:
        return QuoteState.DELETED
    if not sees:
        return QuoteState.UNAUTHORIZED
    if blocked:
        return QuoteState.BLOCKED_ACCOUNT
    if domain_blocked:
        return QuoteState.BLOCKED_DOMAIN
    return QuoteState.MUTED_ACCOUNT if muted_until > now else QuoteState.ACCEPTED


def verdict(item: Status, viewer: Viewer, deeds: Collection[str]) -> MayQuote:
    """Whether the viewer may quote a status that they see. `deeds` holds `following` and
    `followed` as the viewer stands to its author.

    Direct messages and boosts are nobody's to quote, and what is for followers its author's.
    """
    if viewer.account_id is None or item.visibility is Visibility.DIRECT or item.reblog_of_id:
        return MayQuote.DENIED
    if item.account_id == viewer.account_id:
        return MayQuote.AUTOMATIC
    if item.visibility is Visibility.PRIVATE:
        return MayQuote.DENIED
    asker = {Quoters.PUBLIC}
    if "following" in deeds:
        asker.add(Quoters.FOLLOWERS)
    if "followed" in deeds:
        asker.add(Quoters.FOLLOWING)
    return item.quote_policy.verdict(frozenset(asker))
