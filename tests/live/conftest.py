"""Real processes for the live tests: our server on each database, and a Fedify server as peer."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedschool.site import Site, open_site
from tests.live import npm_packages
from tests.live.elsewhere import Elsewhere
from tests.live.peer import FedifyPeer
from tests.live.scene import Scene, open_scene
from tests.live.school import Database, School

POSTGRES = os.environ.get("FEDSCHOOL_TEST_POSTGRES")


def _installed(folder: Path) -> None:
    """A machine without npm skips, except where CI promised one."""
    try:
        npm_packages.ensure_installed(folder)
    except npm_packages.CannotInstall as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def fedify_installed() -> None:
    """The peer's packages."""
    _installed(npm_packages.PEER)


@pytest.fixture(scope="session")
def web_client_installed() -> None:
    """The packages of the pages that run in a browser."""
    _installed(npm_packages.WEB_CLIENT)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; ./deploy/test installs it as root")
        pytest.skip("Chromium is not installed")
    return found


@pytest.fixture
async def peer(fedify_installed: None, tmp_path: Path) -> AsyncIterator[FedifyPeer]:
    """A Fedify server of its own for this test."""
    async with FedifyPeer(tmp_path) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """Each test that starts a school runs once on each database."""
    if request.param == "sqlite":
        yield Database(None)
        return
    if not POSTGRES:
        reason = "FEDSCHOOL_TEST_POSTGRES is not set; ./deploy/test starts a server"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    made = Database(POSTGRES)
    try:
        yield made
    finally:
        await made.drop_all()


@pytest.fixture
async def school(database: Database, tmp_path: Path) -> AsyncIterator[School]:
    """Our server, running, without people."""
    async with School(tmp_path, database) as running:
        yield running


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Scripted servers, as many as a test names."""
    async with Elsewhere() as running:
        yield running


@pytest.fixture
async def site(school: School) -> AsyncIterator[Site]:
    """The school's database, seen past its server."""
    async with open_site(school.settings) as opened:
        yield opened


@pytest.fixture
async def scene(school: School, peer: FedifyPeer) -> AsyncIterator[Scene]:
    """tom at our school and ada at the peer, who know where to find each other."""
    try:
        yield await open_scene(school, peer)
    finally:
        # pytest shows it only when the test fails, and then it is wanted.
        print(school.explain())
