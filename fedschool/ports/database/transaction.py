"""What the store sees of a database: transactions that run statements."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from fedschool.ports.database.statement import Call, Statement
from fedschool.ports.recent import Recent

Row = Sequence[Any]


class Tx(Protocol):
    """A piece of somebody's transaction. It never commits by itself.

    Times, counts and flags are integers; a list parameter goes with `among`.
    """

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`, for the few places where their SQL differs."""
        ...

    @property
    def recent(self) -> Recent[Any, Any] | None:
        """Room to keep what was read, by a key that holds its version. None while writing:
        what is not committed yet must not be kept."""
        ...

    def now(self) -> int:
        """The instance's clock: milliseconds since 1970 UTC."""
        ...

    async def all(self, statement: Statement, **parameters: Any) -> Sequence[Row]: ...

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        """The first row, or None."""
        ...

    async def value(self, statement: Statement, **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        ...

    async def run(self, statement: Statement, **parameters: Any) -> int:
        """Executes a change; how many rows it touched."""
        ...

    async def many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        """Executes a change once for each set of parameters."""
        ...

    async def batch(self, calls: Sequence[Call]) -> list[Sequence[Row]]:
        """Several reads that do not depend on one another, in one go."""
        ...

    async def chain(
        self, first: Call, then: Callable[[Sequence[Row]], Sequence[Call]]
    ) -> tuple[Sequence[Row], list[Sequence[Row]]]:
        """One read, and in the same go those that `then` makes of its rows. `then` is pure."""
        ...

    def after_commit(self, action: Callable[[], None]) -> None:
        """`action` runs once the transaction is safely written; never when it fails."""
        ...


class Database(Protocol):
    """An open database."""

    @property
    def dialect(self) -> str: ...

    @property
    def statements(self) -> int:
        """How many statements were run since it was opened; tests hold pages to it."""
        ...

    @property
    def recent(self) -> Recent[Any, Any]:
        """What transactions that only read keep in memory."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """For reads alone. Each batch sees one state of the data; two batches may differ."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Tx]:
        """All or nothing; other writers wait (SQLite) or meet constraints (PostgreSQL)."""
        ...

    async def close(self) -> None: ...
