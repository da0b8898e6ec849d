"""PostgreSQL through asyncpg, for instances that outgrow one file."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from fedschool.errors import StartupFailure
from fedschool.ports.database.statement import Call, Compiled, Statement
from fedschool.ports.database.transaction import Row, Tx
from fedschool.ports.recent import Recent

POOL = 12
CONNECT_SECONDS = 10
KEPT = 2_000


def _values(compiled: Compiled, parameters: dict[str, Any]) -> list[Any]:
    constants = compiled.constants
    return [parameters[name] if name in parameters else constants[name] for name in compiled.names]


class PostgresqlTx:
    """`Tx` on PostgreSQL."""

    dialect = "postgresql"

    def __init__(self, database: "PostgresqlDatabase", connection: Any, *, writing: bool) -> None:
        self._database = database
        self._writing = writing
        self._connection = connection
        self.actions: list[Callable[[], None]] = []

    def _compiled(self, statement: Statement) -> Compiled:
        self._database.statements += 1
        return statement.compiled("postgresql")

    async def all(self, statement: Statement, **parameters: Any) -> Sequence[Row]:
        compiled = self._compiled(statement)
        rows: Sequence[Row] = await self._connection.fetch(
            compiled.sql, *_values(compiled, parameters)
        )
        return rows

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        rows = await self.all(statement, **parameters)
        return rows[0] if rows else None

    async def value(self, statement: Statement, **parameters: Any) -> Any:
        row = await self.one(statement, **parameters)
        return row[0] if row else None

    async def run(self, statement: Statement, **parameters: Any) -> int:
        compiled = self._compiled(statement)
        tag: str = await self._connection.execute(compiled.sql, *_values(compiled, parameters))
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        compiled = self._compiled(statement)
        await self._connection.executemany(compiled.sql, [_values(compiled, row) for row in rows])

    async def batch(self, calls: Sequence[Call]) -> list[Sequence[Row]]:
        return [await self.all(call.statement, **call.parameters) for call in calls]

    def now(self) -> int:
        return self._database.clock()

    @property
    def recent(self) -> Recent[Any, Any] | None:
        return None if self._writing else self._database.recent

    async def chain(
        self, first: Call, then: Callable[[Sequence[Row]], Sequence[Call]]
    ) -> tuple[Sequence[Row], list[Sequence[Row]]]:
        rows = await self.all(first.statement, **first.parameters)
        return rows, await self.batch(then(rows))

    def after_commit(self, action: Callable[[], None]) -> None:
        self.actions.append(action)


class PostgresqlDatabase:
    """`Database` on a PostgreSQL server. Use `PostgresqlDatabase.open(url, clock)`."""

    dialect = "postgresql"

    def __init__(self, pool: Any, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.statements = 0
        self.recent: Recent[Any, Any] = Recent(KEPT)
        self._pool = pool

    @classmethod
    async def open(cls, url: str, clock: Callable[[], int]) -> "PostgresqlDatabase":
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=POOL,
                timeout=CONNECT_SECONDS,
                statement_cache_size=1000,
                server_settings={"jit": "off"},
            )
        except (OSError, asyncpg.PostgresError, ValueError, TimeoutError) as error:
            raise StartupFailure(
                "PostgreSQL cannot be reached. Check FEDSCHOOL_DATABASE_URL "
                f"and that the server runs ({type(error).__name__})."
            ) from error
        return cls(pool, clock)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        async with self._pool.acquire() as connection:
            yield PostgresqlTx(self, connection, writing=False)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        async with self._pool.acquire() as connection:
            tx = PostgresqlTx(self, connection, writing=True)
            async with connection.transaction():
                yield tx
        for action in tx.actions:
            action()

    async def close(self) -> None:
        await self._pool.close()
