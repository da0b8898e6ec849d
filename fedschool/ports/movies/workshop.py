"""Hostile films, safe films: each is worked on in a process of its own, a few at a time.

Decoders crash, hang and swell on what strangers make. A process has bounds of time and memory
that it sets itself, and is killed from here should it not keep them.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from fedschool import log
from fedschool.errors import TooManyRequests, Unprocessable
from fedschool.ports.movies.plan import (
    FILE,
    LIMITS,
    PREVIEW,
    SOURCE,
    Answer,
    Made,
    MovieLimits,
    Order,
    Task,
)

BROKEN = "This file is damaged, or nothing that can be played here"
TOO_SLOW = "This file takes too long to prepare: make it shorter or smaller"
MAX_ANSWER = 65_536
GRACE_SECONDS = 5

_log = log.get(__name__)


class Finished(msgspec.Struct, frozen=True):
    """What was made, with the bytes of the file and of its preview."""

    made: Made
    file: bytes
    preview: bytes | None


class MovieWorkshop:
    """Made once per process. One film and one picture are worked on at once, others wait.

    Raises Unprocessable with a sentence for people; TooManyRequests when too many pictures wait.
    """

    def __init__(self, *, limits: MovieLimits = LIMITS, waiting: int = 16) -> None:
        self.limits = limits
        self._films = asyncio.Semaphore(1)
        self._pictures = asyncio.Semaphore(1)
        self._waiting = waiting

    async def film(self, task: Task, data: bytes) -> Finished:
        """A film or sound that every client plays, without what it told besides."""
        async with self._films:
            return await self._work(task, data)

    async def picture(self, data: bytes) -> Finished:
        """A HEIF picture as JPEG or WebP."""
        if self._waiting <= 0:
            raise TooManyRequests("Too many images are being worked on: try again in a moment")
        self._waiting -= 1
        try:
            async with self._pictures:
                return await self._work(Task.HEIF, data)
        finally:
            self._waiting += 1

    async def _work(self, task: Task, data: bytes) -> Finished:
        async with _folder() as folder:
            await asyncio.to_thread((folder / SOURCE).write_bytes, data)
            order = Order(task=task, folder=str(folder), limits=self.limits)
            answer = await self._asked(order)
            if answer.made is None:
                _log.info("a file was refused", why=answer.refused or answer.trouble)
                raise Unprocessable(answer.refused or BROKEN)
            file = await asyncio.to_thread((folder / FILE).read_bytes)
            preview = None
            if answer.made.preview_extension is not None:
                preview = await asyncio.to_thread((folder / PREVIEW).read_bytes)
            return Finished(answer.made, file, preview)

    async def _asked(self, order: Order) -> Answer:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "fedschool.ports.movies.work",
            msgspec.json.encode(order).decode(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(order.limits.seconds_of_work + GRACE_SECONDS):
                said = await process.stdout.read(MAX_ANSWER)
                await process.wait()
        except TimeoutError as error:
            raise Unprocessable(TOO_SLOW) from error
        finally:
            await _end(process)
        return _read(said, process.returncode)


# Where `fedschool` can be imported from, whatever folder the server was started in.
_ROOT = Path(__file__).parent.parent.parent.parent


def _read(said: bytes, code: int | None) -> Answer:
    try:
        return msgspec.json.decode(said, type=Answer)
    except msgspec.DecodeError as error:
        _log.info("a file broke its decoder", code=code)
        raise Unprocessable(BROKEN) from error


async def _end(process: asyncio.subprocess.Process) -> None:
    """Nothing of it stays, whoever gave up."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    folder = tempfile.TemporaryDirectory(prefix="fedschool-", ignore_cleanup_errors=True)
    try:
        yield Path(folder.name)
    finally:
        await asyncio.to_thread(folder.cleanup)
