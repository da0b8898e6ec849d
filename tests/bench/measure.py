"""One measurement: a number of requests, the CPU that they cost, and how long they took.

Machines are shared: what is repeated counts by its cheapest batch.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.ports.database import among, p, statement
from fedschool.site import Site
from fedschool.store.tables_statuses import statuses
from fedschool.store.tables_timelines import home_entries
from tests.bench import processes, wire
from tests.bench.server import Server
from tests.bench.sink import Sink
from tests.live.elsewhere import Neighbour
from tests.live.inside import quiet

CONNECTIONS = (1, 16)
BATCHES = 3


class Cost(msgspec.Struct, frozen=True):
    """CPU-ms and requests per second for each operation, and the 95th percentile of its ms."""

    cpu_ms: float
    per_second: float
    p95_ms: float


class Bench:
    """The running server, its database seen from outside, and the servers elsewhere."""

    def __init__(self, server: Server, site: Site, sink: Sink) -> None:
        self.server = server
        self.site = site
        self.sink = sink
        self.busiest_mb = 0.0

    async def reading(self, sent: bytes, counts: Sequence[int]) -> tuple[Cost, ...]:
        """The same request, so many times over one connection and over many."""
        await wire.load(self.server.port, [sent] * 20, 1)
        return tuple(
            [
                await self._cheapest([[sent] * count] * BATCHES, connections)
                for count, connections in zip(counts, CONNECTIONS, strict=True)
            ]
        )

    async def writing(
        self, sent: Callable[[int], bytes], counts: Sequence[int]
    ) -> tuple[Cost, ...]:
        """Requests that differ, and all the work that they leave behind."""
        numbers = itertools.count()

        def batch(count: int) -> list[bytes]:
            return [sent(number) for number in itertools.islice(numbers, count)]

        await wire.load(self.server.port, batch(5), 1)
        await quiet(self.site)
        return tuple(
            [
                await self._cheapest([batch(count) for _ in range(BATCHES)], connections)
                for count, connections in zip(counts, CONNECTIONS, strict=True)
            ]
        )

    async def _cheapest(self, batches: Sequence[Sequence[bytes]], connections: int) -> Cost:
        costs = [await self._cost(requests, connections) for requests in batches]
        return min(costs, key=lambda cost: cost.cpu_ms)

    async def _cost(self, requests: Sequence[bytes], connections: int) -> Cost:
        started, before = time.perf_counter(), self._cpu()
        load = await wire.load(self.server.port, requests, connections)
        await quiet(self.site)
        seconds, cpu = time.perf_counter() - started, self._cpu() - before
        self.look_at_memory()
        return Cost(cpu / len(requests), len(requests) / seconds, load.p95_ms)

    async def arriving(
        self, sender: Neighbour, reader: int, counts: Sequence[int]
    ) -> tuple[Cost, ...]:
        """Signed notes of `sender`, each until it is in the home of the account `reader`."""
        await self._arrive_in_turn(sender, reader, range(5))
        await quiet(self.site)
        alone, together = counts
        started, before = time.perf_counter(), self._cpu()
        latencies = await self._arrive_in_turn(sender, reader, range(5, 5 + alone))
        await quiet(self.site)
        seconds, cpu = time.perf_counter() - started, self._cpu() - before
        one = Cost(cpu / alone, alone / seconds, wire.percentile(latencies, 95) * 1000)

        numbers = range(5 + alone, 5 + alone + together)
        many = await self._cost([self._note(sender, n) for n in numbers], CONNECTIONS[1])
        uris = [f"{sender.uri}/notes/{number}" for number in numbers]
        assert await _at_home(self.site, reader, uris) == together, "notes are missing"
        return one, many

    async def _arrive_in_turn(
        self, sender: Neighbour, reader: int, numbers: Sequence[int]
    ) -> list[float]:
        latencies = []
        notes = [(self._note(sender, number), f"{sender.uri}/notes/{number}") for number in numbers]
        for sent, uri in notes:
            started = time.perf_counter()
            await wire.load(self.server.port, [sent], 1)
            while not await _at_home(self.site, reader, [uri]):
                assert time.perf_counter() - started < 10, f"{uri} is not visible"
                await asyncio.sleep(0.002)
            latencies.append(time.perf_counter() - started)
        return latencies

    def _note(self, sender: Neighbour, number: int) -> bytes:
        create = sender.note(f"The bus leaves at eight, number {number}", number)
        headers, body = sender.signed(self.site.uris.shared_inbox, create)
        headers.pop("Host")
        fields = list(headers.items())
        return wire.request("POST", self.server.host, "/inbox", headers=fields, body=body)

    async def delivering(
        self, post: Callable[[int], bytes], rounds: int, reachable: int, *, quiet_after: bool
    ) -> Cost:
        """Posts to followers elsewhere, one after the other; the cost is of each delivery.

        `reachable`: how many of the deliveries of a post can arrive. The latency is from the
        client's request to the arrival.
        """
        latencies: list[float] = []
        started, before = time.perf_counter(), self._cpu()
        for number in range(rounds):
            at = time.monotonic()
            await wire.load(self.server.port, [post(number)], 1)
            latencies += [come - at for come in await self.sink.wait_for(reachable)]
        if quiet_after:
            await quiet(self.site)
        seconds, cpu = time.perf_counter() - started, self._cpu() - before
        self.look_at_memory()
        count = rounds * reachable
        return Cost(cpu / count, count / seconds, wire.percentile(latencies, 95) * 1000)

    async def idle(self, seconds: float) -> float:
        """CPU-ms for each second in which nobody asks anything."""
        before = self._cpu()
        await asyncio.sleep(seconds)
        return (self._cpu() - before) / seconds

    def look_at_memory(self) -> float:
        """Megabytes now; the most that was ever seen is kept."""
        now = processes.pss_mb(self.server.pid)
        self.busiest_mb = max(self.busiest_mb, now)
        return now

    def _cpu(self) -> float:
        return processes.cpu_ms(self.server.pid)


@statement
def _entered() -> sa.Select[Any]:
    return (
        sa.select(sa.func.count())
        .join_from(home_entries, statuses, statuses.c.id == home_entries.c.status_id)
        .where(home_entries.c.account_id == p("reader"), among(statuses.c.uri, "uris"))
    )


async def _at_home(site: Site, reader: int, uris: Sequence[str]) -> int:
    async with site.reading() as tx:
        count: int = await tx.value(_entered(), reader=reader, uris=list(uris))
    return count
