"""Loaded keys, kept in memory: parsing a private key costs a hundred times one signature.

And what is known of keys that could not be had, so that nobody makes us ask for them again and
again.
"""

import asyncio
from collections import OrderedDict
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from fedschool.activitypub.keys import PublicKey, SigningKey

V = TypeVar("V")
CAPACITY = 4_096


class _Recent(Generic[V]):
    """The most recently used values, at most CAPACITY."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, V] = OrderedDict()

    def get(self, key: str) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: str, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > CAPACITY:
            self._values.popitem(last=False)

    def forget(self, key: str) -> None:
        self._values.pop(key, None)


FETCHES = 32


class Turns:
    """How often something may be done for a name within a time; remembers CAPACITY names."""

    def __init__(self, count: int, window: int) -> None:
        self._count, self._window = count, window
        self._taken: _Recent[tuple[int, int]] = _Recent()

    def take(self, name: str, now: int) -> bool:
        """Counts one turn; False when there is none left. `now` and the window in milliseconds."""
        since, used = self._taken.get(name) or (now, 0)
        if now - since >= self._window:
            since, used = now, 0
        self._taken.put(name, (since, used + 1))
        return used < self._count


class Keyring:
    """Our signing keys by account id, peers' public keys by their PEM, the way of signing that
    hosts took last, and whom not to ask.

    `fetches` bounds the key fetches under way; `asking` limits them by host; `once` lets one
    thing happen in five minutes.
    """

    def __init__(self) -> None:
        self.signing: _Recent[SigningKey] = _Recent()
        self.public: _Recent[PublicKey] = _Recent()
        self.ways: _Recent[str] = _Recent()
        self.asking = Turns(count=120, window=300_000)
        self.once = Turns(count=1, window=300_000)
        self.fetches = asyncio.Semaphore(FETCHES)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, key_id: str) -> asyncio.Lock:
        """Held while a key is fetched: a server that shows up with ten activities is asked once."""
        found = self._locks.get(key_id)
        if found is None:
            found = self._locks[key_id] = asyncio.Lock()
        return found
