"""What no client sees: the jobs of a school that runs as a process, looked at in its database."""

import asyncio
import time
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.ports.database import statement
from fedschool.services.jobs import LEASE
from fedschool.site import Site
from fedschool.store.tables_jobs import jobs
from tests.live.waiting import TooLate

j = jobs.c


class Waiting(msgspec.Struct, frozen=True):
    """A job that is not done. `run_at` in ms; `claimed` says whether a process works on it."""

    kind: str
    lane: str
    run_at: int
    attempts: int
    claimed: bool
    last_error: str | None


@statement
def _waiting() -> sa.Select[Any]:
    columns = (j.kind, j.lane, j.run_at, j.attempts, j.claimed_by, j.last_error)
    return sa.select(*columns).order_by(j.id)


@statement
def _end_leases() -> sa.sql.dml.Update:
    claimed = sa.update(jobs).where(j.claimed_by.is_not(None))
    return claimed.values(run_at=j.run_at - LEASE)


async def waiting(site: Site) -> list[Waiting]:
    """Every job that is not done, the oldest first."""
    async with site.reading() as tx:
        rows = await tx.all(_waiting())
    return [
        Waiting(kind, lane, run_at, attempts, claimed_by is not None, last_error)
        for kind, lane, run_at, attempts, claimed_by, last_error in rows
    ]


async def quiet(site: Site, *, within: float = 60) -> None:
    """Waits until no job is left. Raises TooLate after so many seconds."""
    give_up = time.monotonic() + within
    while left := await waiting(site):
        if time.monotonic() > give_up:
            raise TooLate(f"{len(left)} jobs are left after {within:g} s, such as {left[:3]}")
        await asyncio.sleep(0.02)


async def lease_ends(site: Site) -> None:
    """As if as much time had passed as a dead process keeps the jobs that it had claimed.

    Where several processes share a database, nobody can know sooner that one has died.
    """
    async with site.writing() as tx:
        await tx.run(_end_leases())
