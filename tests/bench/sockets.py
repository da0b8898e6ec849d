"""A thousand open streams: what each one holds in memory, and how soon all of them hear a post."""

import asyncio
import time
from contextlib import AsyncExitStack

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from fedschool.services import oauth
from tests.bench import processes, wire
from tests.bench.measure import Bench
from tests.bench.report import Figure
from tests.bench.rows import poster
from tests.bench.seed import Cast

ROUNDS = 5
AT_ONCE = 50
SETTLE_SECONDS = 2
# Deliveries to hosts that hang may still be under way: nobody waits for them here.
AFTERWARDS_SECONDS = 1
MARK = "to the streams"


class _Told(msgspec.Struct):
    """As much of a message as tells what it is."""

    event: str = ""
    payload: str = ""


async def figures(bench: Bench, cast: Cast, count: int) -> list[Figure]:
    """The followers of the popular author listen to their homes, each on several sockets."""
    tokens = [
        await oauth.token_for(bench.site, username=follower.username, scopes="read")
        for follower in cast.followers
    ]
    alone = await _post(bench, cast, 0)
    before = processes.pss_mb(bench.server.pid)
    async with AsyncExitStack() as stack:
        sockets = await _open(stack, bench, tokens, count)
        await asyncio.sleep(SETTLE_SECONDS)
        held = processes.pss_mb(bench.server.pid) - before
        idle_ms = await bench.idle(3)
        heard, cost = [], []
        for number in range(1, ROUNDS + 1):
            spent, seconds = await _told(bench, cast, sockets, number)
            heard.append(seconds)
            cost.append((spent - alone) / count)
    return [
        Figure(f"memory of each of {count} idle sockets, PSS", "kB", held * 1000 / count),
        Figure(f"CPU of a second with {count} idle sockets", "ms", idle_ms),
        Figure(f"post to the last of {count} sockets", "s", min(heard)),
        Figure("stream event to one socket", "CPU-ms", min(cost), 0.15),
    ]


async def _open(
    stack: AsyncExitStack, bench: Bench, tokens: list[str], count: int
) -> list[ClientConnection]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> ClientConnection:
        url = f"ws://{bench.server.host}/api/v1/streaming?stream=user"
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"}
        async with gate:
            return await connect(
                url, additional_headers=headers, compression=None, ping_interval=None, proxy=None
            )

    opened = await asyncio.gather(*(one(number) for number in range(count)))
    for socket in opened:
        stack.push_async_callback(socket.close)
    return list(opened)


async def _post(bench: Bench, cast: Cast, number: int) -> float:
    """A post without anybody listening; CPU-ms."""
    before = processes.cpu_ms(bench.server.pid)
    await wire.load(bench.server.port, [poster(bench, cast.popular, MARK)(number)], 1)
    await asyncio.sleep(AFTERWARDS_SECONDS)
    return processes.cpu_ms(bench.server.pid) - before


async def _told(
    bench: Bench, cast: Cast, sockets: list[ClientConnection], number: int
) -> tuple[float, float]:
    """CPU-ms of a post with all that it set off, and seconds until the last has heard it."""
    before, started = processes.cpu_ms(bench.server.pid), time.perf_counter()
    hearing = [asyncio.create_task(_hear(socket)) for socket in sockets]
    await wire.load(bench.server.port, [poster(bench, cast.popular, MARK)(number)], 1)
    async with asyncio.timeout(60):
        await asyncio.gather(*hearing)
    seconds = time.perf_counter() - started
    await asyncio.sleep(AFTERWARDS_SECONDS)
    return processes.cpu_ms(bench.server.pid) - before, seconds


async def _hear(socket: ClientConnection) -> None:
    while msgspec.json.decode(await socket.recv(), type=_Told).event != "update":
        pass
