"""How far people read their timelines."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.timeline import Marker
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.tables_timelines import markers

m = markers.c
_COLUMNS = [m.timeline, m.last_read_id, m.version, m.updated_at]


# A person's markers by the primary key.
@statement
def _of() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .where(m.account_id == p("account_id"), among(m.timeline, "timelines"))
        .order_by(m.timeline)
    )


@statement
def _put() -> sa.sql.base.Executable:
    names = ("account_id", "timeline", "last_read_id", "updated_at")
    new = insert(markers).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id", "timeline"],
        set_={
            "last_read_id": new.excluded.last_read_id,
            "updated_at": new.excluded.updated_at,
            "version": m.version + 1,
        },
    ).returning(*_COLUMNS)


async def of(tx: Tx, account_id: int, timelines: Sequence[str]) -> list[Marker]:
    """Those of `timelines` that the person ever marked."""
    rows = await tx.all(_of(), account_id=account_id, timelines=list(timelines))
    return [_marker(row) for row in rows]


async def put(tx: Tx, account_id: int, timeline: str, last_read_id: int, now: int) -> Marker:
    """Moves a marker, forwards or back."""
    row = await tx.one(
        _put(),
        account_id=account_id,
        timeline=timeline,
        last_read_id=last_read_id,
        updated_at=now,
    )
    assert row is not None
    return _marker(row)


def _marker(row: Row) -> Marker:
    timeline, last_read_id, version, updated_at = row
    return Marker(
        timeline=timeline, last_read_id=last_read_id, version=version, updated_at=updated_at
    )
