"""The jobs table: durable work, claimed by lease, and the health of the hosts it goes to."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.job import Job, JobKind
from fedschool.ports.database import Tx, among, p, statement
from fedschool.store.tables_federation import hosts
from fedschool.store.tables_jobs import jobs

j = jobs.c
WINDOW = 512
_NAMES = ("id", "kind", "lane", "payload", "run_at", "created_at")


class NewJob(msgspec.Struct, frozen=True):
    """A job to write; `run_at` in ms."""

    id: int
    kind: JobKind
    lane: str
    payload: bytes
    run_at: int


@statement
def _insert() -> sa.sql.dml.Insert:
    return insert(jobs).values({name: p(name) for name in _NAMES})


# Due jobs of some kinds, oldest first by (run_at, id), a few of each lane, none of the busy
# lanes. The window bounds what one claim looks at; a claimed job's run_at is its lease's end.
@statement
def _claim(skip_locked: bool) -> sa.sql.dml.Update:
    due = (
        sa.select(j.id, j.lane, j.run_at)
        .where(j.run_at <= p("now"), ~among(j.lane, "busy"), among(j.kind, "kinds"))
        .order_by(j.run_at, j.id)
        .limit(p("window", sa.Integer))
        .subquery()
    )
    place = (
        sa.func.row_number()
        .over(partition_by=due.c.lane, order_by=(due.c.run_at, due.c.id))
        .label("place")
    )
    ranked = sa.select(due.c.id, due.c.run_at, place).subquery()
    chosen = (
        sa.select(ranked.c.id)
        .where(ranked.c.place <= p("per_lane", sa.Integer))
        .order_by(ranked.c.run_at, ranked.c.id)
        .limit(p("limit", sa.Integer))
    )
    if skip_locked:
        locked = jobs.alias("locked")
        chosen = (
            sa.select(locked.c.id)
            .where(locked.c.id.in_(chosen), locked.c.run_at <= p("now"))
            .with_for_update(skip_locked=True)
        )
    return (
        sa.update(jobs)
        .where(j.id.in_(chosen))
        .values(run_at=p("lease"), attempts=j.attempts + 1, claimed_by=p("worker"))
        .returning(j.id, j.kind, j.lane, j.payload, j.attempts, j.created_at)
    )


@statement
def _finish() -> sa.sql.dml.Delete:
    return sa.delete(jobs).where(among(j.id, "ids"))


@statement
def _postpone() -> sa.sql.dml.Update:
    return (
        sa.update(jobs)
        .where(j.id == p("id"))
        .values(run_at=p("run_at"), claimed_by=sa.null(), last_error=p("error"))
    )


# A host that failed: what waits for it waits until then, by the index on lane.
@statement
def _delay_lane() -> sa.sql.dml.Update:
    return (
        sa.update(jobs)
        .where(j.lane == p("lane"), j.claimed_by.is_(None), j.run_at < p("run_at"))
        .values(run_at=p("run_at"))
    )


@statement
def _release() -> sa.sql.dml.Update:
    return (
        sa.update(jobs)
        .where(among(j.claimed_by, "workers"))
        .values(run_at=p("now"), claimed_by=sa.null())
    )


# Who holds claims, by the partial index on claimed_by.
@statement
def _holders() -> sa.Select[Any]:
    return sa.select(j.claimed_by).where(j.claimed_by.is_not(None)).distinct()


@statement
def _renew() -> sa.sql.dml.Update:
    return (
        sa.update(jobs)
        .where(among(j.id, "ids"), j.claimed_by == p("worker"))
        .values(run_at=p("lease"))
    )


@statement
def _next_due() -> sa.Select[Any]:
    return sa.select(sa.func.min(j.run_at))


# One more failure in a row. Several deliveries fail together when a host goes down: that is one
# failure, so a host that is waiting already is not counted again.
@statement
def _host_failed() -> sa.sql.base.Executable:
    new = insert(hosts).values(
        host=p("host"),
        failures=1,
        failing_since=p("now"),
        retry_at=p("now"),
        updated_at=p("now"),
    )
    return new.on_conflict_do_update(
        index_elements=["host"],
        set_={
            "failures": hosts.c.failures + 1,
            "failing_since": sa.func.coalesce(hosts.c.failing_since, new.excluded.failing_since),
            "updated_at": new.excluded.updated_at,
        },
        where=hosts.c.retry_at <= new.excluded.retry_at,
    ).returning(hosts.c.failures)


@statement
def _host_retry() -> sa.sql.dml.Update:
    return sa.update(hosts).where(hosts.c.host == p("host")).values(retry_at=p("retry_at"))


# Hosts that are left alone for now, by primary key.
@statement
def _resting() -> sa.Select[Any]:
    return sa.select(hosts.c.host, hosts.c.retry_at).where(
        among(hosts.c.host, "hosts"), hosts.c.retry_at > p("now", sa.BigInteger)
    )


@statement
def _hosts_well() -> sa.sql.dml.Delete:
    return sa.delete(hosts).where(among(hosts.c.host, "hosts"))


async def add(tx: Tx, new: Sequence[NewJob], now: int) -> None:
    await tx.many(
        _insert(),
        [
            {
                "id": job.id,
                "kind": job.kind.value,
                "lane": job.lane,
                "payload": job.payload,
                "run_at": job.run_at,
                "created_at": now,
            }
            for job in new
        ],
    )


async def claim(
    tx: Tx, *, worker: str, now: int, lease: int, kinds: Sequence[JobKind], busy: Sequence[str],
    per_lane: int, limit: int,
) -> list[Job]:  # fmt: skip
    """Takes up to `limit` due jobs until `lease` (ms); nobody else gets them before then."""
    rows = await tx.all(
        _claim(tx.dialect == "postgresql"),
        worker=worker,
        now=now,
        lease=lease,
        kinds=[kind.value for kind in kinds],
        busy=list(busy),
        per_lane=per_lane,
        limit=limit,
        window=WINDOW,
    )
    claimed = [
        Job(
            id=row[0],
            kind=JobKind(row[1]),
            lane=row[2],
            payload=bytes(row[3]),
            attempts=row[4],
            created_at=row[5],
        )
        for row in rows
    ]
    return sorted(claimed, key=lambda job: job.id)


async def finish(tx: Tx, ids: Sequence[int]) -> None:
    await tx.run(_finish(), ids=list(ids))


async def postpone(tx: Tx, job_id: int, run_at: int, error: str) -> None:
    """Gives a claimed job back for later; `error` is for the admin."""
    await tx.run(_postpone(), id=job_id, run_at=run_at, error=error[:500])


async def delay_lane(tx: Tx, lane: str, run_at: int) -> None:
    await tx.run(_delay_lane(), lane=lane, run_at=run_at)


async def holders(tx: Tx) -> list[str]:
    """The workers that hold claims."""
    return [row[0] for row in await tx.all(_holders())]


async def release(tx: Tx, workers: Sequence[str], now: int) -> None:
    """Their claims are void: the jobs are due."""
    await tx.run(_release(), workers=list(workers), now=now)


async def renew(tx: Tx, worker: str, ids: Sequence[int], lease: int) -> None:
    """The worker goes on with these jobs."""
    await tx.run(_renew(), worker=worker, ids=list(ids), lease=lease)


async def next_due(tx: Tx) -> int | None:
    """When the earliest job is due (ms), or None when there is none."""
    at: int | None = await tx.value(_next_due())
    return at


async def host_failed(tx: Tx, host: str, now: int) -> int | None:
    """How many failures in a row it makes; None when the host is waiting for its retry already."""
    count: int | None = await tx.value(_host_failed(), host=host, now=now)
    return count


async def host_retry_at(tx: Tx, host: str, at: int) -> None:
    await tx.run(_host_retry(), host=host, retry_at=at)


async def resting(tx: Tx, names: Sequence[str], now: int) -> dict[str, int]:
    """Those of the hosts that are failing, and when each is tried again (ms)."""
    return {row[0]: row[1] for row in await tx.all(_resting(), hosts=list(names), now=now)}


async def hosts_well(tx: Tx, names: Sequence[str]) -> None:
    """They answered: their failures are forgotten."""
    await tx.run(_hosts_well(), hosts=list(names))
