"""The bus port: best-effort signals after COMMIT; `memory:` serves one process.

Nothing durable travels here: workers also poll the jobs table, and clients refetch.
"""

import asyncio
from collections import defaultdict
from typing import Protocol

from fedschool.errors import StartupFailure

QUEUE = 256


class Subscription:
    """Messages of some channels, in order; the oldest are dropped when nobody reads."""

    def __init__(self, bus: "MemoryBus", channels: frozenset[str]) -> None:
        self._bus = bus
        self.channels = channels
        self._queue: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(QUEUE)

    def put(self, channel: str, message: bytes) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait((channel, message))

    async def get(self) -> tuple[str, bytes]:
        """The next (channel, message); waits for it."""
        return await self._queue.get()

    def close(self) -> None:
        self._bus.forget(self)


class Bus(Protocol):
    """Publish and subscribe among the parts, and in time the processes, of one instance."""

    def publish(self, channel: str, message: bytes = b"") -> None: ...

    def heard(self, channel: str) -> bool:
        """Whether anybody may be listening; when in doubt, True."""
        ...

    def subscribe(self, *channels: str) -> Subscription: ...


class MemoryBus:
    """`Bus` inside one process. Publishing costs nothing where nobody listens."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[str, set[Subscription]] = defaultdict(set)

    def publish(self, channel: str, message: bytes = b"") -> None:
        for subscription in tuple(self._subscribers.get(channel, ())):
            subscription.put(channel, message)

    def heard(self, channel: str) -> bool:
        return channel in self._subscribers

    def subscribe(self, *channels: str) -> Subscription:
        subscription = Subscription(self, frozenset(channels))
        for channel in subscription.channels:
            self._subscribers[channel].add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        for channel in subscription.channels:
            listeners = self._subscribers[channel]
            listeners.discard(subscription)
            if not listeners:
                del self._subscribers[channel]


def open_bus(url: str) -> Bus:
    """The bus that the URL's scheme names."""
    if url.partition(":")[0] == "memory":
        return MemoryBus()
    raise StartupFailure("The bus must be memory:")
