"""Places: a school on each database, opened for real, with its application over ASGI."""

import itertools
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from fedschool.activitypub import keys
from fedschool.app import prepare
from fedschool.settings import Registrations, Settings
from fedschool.site import Clock, system_clock
from tests.contract_report import (
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.people import School, open_school

__all__ = ["pytest_sessionfinish", "pytest_terminal_summary", "pytest_testnodedown"]

# More than the people of one test.
KEYS = 16
POSTGRES = os.environ.get("FEDSCHOOL_TEST_POSTGRES", "")


def _databases() -> list[object]:
    missing = pytest.mark.skipif(
        not POSTGRES and "CI" not in os.environ,
        reason="FEDSCHOOL_TEST_POSTGRES is not set; ./deploy/test starts a server",
    )
    return ["sqlite", pytest.param("postgresql", marks=missing)]


def _named(database: str) -> str:
    return urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{database}"))


@pytest.fixture(scope="session", autouse=True)
def _ready_keys() -> Iterator[None]:
    """Real keys, made once, go round among the people of all tests: making them would take a
    third of the time.
    """
    made = itertools.cycle([keys.generate() for _ in range(KEYS)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "generate", lambda: next(made))
        yield


@pytest.fixture(params=_databases())
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each test that asks for a school runs once on each database."""
    return str(request.param)


@pytest.fixture(scope="session")
def _templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Migrated, empty databases to copy; filled at the first use."""
    return {"folder": str(tmp_path_factory.mktemp("templates"))}


NewDatabase = Callable[[Path], "AsyncIterator[str]"]


async def _sqlite(folder: Path, templates: dict[str, str]) -> str:
    if "sqlite" not in templates:
        made = Path(templates["folder"]) / "empty.db"
        await prepare(
            Settings(data_dir=made.parent, database_url=f"sqlite:///{made}", _env_file=None)  # type: ignore[call-arg]
        )
        templates["sqlite"] = str(made)
    copy = folder / "fedschool.db"
    shutil.copy(templates["sqlite"], copy)
    return f"sqlite:///{copy}"


async def _postgresql(templates: dict[str, str]) -> str:
    if "postgresql" not in templates:
        name = f"template_{uuid.uuid4().hex}"
        await _admin(f"CREATE DATABASE {name}")
        folder = Path(templates["folder"])
        await prepare(Settings(data_dir=folder, database_url=_named(name), _env_file=None))  # type: ignore[call-arg]
        templates["postgresql"] = name
    name = f"test_{uuid.uuid4().hex}"
    await _admin(f"CREATE DATABASE {name} TEMPLATE {templates['postgresql']}")
    return _named(name)


async def _admin(command: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


OpenSchool = Callable[..., "AsyncExitStack"]


@pytest.fixture
async def schools(
    database_kind: str, tmp_path: Path, _templates: dict[str, str]
) -> AsyncIterator["SchoolMaker"]:
    """Opens schools: `await schools("oak.test")`. All are closed when the test ends."""
    if database_kind == "postgresql" and not POSTGRES:
        pytest.fail("FEDSCHOOL_TEST_POSTGRES must be set under CI; run ./deploy/test")
    async with AsyncExitStack() as stack:
        maker = SchoolMaker(database_kind, tmp_path, _templates, stack)
        yield maker
    for name in maker.databases:
        await _admin(f"DROP DATABASE {name} WITH (FORCE)")


class SchoolMaker:
    """Makes schools for one test, each on its own database."""

    def __init__(
        self, kind: str, folder: Path, templates: dict[str, str], stack: AsyncExitStack
    ) -> None:
        self._kind, self._folder = kind, folder
        self._templates, self._stack = templates, stack
        self.databases: list[str] = []

    async def __call__(
        self, host: str = "oak.test", *, clock: Clock = system_clock, **changes: object
    ) -> School:
        folder = self._folder / host.replace(":", "_")
        folder.mkdir()
        if self._kind == "sqlite":
            url = await _sqlite(folder, self._templates)
        else:
            url = await _postgresql(self._templates)
            self.databases.append(url.rpartition("/")[2])
        wanted: dict[str, object] = {
            "url": f"https://{host}",
            "data_dir": folder,
            "database_url": url,
            "registrations": Registrations.OPEN,
            "confirm_email": False,
            "rate_limits": False,
            **changes,
        }
        settings = Settings(_env_file=None, **wanted)  # type: ignore[call-arg, arg-type]
        return await self._stack.enter_async_context(open_school(settings, clock))


@pytest.fixture
async def school(schools: SchoolMaker) -> School:
    """One school, `https://oak.test`."""
    return await schools()
