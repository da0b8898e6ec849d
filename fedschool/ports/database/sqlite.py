"""SQLite through aiosqlite: one writer, a few readers, WAL.

A hop to a connection's thread costs more than most statements, so a batch is one hop, BEGIN
rides with a writing transaction's first statement, and reads need no transaction of their own
beyond the batch.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import msgspec

from fedschool.errors import StartupFailure
from fedschool.ports.database.statement import Call, Compiled, Statement
from fedschool.ports.database.transaction import Row, Tx
from fedschool.ports.recent import Recent

T = TypeVar("T")
READERS = 3
BUSY_MS = 10_000
KEPT = 2_000

Prepared = tuple[str, list[Any]]

_encode = msgspec.json.Encoder().encode


class _Connection:
    """One SQLite connection in its own thread."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, path: str, *, read_only: bool) -> "_Connection":
        connection = await aiosqlite.connect(
            path, isolation_level=None, cached_statements=512, check_same_thread=False
        )
        opened = cls(connection)
        await opened.hop(_prepare_connection, read_only)
        return opened

    async def hop(self, work: Callable[..., T], *args: Any) -> T:
        """Runs `work(sqlite3 connection, *args)` in the connection's thread.

        aiosqlite offers one hop for each statement; its own queue carries any function, and
        this is the one place that uses it so.
        """
        raw = self._connection._conn
        result: T = await self._connection._execute(work, raw, *args)  # type: ignore[no-untyped-call]
        return result

    async def close(self) -> None:
        await self._connection.close()


def _prepare_connection(raw: sqlite3.Connection, read_only: bool) -> None:
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=NORMAL")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    raw.execute("PRAGMA cache_size=-16000")
    raw.execute("PRAGMA temp_store=MEMORY")
    if read_only:
        raw.execute("PRAGMA query_only=ON")


def _fetch(raw: sqlite3.Connection, begin: bool, sql: str, values: list[Any]) -> list[Row]:
    if begin:
        raw.execute("BEGIN IMMEDIATE")
    return raw.execute(sql, values).fetchall()


def _change(raw: sqlite3.Connection, begin: bool, sql: str, values: list[Any]) -> int:
    if begin:
        raw.execute("BEGIN IMMEDIATE")
    cursor = raw.execute(sql, values)
    cursor.fetchall()
    return cursor.rowcount


def _change_many(raw: sqlite3.Connection, begin: bool, sql: str, rows: Sequence[list[Any]]) -> None:
    if begin:
        raw.execute("BEGIN IMMEDIATE")
    raw.executemany(sql, rows)


def _fetch_batch(
    raw: sqlite3.Connection, begin: bool, calls: Sequence[Prepared]
) -> list[Sequence[Row]]:
    if begin:
        raw.execute("BEGIN IMMEDIATE")
    if raw.in_transaction:
        return [raw.execute(sql, values).fetchall() for sql, values in calls]
    raw.execute("BEGIN")
    try:
        return [raw.execute(sql, values).fetchall() for sql, values in calls]
    finally:
        raw.execute("COMMIT")


def _fetch_chain(
    raw: sqlite3.Connection,
    begin: bool,
    first: Prepared,
    rest: Callable[[Sequence[Row]], Sequence[Prepared]],
) -> tuple[Sequence[Row], list[Sequence[Row]]]:
    if begin:
        raw.execute("BEGIN IMMEDIATE")
    inside = raw.in_transaction
    if not inside:
        raw.execute("BEGIN")
    try:
        rows = raw.execute(*first).fetchall()
        return rows, [raw.execute(sql, values).fetchall() for sql, values in rest(rows)]
    finally:
        if not inside:
            raw.execute("COMMIT")


def _end(raw: sqlite3.Connection, word: str) -> None:
    if raw.in_transaction:
        raw.execute(word)


def _values(compiled: Compiled, parameters: dict[str, Any]) -> list[Any]:
    constants = compiled.constants
    values = [
        parameters[name] if name in parameters else constants[name] for name in compiled.names
    ]
    return [_encode(v).decode() if isinstance(v, list | tuple) else v for v in values]


class SqliteTx:
    """`Tx` on SQLite."""

    dialect = "sqlite"

    def __init__(self, database: "SqliteDatabase", connection: _Connection, writing: bool) -> None:
        self._database = database
        self._connection = connection
        self._writing = self._begin = writing
        self.actions: list[Callable[[], None]] = []

    def _prepared(self, statement: Statement, parameters: dict[str, Any]) -> Prepared:
        self._database.statements += 1
        compiled = statement.compiled("sqlite")
        return compiled.sql, _values(compiled, parameters)

    def _first(self) -> bool:
        begin, self._begin = self._begin, False
        return begin

    async def all(self, statement: Statement, **parameters: Any) -> Sequence[Row]:
        sql, values = self._prepared(statement, parameters)
        return await self._connection.hop(_fetch, self._first(), sql, values)

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        rows = await self.all(statement, **parameters)
        return rows[0] if rows else None

    async def value(self, statement: Statement, **parameters: Any) -> Any:
        row = await self.one(statement, **parameters)
        return row[0] if row else None

    async def run(self, statement: Statement, **parameters: Any) -> int:
        sql, values = self._prepared(statement, parameters)
        return await self._connection.hop(_change, self._first(), sql, values)

    async def many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        self._database.statements += 1
        compiled = statement.compiled("sqlite")
        values = [_values(compiled, row) for row in rows]
        await self._connection.hop(_change_many, self._first(), compiled.sql, values)

    async def batch(self, calls: Sequence[Call]) -> list[Sequence[Row]]:
        prepared = [self._prepared(call.statement, call.parameters) for call in calls]
        return await self._connection.hop(_fetch_batch, self._first(), prepared)

    def now(self) -> int:
        return self._database.clock()

    @property
    def recent(self) -> Recent[Any, Any] | None:
        return None if self._writing else self._database.recent

    async def chain(
        self, first: Call, then: Callable[[Sequence[Row]], Sequence[Call]]
    ) -> tuple[Sequence[Row], list[Sequence[Row]]]:
        prepared = self._prepared(first.statement, first.parameters)

        def rest(rows: Sequence[Row]) -> list[Prepared]:
            return [self._prepared(call.statement, call.parameters) for call in then(rows)]

        return await self._connection.hop(_fetch_chain, self._first(), prepared, rest)

    def after_commit(self, action: Callable[[], None]) -> None:
        self.actions.append(action)

    async def end(self, word: str) -> None:
        await self._connection.hop(_end, word)


class SqliteDatabase:
    """`Database` in one file. Use `SqliteDatabase.open(url, clock)`."""

    dialect = "sqlite"

    def __init__(
        self, writer: _Connection, readers: Sequence[_Connection], clock: Callable[[], int]
    ) -> None:
        self.clock = clock
        self.statements = 0
        self.recent: Recent[Any, Any] = Recent(KEPT)
        self._writer = writer
        self._turn = asyncio.Lock()
        self._readers: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()
        self._all = [writer, *readers]
        for reader in readers:
            self._readers.put_nowait(reader)

    @classmethod
    async def open(cls, url: str, clock: Callable[[], int]) -> "SqliteDatabase":
        path = url.removeprefix("sqlite:///")
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            writer = await _Connection.open(path, read_only=False)
            readers = [await _Connection.open(path, read_only=True) for _ in range(READERS)]
        except (OSError, sqlite3.Error) as error:
            raise StartupFailure(
                f"The database file {path} cannot be opened ({error}). "
                "Check FEDSCHOOL_DATA_DIR and who owns the folder."
            ) from error
        return cls(writer, readers, clock)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        connection = await self._readers.get()
        try:
            yield SqliteTx(self, connection, writing=False)
        finally:
            self._readers.put_nowait(connection)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        async with self._turn:
            tx = SqliteTx(self, self._writer, writing=True)
            try:
                yield tx
            except BaseException:
                await asyncio.shield(tx.end("ROLLBACK"))
                raise
            await asyncio.shield(tx.end("COMMIT"))
        for action in tx.actions:
            action()

    async def close(self) -> None:
        for connection in self._all:
            await connection.close()
