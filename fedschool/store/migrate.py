"""Brings the database's tables to what this version needs, with Alembic, at every start."""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fedschool.errors import StartupFailure
from fedschool.ports.database import Database, statement
from fedschool.store.base import Key

LOCK_SECONDS = 30
FOLDER = Path(__file__).parent / "migrations"
_version = sa.table("alembic_version", sa.column("version_num", Key))


@statement
def _current() -> sa.Select[Any]:
    return sa.select(_version.c.version_num)


def head() -> str:
    """The newest migration's number: files are named `0001_what.py`."""
    return max(path.name.partition("_")[0] for path in FOLDER.glob("versions/[0-9]*_*.py"))


async def migrate(url: str) -> None:
    """Runs what is missing; safe to run again. Raises StartupFailure."""
    if url.startswith("sqlite:"):
        await asyncio.to_thread(_migrate_sqlite, url)
    else:
        await _migrate_postgresql(url)


async def check(database: Database) -> str | None:
    """The migration that the database is at, or None when it has never been migrated."""
    async with database.reading() as tx:
        try:
            version: str | None = await tx.value(_current())
        except Exception:  # noqa: BLE001  each driver has its own error for a missing table
            return None
    return version


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  costs start-up time where nothing is to do
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StartupFailure(
            "The database was written by a newer fedschool. Install that version again, "
            "or restore the backup from before the update."
        ) from error


def _migrate_sqlite(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        f"sqlite:///{path}", poolclass=sa.NullPool, connect_args={"timeout": LOCK_SECONDS}
    )
    # Left to itself, Python's driver commits each CREATE TABLE at once: a kill in between would
    # leave half a database.
    sa.event.listen(engine, "connect", _commit_nothing_alone)
    sa.event.listen(engine, "begin", _begin_at_once)
    try:
        with engine.begin() as connection:
            if not _is_at_head(connection):
                _upgrade(connection)
    except sa.exc.OperationalError as error:
        raise StartupFailure(
            f"The database file {path} cannot be opened or migrated ({error.orig}). "
            "Check FEDSCHOOL_DATA_DIR, its owner and the space on its disk."
        ) from error
    finally:
        engine.dispose()


def _commit_nothing_alone(raw: Any, _record: object) -> None:
    raw.isolation_level = None


def _begin_at_once(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _migrate_postgresql(url: str) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    address = "postgresql+asyncpg:" + url.partition(":")[2]
    engine = create_async_engine(address, poolclass=sa.NullPool)
    try:
        async with engine.begin() as connection:
            # Two processes may start at once: one migrates, the other waits.
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(7217002)"))
            if not await connection.run_sync(_is_at_head):
                await connection.run_sync(_upgrade)
    except (OSError, sa.exc.SQLAlchemyError) as error:
        raise StartupFailure(
            "PostgreSQL cannot be reached or migrated. Check FEDSCHOOL_DATABASE_URL "
            f"and that the server runs ({type(error).__name__})."
        ) from error
    finally:
        await engine.dispose()


def _is_at_head(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(sa.select(_version.c.version_num)).scalar() == head()
