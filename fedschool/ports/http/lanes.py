"""Turns at one host: four at a time, and only so many idle connections in all.

A host that hangs fills its own lane and nobody else's. `MAX_UNDER_WAY` is only there so that
sockets run out in here before file descriptors run out everywhere; it takes 128 hanging hosts
to fill it, and the deadline empties it again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PER_HOST = 4
MAX_UNDER_WAY = 512
MAX_KEPT = 200
IDLE_S = 30.0

Origin = tuple[str, str, int]


class _Lane:
    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(PER_HOST)
        self.visitors = 0
        self.kept = 0  # connections that may be open and kept alive
        self.kept_busy = 0
        self.last_used = 0.0


class Lanes:
    """One per process; `use` waits for a turn at a host."""

    def __init__(self) -> None:
        self._lanes: OrderedDict[Origin, _Lane] = OrderedDict()
        self._under_way = asyncio.Semaphore(MAX_UNDER_WAY)
        self._kept = 0

    @asynccontextmanager
    async def use(self, origin: Origin) -> AsyncIterator[bool]:
        """True: the connection may be kept alive afterwards. False: it must be closed."""
        lane = self._enter(origin)
        try:
            async with lane.turns, self._under_way:
                keep = self._may_keep(lane)
                lane.kept_busy += keep
                try:
                    yield keep
                finally:
                    lane.kept_busy -= keep
        finally:
            lane.visitors -= 1
            lane.last_used = asyncio.get_running_loop().time()

    def _enter(self, origin: Origin) -> _Lane:
        self._forget_idle()
        lane = self._lanes.get(origin)
        if lane is None:
            lane = self._lanes[origin] = _Lane()
        else:
            self._lanes.move_to_end(origin)
        lane.visitors += 1
        return lane

    def _forget_idle(self) -> None:
        """Oldest first; one that is in use ends the look, so that a turn costs the same always."""
        now = asyncio.get_running_loop().time()
        while self._lanes:
            origin, lane = next(iter(self._lanes.items()))
            if lane.visitors:
                self._lanes.move_to_end(origin)
                return
            if now - lane.last_used < IDLE_S:
                return
            del self._lanes[origin]
            self._kept -= lane.kept

    def _may_keep(self, lane: _Lane) -> bool:
        if lane.kept_busy < lane.kept:
            return True
        if self._kept >= MAX_KEPT:
            return False
        lane.kept += 1
        self._kept += 1
        return True
