"""Whether the database answers."""

from typing import Any

import sqlalchemy as sa

from fedschool.ports.database import Tx, statement


@statement
def _one() -> sa.Select[Any]:
    return sa.select(sa.literal_column("1"))


async def answers(tx: Tx) -> bool:
    return bool(await tx.value(_one()) == 1)
