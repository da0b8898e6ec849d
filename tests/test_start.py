"""A start loads what a start needs; the rest comes with the first request that needs it."""

import subprocess
import sys
from pathlib import Path

LATER = (
    "PIL",
    "aiohttp",
    "alembic",
    "asyncpg",
    "av",
    "cryptography",
    "httpx",
    "lxml",
    "markdown_it",
    "pillow_heif",
    "rich",
)
_START = """
import asyncio, sys
from pathlib import Path
from fedschool.app import create_app, prepare
from fedschool.cli.main import main
from fedschool.settings import Settings
from fedschool.site import open_site
from fedschool.worker.loop import Worker

async def start():
    settings = Settings(_env_file=None, url="http://localhost:1", data_dir=Path(sys.argv[1]))
    await prepare(settings)
    async with open_site(settings) as site:
        create_app(site)
        Worker(site)

asyncio.run(start())
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def _loaded_by_a_start(folder: Path) -> set[str]:
    command = [sys.executable, "-c", _START, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    return set(done.stdout.split())


def test_start_leaves_large_libraries_for_when_they_are_needed(tmp_path: Path) -> None:
    _loaded_by_a_start(tmp_path)  # makes the tables, with Alembic

    loaded = _loaded_by_a_start(tmp_path)

    assert "quart" in loaded
    assert not loaded & set(LATER)
