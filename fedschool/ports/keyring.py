"""Loaded keys, kept in memory: parsing a private key costs a hundred times one signature."""

from collections import OrderedDict
from typing import Generic, TypeVar

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


class Keyring:
    """Our signing keys by account id, and peers' public keys by key id."""

    def __init__(self) -> None:
        self.signing: _Recent[SigningKey] = _Recent()
        self.public: _Recent[tuple[int, PublicKey]] = _Recent()
