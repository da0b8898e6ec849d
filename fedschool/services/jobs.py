"""The queue as workers use it: claim, finish, put off, release after a crash."""

import os
import socket
from collections.abc import Sequence

import msgspec

from fedschool.model.job import Job, JobKind
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import jobs

MINUTE = 60_000
HOUR = 60 * MINUTE
LEASE = MINUTE
RENEW_SECONDS = 20
BACKOFF = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a job: finished, or due again at `again_at` (ms) because of `error`.

    `well` names a host that answered.
    """

    again_at: int | None = None
    error: str = ""
    well: str | None = None


DONE = Verdict()
OURS = tuple(kind for kind in JobKind if kind not in (JobKind.INBOX, JobKind.CARD))


def backoff(attempt: int) -> int:
    """Milliseconds to wait after the `attempt`-th failure in a row (the first is 1)."""
    return BACKOFF[min(attempt, len(BACKOFF)) - 1]


class Ended(msgspec.Struct):
    """Jobs that ended since the last look at the table, and the hosts that answered."""

    ids: list[int] = []
    well: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.ids)

    def add(self, other: "Ended") -> None:
        """What could not be struck off yet."""
        self.ids += other.ids
        self.well |= other.well


async def claim(
    site: Site,
    ended: Ended,
    *,
    busy: Sequence[str],
    per_lane: int,
    free: int,
    inbox_free: int,
    cards_free: int,
) -> list[Job]:
    """Strikes off what ended and takes up to `free` due jobs, none of the `busy` lanes.

    At most `inbox_free` of them are what other servers sent, and `cards_free` visits to web
    pages: however much that is, our own deliveries have their places. A claim is a lease: a
    process that dies leaves its jobs to be claimed again.
    """
    now = site.now()
    async with site.writing() as tx:
        await _strike_off(tx, ended)

        async def take(kinds: Sequence[JobKind], limit: int) -> list[Job]:
            if limit <= 0:
                return []
            return await jobs.claim(
                tx,
                worker=site.process_id,
                now=now,
                lease=now + LEASE,
                kinds=kinds,
                busy=busy,
                per_lane=per_lane,
                limit=limit,
            )

        ours = await take(OURS, free)
        taken = ours + await take((JobKind.INBOX,), min(free - len(ours), inbox_free))
        return taken + await take((JobKind.CARD,), min(free - len(taken), cards_free))


async def due(site: Site) -> bool:
    """Whether anything waits to be claimed now."""
    async with site.reading() as tx:
        at = await jobs.next_due(tx)
    return at is not None and at <= site.now()


async def finish(site: Site, ended: Ended) -> None:
    async with site.writing() as tx:
        await _strike_off(tx, ended)


async def _strike_off(tx: Tx, ended: Ended) -> None:
    if ended.ids:
        await jobs.finish(tx, ended.ids)
    if ended.well:
        await jobs.hosts_well(tx, sorted(ended.well))


async def postpone(site: Site, job: Job, verdict: Verdict) -> None:
    assert verdict.again_at is not None
    async with site.writing() as tx:
        await jobs.postpone(tx, job.id, verdict.again_at, verdict.error)


async def renew(site: Site, ids: Sequence[int]) -> None:
    """Keeps the claims of jobs that are under way."""
    async with site.writing() as tx:
        await jobs.renew(tx, site.process_id, ids, site.now() + LEASE)


async def release(site: Site) -> None:
    """At the start of a worker: voids the claims of processes of this machine that died.

    Claims of other machines run out by themselves.
    """
    async with site.writing() as tx:
        dead = [worker for worker in await jobs.holders(tx) if _is_dead(site, worker)]
        if dead:
            await jobs.release(tx, dead, site.now())


def _is_dead(site: Site, worker: str) -> bool:
    host, _, rest = worker.partition(" ")
    pid = rest.partition(" ")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        # The number came round again, as it does at every start of a container.
        return worker != site.process_id
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
