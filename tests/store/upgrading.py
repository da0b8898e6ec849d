"""Databases that are brought from one migration to another while somebody looks."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from fedschool.store.migrate import FOLDER

POSTGRES = os.environ.get("FEDSCHOOL_TEST_POSTGRES", "")

needs_postgresql = pytest.mark.skipif(
    not POSTGRES and "CI" not in os.environ, reason="FEDSCHOOL_TEST_POSTGRES is not set"
)

Story = Callable[[sa.Connection], None]


def upgrade(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def on_sqlite(folder: Path, story: Story) -> None:
    """On a new file, where foreign keys are minded."""
    engine = sa.create_engine(f"sqlite:///{folder / 'x.db'}", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys=ON"))
        connection.commit()
        story(connection)
    engine.dispose()


async def on_postgresql(story: Story) -> None:
    """On a new database."""
    name = f"test_{uuid.uuid4().hex}"
    admin: Any = await asyncpg.connect(POSTGRES)
    await admin.execute(f"CREATE DATABASE {name}")
    address = f"postgresql+asyncpg:{POSTGRES.partition(':')[2].rpartition('/')[0]}/{name}"
    engine = create_async_engine(address, poolclass=sa.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(story)
    finally:
        await engine.dispose()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
