"""The servers elsewhere, in a process of their own so that their CPU is not counted.

The process reads commands as JSON lines and answers each with one: see `_obey`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fedschool.activitypub import keys
from tests.live.elsewhere import HANG, Elsewhere

_LINE_LIMIT = 64 << 20


class Sink:
    """`async with Sink() as sink:` starts the process; `people` mints who lives there."""

    def __init__(self) -> None:
        self._pair = keys.generate()
        self._process: asyncio.subprocess.Process | None = None
        self.people = Elsewhere(self._pair)
        """Names and signs for the people there; it listens to nothing in this process."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.sink",
            cwd=Path(__file__).parents[2],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
        )
        self.people.port = await self._tell(listen=list(self._pair))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def hang(self, hosts: Sequence[str]) -> None:
        """These hosts take connections and say nothing from now on."""
        await self._tell(hang=list(hosts))

    async def arrivals(self) -> list[float]:
        """When each delivery since the last call arrived, on the machine's monotonic clock."""
        found: list[float] = await self._tell(take=True)
        return found

    async def wait_for(self, count: int, *, within: float = 60) -> list[float]:
        """The next `count` arrivals."""
        give_up = time.monotonic() + within
        found = await self.arrivals()
        while len(found) < count:
            assert time.monotonic() < give_up, f"{len(found)} of {count} came in {within} s"
            await asyncio.sleep(0.02)
            found += await self.arrivals()
        return found

    async def _tell(self, **command: Any) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())


async def _obey(elsewhere: Elsewhere | None, command: dict[str, Any]) -> tuple[Elsewhere, object]:
    match command:
        case {"listen": [private, public]}:
            elsewhere = Elsewhere((private, public))
            await elsewhere.open_door()
            return elsewhere, elsewhere.port
        case {"hang": hosts} if elsewhere is not None:
            elsewhere.answers.update(dict.fromkeys(hosts, HANG))
            return elsewhere, None
        case {"take": True} if elsewhere is not None:
            arrivals = [delivery.at for delivery in elsewhere.received]
            elsewhere.received.clear()
            return elsewhere, arrivals
        case _:
            raise ValueError(f"no such command: {command}")


async def _main() -> None:
    commands = asyncio.StreamReader(limit=_LINE_LIMIT)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    elsewhere: Elsewhere | None = None
    while line := await commands.readline():
        elsewhere, answer = await _obey(elsewhere, json.loads(line))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
