"""The database port: `sqlite:` (embedded, the default) or `postgresql:`.

`open_database(url)` picks the alternative; `statement` makes one SQL text for both.
"""

from collections.abc import Callable

from fedschool.errors import StartupFailure
from fedschool.ports.database.sqlite import SqliteDatabase
from fedschool.ports.database.statement import Call, Statement, among, p, statement
from fedschool.ports.database.transaction import Database, Row, Tx

__all__ = [
    "Call",
    "Database",
    "Row",
    "Statement",
    "Tx",
    "among",
    "open_database",
    "p",
    "statement",
]


async def open_database(url: str, clock: Callable[[], int]) -> Database:
    """A database ready for transactions, which tell the time by `clock`.

    Raises StartupFailure when it cannot be reached.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return await SqliteDatabase.open(url, clock)
    if scheme in ("postgresql", "postgres"):
        from fedschool.ports.database.postgresql import (  # noqa: PLC0415  one driver is enough
            PostgresqlDatabase,
        )

        return await PostgresqlDatabase.open(url, clock)
    raise StartupFailure("FEDSCHOOL_DATABASE_URL must begin with sqlite:/// or postgresql://")
