"""The loop: claims due jobs, runs them side by side, and writes down how they ended.

No lane (a host that hangs, say) gets more than a few places, so that it delays nobody else.
"""

import asyncio
import contextlib
from collections import Counter

from fedschool import log
from fedschool.model.job import Job
from fedschool.services import jobs, upkeep
from fedschool.services.jobs import Ended, Verdict
from fedschool.site import JOBS, Site
from fedschool.worker.table import PER_LANE, TABLE

_log = log.get(__name__)
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.01
TICK_SECONDS = 60
ATTEMPTS = 8
INBOX_LANES = "inbox:"
CARD_LANES = "card:"


class Worker:
    """Runs an instance's jobs until it is told to stop."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._running: dict[int, asyncio.Task[None]] = {}
        self._lanes: Counter[str] = Counter()
        self._ended = Ended()
        self._wake = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Works until `stop`; then finishes what is under way."""
        await jobs.release(self._site)
        helpers = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]
        helpers.append(asyncio.create_task(self._renew()))
        try:
            while not self._stopping:
                self._wake.clear()
                try:
                    if not await self._claim():
                        await self._rest()
                except Exception:  # noqa: BLE001  a database that is away now comes back
                    _log.exception("the queue cannot be reached")
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            if self._running:
                await asyncio.wait(self._running.values())
            await self._strike_off()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def drain(self) -> int:
        """Runs everything that is due, and what comes of it; how many jobs ran."""
        ran = 0
        while claimed := await self._claim():
            ran += claimed
            while self._running:
                await asyncio.wait(self._running.values())
            await self._strike_off()
        return ran

    async def _listen(self) -> None:
        subscription = self._site.bus.subscribe(JOBS)
        try:
            while True:
                await subscription.get()
                self._wake.set()
        finally:
            subscription.close()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(jobs.RENEW_SECONDS)
            if self._running:
                try:
                    await jobs.renew(self._site, list(self._running))
                except Exception:  # noqa: BLE001  a database that is away now is back in a moment
                    _log.exception("claims not renewed")

    async def _tick(self) -> None:
        while True:
            try:
                await upkeep.tick(self._site)
            except Exception:  # noqa: BLE001  a database that is away now is back in a minute
                _log.exception("upkeep failed")
            await asyncio.sleep(TICK_SECONDS)

    async def _rest(self) -> None:
        """Until something may have become due: a signal, a freed place, or the next look."""
        await self._strike_off()
        while not self._stopping:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            if self._wake.is_set():
                if self._running:
                    # Under load, several jobs end together: one claim serves them all.
                    await asyncio.sleep(GATHER_SECONDS)
                return
            if await jobs.due(self._site):
                return

    async def _claim(self) -> int:
        free = self._site.settings.workers - len(self._running)
        if free <= 0:
            return 0
        ended, self._ended = self._ended, Ended()
        most = self._site.settings.workers
        inboxes, visits = self._busy(INBOX_LANES), self._busy(CARD_LANES)
        try:
            claimed = await jobs.claim(
                self._site,
                ended,
                busy=list(self._lanes),
                per_lane=PER_LANE,
                free=free,
                inbox_free=max(1, most // 2) - inboxes,
                cards_free=max(1, most // 8) - visits,
            )
        except Exception:
            self._ended.add(ended)
            raise
        for job in claimed:
            self._lanes[job.lane] += 1
            self._running[job.id] = asyncio.create_task(self._work(job))
        return len(claimed)

    def _busy(self, prefix: str) -> int:
        return sum(n for lane, n in self._lanes.items() if lane.startswith(prefix))

    async def _work(self, job: Job) -> None:
        log.job_id.set(str(job.id))
        try:
            verdict = await TABLE[job.kind](self._site, job)
        except Exception as error:  # noqa: BLE001  one bad job must not stop the others
            verdict = self._broken(job, error)
        try:
            if verdict.again_at is None:
                self._ended.ids.append(job.id)
            else:
                await jobs.postpone(self._site, job, verdict)
            if verdict.well is not None:
                self._ended.well.add(verdict.well)
        finally:
            del self._running[job.id]
            self._lanes[job.lane] -= 1
            if not self._lanes[job.lane]:
                del self._lanes[job.lane]
            self._wake.set()

    def _broken(self, job: Job, error: Exception) -> Verdict:
        _log.exception("job failed", kind=job.kind.value, attempt=job.attempts)
        if job.attempts >= ATTEMPTS:
            return Verdict()
        return Verdict(self._site.now() + jobs.backoff(job.attempts), type(error).__name__)

    async def _strike_off(self) -> None:
        if self._ended:
            ended, self._ended = self._ended, Ended()
            try:
                await jobs.finish(self._site, ended)
            except Exception:
                self._ended.add(ended)
                raise


async def drain(site: Site) -> int:
    """Runs every due job of an instance until none is left; for tests and the command line."""
    return await Worker(site).drain()
