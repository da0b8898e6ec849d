"""A school that may talk to peers on this machine, its teacher, and a peer with its people."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import SchoolMaker
from tests.peers import Peer, Person, open_peer
from tests.people import School, Teacher


@pytest.fixture
async def school(schools: SchoolMaker) -> School:
    """`https://oak.test`, which may reach `http://localhost`."""
    return await schools("oak.test", allow_private="localhost")


@pytest.fixture
async def alice(school: School) -> Teacher:
    return await school.teacher("alice")


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with open_peer() as opened:
        yield opened


@pytest.fixture
async def other_peer() -> AsyncIterator[Peer]:
    async with open_peer() as opened:
        yield opened


@pytest.fixture
def ada(peer: Peer) -> Person:
    """A person on the peer."""
    return peer.person("ada")
