"""The queue as workers use it: claim, finish, put off, release after a crash."""

from collections.abc import Sequence

import msgspec

from fedschool.model.job import Job
from fedschool.site import Site
from fedschool.store import jobs

MINUTE = 60_000
HOUR = 60 * MINUTE
LEASE = 10 * MINUTE
BACKOFF = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a job: finished, or due again at `again_at` (ms) because of `error`."""

    again_at: int | None = None
    error: str = ""


DONE = Verdict()


def backoff(attempt: int) -> int:
    """Milliseconds to wait after the `attempt`-th failure in a row (the first is 1)."""
    return BACKOFF[min(attempt, len(BACKOFF)) - 1]


async def claim(
    site: Site, *, finished: Sequence[int], busy: Sequence[str], per_lane: int, limit: int
) -> list[Job]:
    """Strikes off `finished` and takes up to `limit` due jobs, none of the `busy` lanes.

    A claim is a lease: a process that dies leaves its jobs to be claimed again.
    """
    now = site.now()
    async with site.writing() as tx:
        if finished:
            await jobs.finish(tx, finished)
        return await jobs.claim(
            tx,
            worker=site.process_id,
            now=now,
            lease=now + LEASE,
            busy=busy,
            per_lane=per_lane,
            limit=limit,
        )


async def due(site: Site) -> bool:
    """Whether anything waits to be claimed now."""
    async with site.reading() as tx:
        at = await jobs.next_due(tx)
    return at is not None and at <= site.now()


async def finish(site: Site, ids: Sequence[int]) -> None:
    async with site.writing() as tx:
        await jobs.finish(tx, ids)


async def postpone(site: Site, job: Job, verdict: Verdict) -> None:
    assert verdict.again_at is not None
    async with site.writing() as tx:
        await jobs.postpone(tx, job.id, verdict.again_at, verdict.error)


async def release(site: Site) -> None:
    """At the start of the only process on an SQLite file: claims in it are from before a crash."""
    if site.database.dialect == "sqlite":
        async with site.writing() as tx:
            await jobs.release_all(tx, site.now())
