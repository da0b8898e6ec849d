"""Hashtags that people show on their profiles, and those that they use."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.timeline import FeaturedTag, TagView
from fedschool.ports.database import Tx, p, statement
from fedschool.store import curation
from fedschool.store.tables_statuses import status_tags, statuses, tags
from fedschool.store.tables_timelines import featured_tags, tag_follows

RECENT = 1_000
"""Of how many of a person's posts uses are counted."""

f = featured_tags.c
t = tags.c
s = statuses.c


def _recent() -> sa.Subquery:
    """The last posts of `account_id` that anybody may see, by the index on (account_id, id)."""
    return (
        sa.select(s.id, s.created_at)
        .where(
            s.account_id == p("account_id", sa.BigInteger),
            s.reblog_of_id.is_(None),
            s.local_only == 0,
            s.visibility.in_(("public", "unlisted")),
        )
        .order_by(s.id.desc())
        .limit(RECENT)
        .subquery()
    )


@statement
def _of() -> sa.Select[Any]:
    return (
        sa.select(f.id, t.id, t.name, t.display)
        .join_from(featured_tags, tags, t.id == f.tag_id)
        .where(f.account_id == p("account_id"))
        .order_by(f.id)
    )


# How often a person used the featured hashtags, and when last.
@statement
def _uses() -> sa.Select[Any]:
    recent = _recent()
    mine = sa.select(f.tag_id).where(f.account_id == p("account_id", sa.BigInteger))
    return (
        sa.select(status_tags.c.tag_id, sa.func.count(), sa.func.max(recent.c.created_at))
        .join_from(recent, status_tags, status_tags.c.status_id == recent.c.id)
        .where(status_tags.c.tag_id.in_(mine))
        .group_by(status_tags.c.tag_id)
    )


# The hashtags that a person used last and does not feature.
@statement
def _suggestions() -> sa.Select[Any]:
    recent = _recent()
    me = p("account_id", sa.BigInteger)
    mine = sa.select(f.tag_id).where(f.account_id == me)
    used = (
        sa.select(status_tags.c.tag_id, sa.func.max(recent.c.id).label("last"))
        .join_from(recent, status_tags, status_tags.c.status_id == recent.c.id)
        .where(status_tags.c.tag_id.not_in(mine))
        .group_by(status_tags.c.tag_id)
        .subquery()
    )
    followed = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(tag_follows)
        .where(tag_follows.c.account_id == me, tag_follows.c.tag_id == t.id)
    )
    flag = sa.case((followed, sa.literal_column("1")), else_=sa.literal_column("0"))
    return (
        sa.select(t.id, t.name, t.display, flag, sa.literal_column("0"))
        .join_from(used, tags, t.id == used.c.tag_id)
        .order_by(used.c.last.desc(), t.id)
        .limit(p("limit", sa.Integer))
    )


@statement
def _insert() -> sa.sql.base.Executable:
    names = ("id", "account_id", "tag_id", "created_at")
    new = insert(featured_tags).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing().returning(f.id)


@statement
def _delete(by: str) -> sa.sql.dml.Delete:
    return sa.delete(featured_tags).where(f.account_id == p("account_id"), f[by] == p(by))


async def of(tx: Tx, account_id: int) -> list[FeaturedTag]:
    """In the order in which they were chosen."""
    rows, uses = await tx.batch([_of()(account_id=account_id), _uses()(account_id=account_id)])
    used = {row[0]: (row[1], row[2]) for row in uses}
    nothing = (0, None)
    return [
        FeaturedTag(
            id=id_,
            name=name,
            display=display,
            uses=used.get(tag_id, nothing)[0],
            last_used_at=used.get(tag_id, nothing)[1],
        )
        for id_, tag_id, name, display in rows
    ]


async def suggestions(tx: Tx, account_id: int, limit: int, now: int) -> list[TagView]:
    """The hashtags that the person used last and does not feature, the latest first."""
    rows = await tx.all(_suggestions(), account_id=account_id, limit=limit)
    return await curation.tag_views(tx, rows, now)


async def add(tx: Tx, *, row_id: int, account_id: int, tag_id: int, now: int) -> bool:
    """False when it is there already."""
    found = await tx.value(
        _insert(), id=row_id, account_id=account_id, tag_id=tag_id, created_at=now
    )
    return found is not None


async def remove(tx: Tx, account_id: int, row_id: int) -> bool:
    return await tx.run(_delete("id"), account_id=account_id, id=row_id) > 0


async def remove_tag(tx: Tx, account_id: int, tag_id: int) -> None:
    await tx.run(_delete("tag_id"), account_id=account_id, tag_id=tag_id)
