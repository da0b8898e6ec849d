"""Wait for other processes until something is true, with a deadline instead of a bare sleep."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE = 15.0
"""Seconds; far above what a healthy exchange on a busy machine takes."""

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.25


class TooLate(AssertionError):
    """What was waited for did not come in time."""


async def until(
    ask: Callable[[], Awaitable[T | None]],
    what: str,
    *,
    timeout: float = DEADLINE,
    explain: Callable[[], Awaitable[str]] | None = None,
) -> T:
    """The first truthy answer of `ask`. Raises TooLate after `timeout` seconds.

    `what` completes "waited in vain for …"; `explain` adds what the other side knows about it.
    """
    give_up = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    while True:
        answer = await ask()
        if answer:
            return answer
        if time.monotonic() >= give_up:
            reason = f"\n{await explain()}" if explain else ""
            raise TooLate(
                f"waited {timeout:g} s in vain for {what}; last answer: {answer!r}{reason}"
            )
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


async def stays(ask: Callable[[], Awaitable[T]], what: str, *, for_seconds: float = 1.0) -> None:
    """Asserts that `ask` answers falsy during `for_seconds`: for what must not happen."""
    end = time.monotonic() + for_seconds
    while time.monotonic() < end:
        answer = await ask()
        assert not answer, f"{what}, but: {answer!r}"
        await asyncio.sleep(0.1)
