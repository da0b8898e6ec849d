"""Wait for other processes until something is true, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from demo.place import DemoFailure

T = TypeVar("T")

SECONDS = 60.0
"""Far above what an exchange takes, so that a busy machine does not fail."""


async def until(ask: Callable[[], Awaitable[T]], what: str, seconds: float = SECONDS) -> T:
    """The first truthy answer of `ask`. Raises DemoFailure after `seconds`."""
    end = time.monotonic() + seconds
    pause = 0.03
    while True:
        answer = await ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise DemoFailure(f"Waited {seconds:g} seconds in vain for {what}.")
        await asyncio.sleep(pause)
        pause = min(pause * 1.4, 0.5)
