"""Time-ordered 64-bit ids: milliseconds since 1970 in the upper 48 bits, a counter below.

Clients page by them and Mastodon.py turns datetimes into them as `ms << 16`, so the layout is
part of the API. At the edge they are decimal strings.
"""

import secrets
from collections.abc import Callable

SEQUENCE_BITS = 16
SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1
MAX_ID = (1 << 63) - 1


class IdGenerator:
    """Mints ids that never repeat and, for the current time, never run backwards.

    `clock` returns milliseconds since 1970 UTC. The counter starts at a random place so that
    two processes on one database do not meet.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._last_ms = 0
        self._sequence = secrets.randbelow(SEQUENCE_MASK)

    def next(self) -> int:
        """An id for something that happens now; larger than every earlier one of this process."""
        now = self._clock()
        if now > self._last_ms:
            self._last_ms = now
            self._sequence = secrets.randbelow(SEQUENCE_MASK >> 1)
        else:
            self._sequence += 1
            if self._sequence > SEQUENCE_MASK:
                self._last_ms += 1
                self._sequence = 0
        return (self._last_ms << SEQUENCE_BITS) | self._sequence

    def at(self, ms: int) -> int:
        """An id for something that happened at `ms` (a remote status); never in the future."""
        moment = max(0, min(ms, self._clock()))
        return (moment << SEQUENCE_BITS) | secrets.randbelow(SEQUENCE_MASK)


def milliseconds(identifier: int) -> int:
    """When the thing with this id came to be, in milliseconds since 1970 UTC."""
    return identifier >> SEQUENCE_BITS


def parse(text: str) -> int | None:
    """The id that a client sent, or None when it cannot be one."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    value = int(text)
    return value if value <= MAX_ID else None
