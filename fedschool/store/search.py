"""Finding by the beginning of a name. Accounts: `accounts.search` and `people`."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Viewer
from fedschool.model.timeline import TagView
from fedschool.ports.database import Tx, p, statement
from fedschool.store.base import featured_tags, status_tags, statuses, tag_follows, tags
from fedschool.store.visibility import Eyes, eyes, viewer_id, visible_to

LAST = "\U0010ffff"


# Hashtags by a range of their names, the exact one first; one is only known to who may see a
# post that has it, so that nobody learns words of private posts.
@statement
def _tags(kind: Eyes) -> sa.Select[Any]:
    t = tags.c
    one: sa.ColumnElement[int] = sa.literal_column("1")
    seen = sa.exists(
        sa.select(one)
        .select_from(sa.join(status_tags, statuses, statuses.c.id == status_tags.c.status_id))
        .where(status_tags.c.tag_id == t.id, visible_to(kind))
    )
    followed = sa.exists(
        sa.select(one)
        .select_from(tag_follows)
        .where(tag_follows.c.account_id == p("viewer", sa.BigInteger), tag_follows.c.tag_id == t.id)
    )
    featured = sa.exists(
        sa.select(one)
        .select_from(featured_tags)
        .where(
            featured_tags.c.account_id == p("viewer", sa.BigInteger),
            featured_tags.c.tag_id == t.id,
        )
    )
    return (
        sa.select(t.id, t.name, t.display, followed, featured)
        .where(t.name >= p("low", sa.Text), t.name < p("high", sa.Text), seen)
        .order_by(t.name != p("low", sa.Text), t.name)
        .limit(p("limit", sa.Integer))
        .offset(p("offset", sa.Integer))
    )


async def hashtags(tx: Tx, viewer: Viewer, begins: str, limit: int, offset: int) -> list[TagView]:
    """`begins` as `compose.fold_tag` makes it."""
    rows = await tx.all(
        _tags(eyes(viewer)),
        viewer=viewer_id(viewer),
        low=begins,
        high=begins + LAST,
        limit=limit,
        offset=offset,
    )
    return [
        TagView(
            id=row[0],
            name=row[1],
            display=row[2],
            following=bool(row[3]),
            featuring=bool(row[4]),
        )
        for row in rows
    ]
