"""Work that several wait for: once, in turns by lane, going on when they leave."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fedschool.errors import RemoteFailure, TooManyRequests
from fedschool.ports import flights as module
from fedschool.ports.flights import AT_ONCE, MAX_FAILURES, MAX_UNDER_WAY, PER_LANE, Flights


class Work:
    """Counts who is at it; goes on once `go` is set."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun = 0
        self.ended = 0

    async def __call__(self) -> str:
        self.begun += 1
        await self.go.wait()
        self.ended += 1
        return "done"


@pytest.fixture
async def flights() -> AsyncIterator[Flights]:
    it = Flights()
    yield it
    await it.aclose()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_all_who_wait_get_what_was_done_once(flights: Flights) -> None:
    work = Work()
    waiting = [asyncio.create_task(flights.join("a", "host", work)) for _ in range(5)]
    await settle()

    work.go.set()

    assert await asyncio.gather(*waiting) == ["done"] * 5
    assert work.begun == 1
    assert await flights.join("a", "host", work) == "done"
    assert work.begun == 2


async def test_work_goes_on_when_the_first_leaves(flights: Flights) -> None:
    work = Work()
    first = asyncio.create_task(flights.join("a", "host", work))
    second = asyncio.create_task(flights.join("a", "host", work))
    await settle()

    first.cancel()
    work.go.set()

    assert await second == "done"
    assert work.begun == 1


async def test_all_who_wait_hear_of_a_failure(flights: Flights) -> None:
    async def fail() -> None:
        raise RemoteFailure

    results = await asyncio.gather(
        *(flights.join("a", "host", fail) for _ in range(3)), return_exceptions=True
    )

    assert [type(result) for result in results] == [RemoteFailure] * 3


async def test_a_lane_that_hangs_leaves_places_for_others(flights: Flights) -> None:
    hanging, quick = Work(), Work()
    quick.go.set()
    stuck = [
        asyncio.create_task(flights.join(f"h{n}", "hanging", hanging)) for n in range(2 * AT_ONCE)
    ]
    await settle()

    assert hanging.begun == PER_LANE
    assert await flights.join("q", "healthy", quick) == "done"

    hanging.go.set()
    await asyncio.gather(*stuck)
    assert hanging.ended == 2 * AT_ONCE


async def test_no_more_is_done_at_once_than_there_are_places(flights: Flights) -> None:
    work = Work()
    all_of_it = [
        asyncio.create_task(flights.join(f"w{n}", f"host{n}", work)) for n in range(3 * AT_ONCE)
    ]
    await settle()

    assert work.begun == AT_ONCE

    work.go.set()
    await asyncio.gather(*all_of_it)


async def test_a_flood_is_turned_away(flights: Flights) -> None:
    work = Work()
    all_of_it = [
        asyncio.create_task(flights.join(f"w{n}", "host", work)) for n in range(MAX_UNDER_WAY)
    ]
    await settle()

    with pytest.raises(TooManyRequests):
        await flights.join("one more", "host", work)

    work.go.set()
    await asyncio.gather(*all_of_it)


async def test_closing_breaks_off_what_is_under_way() -> None:
    flights, work = Flights(), Work()
    waiting = asyncio.create_task(flights.join("a", "host", work))
    await settle()

    await flights.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_failure_counts_until_its_time() -> None:
    flights = Flights()

    flights.remember_failure("a", until=100)

    assert flights.failed_lately("a", 99)
    assert not flights.failed_lately("a", 100)
    assert not flights.failed_lately("b", 99)


def test_the_oldest_failures_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_FAILURES > 3
    monkeypatch.setattr(module, "MAX_FAILURES", 3)
    flights = Flights()

    for name in "abcd":
        flights.remember_failure(name, until=100)

    assert [flights.failed_lately(name, 0) for name in "abcd"] == [False, True, True, True]
