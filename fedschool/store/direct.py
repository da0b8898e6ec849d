"""Direct posts, to and from one person, as a timeline."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Viewer
from fedschool.model.status import Visibility
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Call, p, statement
from fedschool.store.tables_statuses import mentions, statuses
from fedschool.store.timelines import Shape, bounded, bounds_of, shape
from fedschool.store.visibility import Eyes, unwanted, visible_to

s = statuses.c


# One's own by the index on (account_id, id), and those that name one by the index on
# (account_id, status_id); each part is a page, and the page is the newest of both.
@statement
def _direct(bounds: Shape) -> sa.Select[Any]:
    me = p("viewer", sa.BigInteger)
    direct = s.visibility == sa.literal_column(f"'{Visibility.DIRECT.value}'")
    own = bounded(sa.select(s.id).where(s.account_id == me, direct), s.id, bounds).subquery()
    naming = (
        sa.select(s.id)
        .join_from(mentions, statuses, s.id == mentions.c.status_id)
        .where(
            mentions.c.account_id == me,
            direct,
            visible_to(Eyes.LOCAL),
            ~unwanted(s.account_id),
        )
    )
    named = bounded(naming, mentions.c.status_id, bounds).subquery()
    both = sa.union(sa.select(own.c.id), sa.select(named.c.id)).subquery()
    return bounded(sa.select(both.c.id), both.c.id, bounds)


def timeline(viewer: Viewer, cursor: Cursor, now: int) -> Call:
    """The page's ids."""
    return _direct(shape(cursor))(**bounds_of(cursor), viewer=viewer.me, now=now)
