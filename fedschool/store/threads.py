"""What anybody may see of a thread, as addresses."""

from typing import Any

import sqlalchemy as sa

from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_statuses import statuses
from fedschool.store.visibility import Eyes, visible_to

s = statuses.c


# A conversation from its beginning: by the index on conversation_id.
@statement
def _conversation() -> sa.Select[Any]:
    return (
        sa.select(s.uri, s.local)
        .where(s.conversation_id == p("id"), s.reblog_of_id.is_(None), visible_to(Eyes.ANYBODY))
        .order_by(s.id)
        .limit(p("limit", sa.Integer))
    )


# The direct answers to a status: by the index on in_reply_to_id.
@statement
def _replies() -> sa.Select[Any]:
    return (
        sa.select(s.uri)
        .where(s.in_reply_to_id == p("id"), visible_to(Eyes.ANYBODY))
        .order_by(s.id)
        .limit(p("limit", sa.Integer))
    )


async def conversation(tx: Tx, conversation_id: int, limit: int) -> list[str]:
    """URIs of a conversation that some of our people take part in; else nothing."""
    rows = await tx.all(_conversation(), id=conversation_id, limit=limit)
    return [row[0] for row in rows] if any(row[1] for row in rows) else []


async def replies(tx: Tx, status_id: int, limit: int) -> list[str]:
    return [row[0] for row in await tx.all(_replies(), id=status_id, limit=limit)]
