"""Work that several people wait for: done once, in turns, and its failure remembered a while."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fedschool.errors import TooManyRequests

T = TypeVar("T")

PER_LANE = 4
AT_ONCE = 12
MAX_UNDER_WAY = 1_000
MAX_FAILURES = 10_000


class _Lane:
    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(PER_LANE)
        self.visitors = 0


class Flights:
    """One per process; `aclose` it at the end.

    A lane (a host) that hangs holds a few of the places and nobody else's turn. Work goes on
    when those who waited leave.
    """

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Any]] = {}
        self._lanes: dict[str, _Lane] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._failures: OrderedDict[str, int] = OrderedDict()

    async def join(self, name: str, lane: str, work: Callable[[], Awaitable[T]]) -> T:
        """The outcome of the work of that name: what is under way already, or begun now.

        Raises what the work raises; TooManyRequests when too much is waiting.
        """
        task: asyncio.Task[T] | None = self._under_way.get(name)
        if task is None:
            if len(self._under_way) >= MAX_UNDER_WAY:
                raise TooManyRequests
            task = asyncio.create_task(self._fly(lane, work))
            self._under_way[name] = task
            task.add_done_callback(lambda done: self._landed(name, done))
        return await asyncio.shield(task)

    def failed_lately(self, name: str, now: int) -> bool:
        """Whether a failure of that name still counts at `now` (ms)."""
        return self._failures.get(name, 0) > now

    def remember_failure(self, name: str, until: int) -> None:
        """`until` in milliseconds. The oldest of very many are forgotten first."""
        self._failures[name] = until
        self._failures.move_to_end(name)
        if len(self._failures) > MAX_FAILURES:
            self._failures.popitem(last=False)

    async def aclose(self) -> None:
        """Breaks off what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fly(self, lane: str, work: Callable[[], Awaitable[T]]) -> T:
        async with self._turn(lane), self._places:
            return await work()

    @asynccontextmanager
    async def _turn(self, name: str) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(name, _Lane())
        lane.visitors += 1
        try:
            async with lane.turns:
                yield
        finally:
            lane.visitors -= 1
            if not lane.visitors:
                del self._lanes[name]

    def _landed(self, name: str, task: asyncio.Task[Any]) -> None:
        del self._under_way[name]
        if not task.cancelled():
            task.exception()  # seen, even when nobody waits any more
