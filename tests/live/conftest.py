"""Real processes for the live tests: our server on each database, and a Fedify server as peer."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live import peer as peers
from tests.live.peer import FedifyPeer


@pytest.fixture(scope="session")
def fedify_installed() -> None:
    """The peer's packages; a machine without npm skips, except where CI promised one."""
    try:
        peers.ensure_installed()
    except peers.CannotInstall as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture
async def peer(fedify_installed: None, tmp_path: Path) -> AsyncIterator[FedifyPeer]:
    """A Fedify server of its own for this test."""
    async with FedifyPeer(tmp_path) as running:
        yield running
