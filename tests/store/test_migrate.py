"""The tables come to be all at once, whatever happens to the process that makes them."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from fedschool.app import prepare
from fedschool.settings import Settings
from fedschool.store import migrate
from fedschool.store.schema import metadata

COMMAND = [sys.executable, "-m", "fedschool", "db", "migrate"]


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder)  # type: ignore[call-arg]


def _tables(file: Path) -> set[str]:
    """Names of the tables; none where the file is not there or somebody writes to it just now."""
    if not file.exists():
        return set()
    connection = sqlite3.connect(file, timeout=0)
    try:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.OperationalError:
        return set()
    finally:
        connection.close()


def _is_plain(name: str | None, kind: str, _parents: object) -> bool:
    """FTS5 keeps its words in tables of its own, which nobody else describes."""
    return kind != "table" or "_fts" not in (name or "")


def test_killed_migration_leaves_nothing_half_done(tmp_path: Path) -> None:
    file = tmp_path / "fedschool.db"
    environment = {**os.environ, "FEDSCHOOL_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen(COMMAND, env=environment, stdout=subprocess.DEVNULL)
    while not _tables(file) and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()

    # The moment that anything is there, everything is.
    assert set(metadata.tables) <= _tables(file)
    asyncio.run(prepare(_settings(tmp_path)))
    assert set(metadata.tables) <= _tables(file)


async def test_two_migrate_at_once_and_one_does_it(tmp_path: Path) -> None:
    settings = _settings(tmp_path)

    await asyncio.gather(*(prepare(settings) for _ in range(3)))

    assert "accounts" in _tables(tmp_path / "fedschool.db")


async def test_tables_are_what_the_migrations_make(tmp_path: Path) -> None:
    await prepare(_settings(tmp_path))

    engine = sa.create_engine(f"sqlite:///{tmp_path / 'fedschool.db'}", poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_plain}
        )
        difference = compare_metadata(context, metadata)
    engine.dispose()

    assert difference == []
    assert migrate.head() == "0004"
