"""One SQL statement for both databases: built with SQLAlchemy Core, compiled once for each.

SQLAlchemy's own execution costs several times the driver's, so it only builds here: the text
goes to the driver itself, and rows come back as the driver makes them.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECTS: dict[str, sa.Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": PGDialect_asyncpg(),  # type: ignore[no-untyped-call]
}
_PREFIX = "p_"

P = ParamSpec("P")


class Compiled(msgspec.Struct, frozen=True):
    """SQL for one driver. `names[i]` is the parameter at place i; `constants` have their value."""

    sql: str
    names: tuple[str, ...]
    constants: dict[str, Any]


class Call(msgspec.Struct, frozen=True):
    """A statement with its parameters, for `Tx.batch`."""

    statement: "Statement"
    parameters: dict[str, Any]


class Statement:
    """A statement. Call it with its parameters to put it into a batch.

    `clause` is what it says, or how to build that: a text takes a hundredth of the memory.
    """

    def __init__(
        self, clause: sa.sql.base.Executable | Callable[[], sa.sql.base.Executable]
    ) -> None:
        self._clause = clause
        self._compiled: dict[str, Compiled] = {}

    def __call__(self, **parameters: Any) -> Call:
        return Call(self, parameters)

    def compiled(self, dialect: str) -> Compiled:
        """The text for `sqlite` or `postgresql`, made at the first use."""
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = self._compile(dialect)
        return found

    def _build(self) -> sa.ClauseElement:
        assert callable(self._clause)
        built = self._clause()
        assert isinstance(built, sa.ClauseElement)
        return built

    def _compile(self, dialect: str) -> Compiled:
        clause = self._clause if isinstance(self._clause, sa.ClauseElement) else self._build()
        compiled = clause.compile(
            dialect=_DIALECTS[dialect], compile_kwargs={"render_postcompile": True}
        )
        assert isinstance(compiled, SQLCompiler)
        ordered = tuple(compiled.positiontup or ())
        constants = {
            name: value for name, value in compiled.params.items() if not name.startswith(_PREFIX)
        }
        names = tuple(name.removeprefix(_PREFIX) for name in ordered)
        return Compiled(str(compiled), names, constants)


def statement(build: Callable[P, sa.sql.base.Executable]) -> Callable[P, Statement]:
    """Decorates a builder: each set of (hashable) arguments is compiled once for a database."""

    @functools.lru_cache(maxsize=512)
    def built(*args: P.args, **kwargs: P.kwargs) -> Statement:
        return Statement(functools.partial(build, *args, **kwargs))

    return cast("Callable[P, Statement]", built)


def p(name: str, type_: Any = None) -> sa.BindParameter[Any]:
    """A parameter of a statement. The prefix keeps it apart from SQLAlchemy's own names."""
    return sa.bindparam(_PREFIX + name, value=None, type_=type_, required=False)


class among(sa.ColumnElement[bool]):  # noqa: N801  reads as an operator: among(t.c.id, "ids")
    """`column IN (a list parameter)`, with one SQL text for lists of every length."""

    inherit_cache = False

    def __init__(self, column: sa.ColumnElement[Any], name: str, *, negated: bool = False) -> None:
        self.column, self.name, self.negated = column, name, negated
        self.type = sa.Boolean()
        array: Any = sa.ARRAY(sa.BigInteger if _is_number(column) else sa.Text)
        each = sa.func.json_each(p(name, sa.Text)).table_valued("value")
        listed = sa.select(each.c.value)
        if negated:
            self.on_postgresql = column != sa.func.all(p(name, array))
            self.on_sqlite = column.not_in(listed)
        else:
            self.on_postgresql = column == sa.func.any(p(name, array))
            self.on_sqlite = column.in_(listed)

    def self_group(self, against: Any = None) -> "among":  # noqa: ARG002
        # SQLAlchemy would compare it with 1 where a database has no booleans, and spoil the index.
        return self

    def _negate(self) -> "among":
        return among(self.column, self.name, negated=not self.negated)


def _is_number(column: sa.ColumnElement[Any]) -> bool:
    return isinstance(column.type, sa.Integer)


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.on_postgresql, **kw)


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.on_sqlite, **kw)
