"""How much happens here: figures over the local accounts alone."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_accounts import accounts


class Usage(msgspec.Struct, frozen=True):
    """People, those who posted since two moments, and posts (boosts too)."""

    people: int
    month: int
    half_year: int
    posts: int


# The local accounts, by the index on domain: a school has hundreds of them, not more.
@statement
def _usage() -> sa.Select[Any]:
    a = accounts.c

    def since(name: str) -> sa.ColumnElement[int]:
        active = sa.case((a.last_status_at >= p(name, sa.BigInteger), 1), else_=0)
        return sa.func.coalesce(sa.func.sum(active), 0)

    return sa.select(
        sa.func.count(),
        since("month"),
        since("half_year"),
        sa.func.coalesce(sa.func.sum(a.statuses_count), 0),
    ).where(a.domain == "", a.actor_type != "Application", a.suspended_at.is_(None))


async def usage(tx: Tx, *, month: int, half_year: int) -> Usage:
    """`month` and `half_year`: since when (ms) somebody must have posted to count as active."""
    row = await tx.one(_usage(), month=month, half_year=half_year)
    assert row is not None
    return Usage(*(int(figure) for figure in row))
