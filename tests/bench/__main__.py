"""`python -m tests.bench`: start a server on an empty folder, fill it, measure it, print."""

import argparse
import asyncio
import contextlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from fedschool.site import Site, open_site, system_clock
from tests.bench import report, rows, seed, sockets
from tests.bench.measure import Bench
from tests.bench.report import Figure
from tests.bench.rows import Scene
from tests.bench.seed import Calendar, Cast, Posts, Size
from tests.bench.server import Server
from tests.bench.sink import Sink
from tests.live.elsewhere import Neighbour, refused_port
from tests.live.school import Database

MONTH = 30 * 24 * 3600 * 1000
REFUSING, HANGING = 20, 10


class Options(msgspec.Struct, frozen=True):
    """What the command line asked for. `only`: part of the names of the rows to measure."""

    postgresql: str | None
    size: Size
    thrift: int
    only: str
    pause: bool


def _options(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--database",
        default="sqlite",
        metavar="sqlite|URL",
        help="postgresql://… of a server where databases may be created; default: SQLite",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a smaller school and fewer repetitions"
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="rows with this in their name")
    parser.add_argument(
        "--pause", action="store_true", help="wait for Enter before measuring, for a profiler"
    )
    given = parser.parse_args(arguments)
    quick = Size(followers=20, posts=300, remote_followers=100, hosts=50, sockets=100)
    return Options(
        postgresql=None if given.database == "sqlite" else given.database,
        size=quick if given.quick else Size(),
        thrift=4 if given.quick else 1,
        only=given.only,
        pause=given.pause,
    )


async def _run(options: Options) -> str:
    database = Database(options.postgresql)
    with tempfile.TemporaryDirectory(prefix="fedschool-bench-") as name:
        folder = Path(name)
        server = Server(folder, await database.make())
        try:
            async with Sink() as sink:
                return await _measure(options, server, sink)
        finally:
            await server.stop()
            await database.drop_all()


async def _measure(options: Options, server: Server, sink: Sink) -> str:
    size = options.size
    _say("starting on an empty folder")
    empty = await server.start()
    await server.stop()
    _say("making people and posts")
    cast, posts, disk_mb = await _fill(size, server)
    with refused_port() as closed:
        elsewhere = _Elsewhere(sink, size, closed)
        async with open_site(server.settings) as site:
            await elsewhere.enter(site, cast)
            _say("starting on the filled folder")
            filled = await server.start()
            bench = Bench(server, site, sink)
            _say(f"the server's process is {server.pid}")
            if options.pause:
                await asyncio.to_thread(input, "Enter goes on: ")
            idle_mb = bench.look_at_memory()
            idle_ms = await bench.idle(3)
            scene = Scene(cast, posts, elsewhere.press)
            wanted = [
                *rows.reads(bench, scene, options.thrift),
                *rows.writes(bench, scene, options.thrift),
                rows.deliveries(bench, cast.known, size.remote_followers, options.thrift),
                rows.deliveries_among_dead(bench, cast.unlucky, elsewhere.alive),
            ]
            chosen = [plan for plan in wanted if options.only in plan.operation]
            await sink.hang(elsewhere.hanging)
            measured = await rows.measured(chosen, _say)
            streams: list[Figure] = []
            if options.only in "sockets":
                _say(f"{size.sockets} sockets")
                streams = await sockets.figures(bench, cast, size.sockets)
    figures = [
        Figure("start to first answer, empty folder", "s", empty.seconds),
        Figure("start to first answer", "s", filled.seconds, 0.8),
        Figure("CPU of a start", "ms", filled.cpu_ms),
        Figure("CPU of a second without requests", "ms", idle_ms),
        Figure("memory idle, PSS", "MB", idle_mb, 70),
        Figure("memory under load, PSS", "MB", bench.busiest_mb, 120),
        Figure("disk for 1,000 statuses", "MB", disk_mb * 1000 / size.posts, 2.5),
        *streams,
    ]
    return f"{_where(options)}\n\n{report.markdown(measured, figures)}"


async def _fill(size: Size, server: Server) -> tuple[Cast, Posts, float]:
    """The school's own people and posts, and the megabytes that the posts added."""
    now = system_clock()
    # Every use case looks at the clock a few times.
    calendar = Calendar(now - MONTH, now, 40 * size.posts)
    async with open_site(server.settings, clock=calendar) as site:
        cast = await seed.people(site, size)
    before = await server.disk_mb()
    async with open_site(server.settings, clock=calendar) as site:
        posts = await seed.posts(site, cast, size)
    return cast, posts, await server.disk_mb() - before


class _Elsewhere:
    """The remote people: one whom the reader follows, and followers, some on dead hosts."""

    def __init__(self, sink: Sink, size: Size, closed_port: int) -> None:
        self._people = sink.people
        self.press = sink.people.person("press", "press")
        count, hosts = size.remote_followers, size.hosts
        dead, hanging = hosts * REFUSING // 100, hosts * HANGING // 100
        labels = [f"h{number % hosts}" for number in range(count)]
        self.fans = [
            sink.people.person(f"fan{number}", label) for number, label in enumerate(labels)
        ]
        self.hanging = [sink.people.host(f"silent{number}") for number in range(hanging)]
        self.unlucky_fans = [
            Neighbour(
                sink.people, f"unlucky{number}", self._host(number % hosts, dead, closed_port)
            )
            for number in range(count)
        ]
        gone = {*self.hanging, *(f"refusing{n}.localhost:{closed_port}" for n in range(dead))}
        self.alive = sum(fan.host not in gone for fan in self.unlucky_fans)

    def _host(self, number: int, dead: int, closed_port: int) -> str:
        if number < dead:
            return f"refusing{number}.localhost:{closed_port}"
        if number < dead + len(self.hanging):
            return self.hanging[number - dead]
        return self._people.host(f"h{number}")

    async def enter(self, site: Site, cast: Cast) -> None:
        pem = self._people.public_pem
        await seed.followed_here(site, self.press, [cast.reader.account], pem)
        await seed.follow_from_elsewhere(site, cast.known.account, self.fans, pem)
        await seed.follow_from_elsewhere(site, cast.unlucky.account, self.unlucky_fans, pem)


def _where(options: Options) -> str:
    database = "PostgreSQL" if options.postgresql else "SQLite"
    cores = len(os.sched_getaffinity(0))
    when = time.strftime("%Y-%m-%d", time.gmtime())
    return f"{when}, Python {platform.python_version()}, {cores} cores, {database}"


def _say(progress: str) -> None:
    print(f"bench: {progress}", file=sys.stderr, flush=True)


def main() -> None:
    options = _options(sys.argv[1:])
    with contextlib.suppress(KeyboardInterrupt):
        print(asyncio.run(_run(options)))


if __name__ == "__main__":
    main()
