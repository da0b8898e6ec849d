"""Who may see a status: one clause, asked by everything that shows one.

Public and unlisted are for all; private for followers and the people mentioned; direct for the
people mentioned. Local-only never leaves the local viewers. A suspended author shows nothing,
and an author who blocks somebody shows that person nothing.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Viewer
from fedschool.model.status import Visibility
from fedschool.ports.database import p
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import account_domain_blocks, blocks, follows, mutes
from fedschool.store.tables_statuses import mentions, statuses


class Eyes(StrEnum):
    """The kinds of viewer that the clause tells apart."""

    ANYBODY = "anybody"
    LOCAL = "local"
    REMOTE = "remote"


def eyes(viewer: Viewer) -> Eyes:
    if viewer.account_id is None:
        return Eyes.ANYBODY
    return Eyes.LOCAL if viewer.local else Eyes.REMOTE


def viewer_id(viewer: Viewer) -> int:
    """The value of the clause's `viewer` parameter; 0 is nobody's account."""
    return viewer.account_id or 0


_OPEN = (Visibility.PUBLIC.value, Visibility.UNLISTED.value)


def _exists(table: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal_column("1")).select_from(table).where(*conditions))


def visible_to(kind: Eyes, s: Any = statuses) -> sa.ColumnElement[bool]:
    """The clause over `s` (statuses or an alias). Parameter `viewer`: who looks."""
    me = p("viewer", sa.BigInteger)
    # Aliases of its own: the query around the clause may know these tables, too.
    author, named = accounts.alias("author"), mentions.alias("named")
    followed, block = follows.alias("followed"), blocks.alias("block")
    author_is_suspended = _exists(
        author, author.c.id == s.c.account_id, author.c.suspended_at.is_not(None)
    )
    if kind is Eyes.ANYBODY:
        return sa.and_(s.c.visibility.in_(_OPEN), s.c.local_only == 0, ~author_is_suspended)
    addressed = sa.or_(
        s.c.visibility.in_(_OPEN),
        _exists(named, named.c.status_id == s.c.id, named.c.account_id == me),
        sa.and_(
            s.c.visibility == Visibility.PRIVATE.value,
            _exists(followed, followed.c.account_id == me, followed.c.target_id == s.c.account_id),
        ),
    )
    author_blocks_me = _exists(block, block.c.account_id == s.c.account_id, block.c.target_id == me)
    conditions = [addressed, ~author_blocks_me, ~author_is_suspended]
    if kind is Eyes.REMOTE:
        conditions.append(s.c.local_only == 0)
    return sa.or_(s.c.account_id == me, sa.and_(*conditions))


def of_blocked_domain(
    reader: sa.ColumnElement[int], author: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Whether `reader` blocks the whole domain that `author` is at."""
    known, d = accounts.alias(), account_domain_blocks.alias()
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .join_from(d, known, known.c.domain == d.c.domain)
        .where(d.c.account_id == reader, known.c.id == author)
    )


def unwanted(author: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether the viewer blocked or muted `author`, or blocks the domain: kept out of timelines,
    not of profiles.

    Parameters `viewer` and `now` (mutes may end).
    """
    me = p("viewer", sa.BigInteger)
    blocked = _exists(blocks, blocks.c.account_id == me, blocks.c.target_id == author)
    muted = _exists(
        mutes,
        mutes.c.account_id == me,
        mutes.c.target_id == author,
        sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now", sa.BigInteger)),
    )
    return sa.or_(blocked, muted, of_blocked_domain(me, author))
