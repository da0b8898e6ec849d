"""The directory: people who want to be found, as pages by offset."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Account, Viewer
from fedschool.ports.database import Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import blocks
from fedschool.store.visibility import unwanted, viewer_id

a = accounts.c


def listed() -> list[sa.ColumnElement[bool]]:
    """Who may be shown to people that did not ask for them: parameters `viewer` and `now`.

    Those who want it, are here, and neither blocked the viewer nor were sent away by them.
    """
    me = p("viewer", sa.BigInteger)
    blocks_me = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(blocks)
        .where(blocks.c.account_id == a.id, blocks.c.target_id == me)
    )
    return [
        a.discoverable == sa.literal_column("1"),
        a.suspended_at.is_(None),
        a.silenced_at.is_(None),
        a.moved_to_uri.is_(None),
        a.actor_type != "Application",
        ~blocks_me,
        ~unwanted(a.id),
    ]


# A range of an index over those who are discoverable, by the last post or by age; who never posted
# comes after those who did. Our own people are a range of the index on domain.
@statement
def _page(newest: bool, local: bool) -> sa.Select[Any]:
    chosen = listed()
    if local:
        chosen.append(a.domain == "")
    page = sa.select(*accounts_store.COLUMNS)
    limit, offset = p("limit", sa.Integer), p("offset", sa.Integer)
    if newest:
        return page.where(*chosen).order_by(a.id.desc()).limit(limit).offset(offset)

    def part(rank: int, *more: sa.ColumnElement[bool]) -> "sa.Select[Any]":
        """Each part is no longer than the page and what is before it."""
        found = (
            sa.select(
                a.id.label("id"),
                sa.literal_column(str(rank), sa.Integer).label("rank"),
                sa.func.coalesce(a.last_status_at, 0).label("at"),
            )
            .where(*chosen, *more)
            .order_by(a.last_status_at.desc(), a.id.desc())
            .limit(p("most", sa.Integer))
            .subquery()
        )
        return sa.select(found.c.id, found.c.rank, found.c.at)

    parts = sa.union_all(
        part(0, a.last_status_at.is_not(None)), part(1, a.last_status_at.is_(None))
    ).subquery()
    return (
        page.join_from(parts, accounts, a.id == parts.c.id)
        .order_by(parts.c.rank, parts.c.at.desc(), parts.c.id.desc())
        .limit(limit)
        .offset(offset)
    )


async def page(
    tx: Tx, viewer: Viewer, *, newest: bool, local: bool, limit: int, offset: int
) -> list[Account]:
    """By age, or by who posted last."""
    values = {"viewer": viewer_id(viewer), "now": tx.now(), "limit": limit, "offset": offset}
    if not newest:
        values["most"] = limit + offset
    rows = await tx.all(_page(newest, local), **values)
    return [accounts_store.account(row) for row in rows]
