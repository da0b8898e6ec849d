"""Passwords: argon2id in threads, a few at a time, so that hashing never stops the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2

T = TypeVar("T")
THREADS = 2
_UNKNOWN = "fedschool-nobody"


class PasswordHasher:
    """argon2id with OWASP's parameters for small machines: 19 MiB, two passes, one lane."""

    def __init__(self) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        return await self._run(self._argon2.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Whether the password fits. Takes as long for a `hashed` of None (unknown person)."""
        if hashed is None:
            if self._nobody is None:
                self._nobody = await self.hash(_UNKNOWN)
            await self._run(self._check, self._nobody, password)
            return False
        return await self._run(self._check, hashed, password)

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._argon2.check_needs_rehash(hashed)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, hashed: str, password: str) -> bool:
        try:
            return self._argon2.verify(hashed, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
