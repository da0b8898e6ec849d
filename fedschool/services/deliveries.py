"""Deliveries to other servers: one try, and when the next one is due.

A host that fails makes all that waits for it wait, from a minute up to a day; what could not be
delivered for five days is given up. No other host notices.
"""

import msgspec

from fedschool import log
from fedschool.distribution import delivery
from fedschool.distribution.delivery import Outcome
from fedschool.model.job import Deliver, Job
from fedschool.services.jobs import DONE, HOUR, Verdict, backoff
from fedschool.site import Site
from fedschool.store import jobs

_log = log.get(__name__)
GIVE_UP_AFTER = 5 * 24 * HOUR


async def run(site: Site, job: Job) -> Verdict:
    """Tries a delivery; keeps the host's health."""
    result = await delivery.deliver(site, msgspec.json.decode(job.payload, type=Deliver))
    match result.outcome:
        case Outcome.DONE | Outcome.GONE:
            return Verdict(well=job.lane)
        case Outcome.REFUSED:
            _log.info("delivery refused", host=job.lane, why=result.detail)
            return DONE
        case _:
            return await _failed(site, job, result)


async def _failed(site: Site, job: Job, result: delivery.Delivered) -> Verdict:
    now = site.now()
    if now - job.created_at > GIVE_UP_AFTER:
        _log.info("delivery given up", host=job.lane, why=result.detail)
        return DONE
    _log.info("delivery failed", host=job.lane, why=result.detail, attempt=job.attempts)
    if result.outcome is Outcome.LATER:
        return Verdict(now + backoff(job.attempts), result.detail)
    async with site.writing() as tx:
        failures = await jobs.host_failed(tx, job.lane, now)
        if failures is None:
            waiting = await jobs.resting(tx, [job.lane], now)
            again_at = waiting.get(job.lane, now + backoff(1))
        else:
            again_at = now + max(backoff(failures), result.retry_after or 0)
            await jobs.host_retry_at(tx, job.lane, again_at)
            await jobs.delay_lane(tx, job.lane, again_at)
    return Verdict(again_at, result.detail)
