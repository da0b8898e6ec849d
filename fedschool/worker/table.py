"""Which use case does each kind of job, and how many may run at once for one lane."""

from collections.abc import Awaitable, Callable

import msgspec

from fedschool.model.job import Fanout, Inbox, Job, JobKind
from fedschool.services import deliveries, inbox, statuses
from fedschool.services.jobs import DONE, Verdict
from fedschool.site import Site

Work = Callable[[Site, Job], Awaitable[Verdict]]

# How many jobs of one lane (a host, or a kind) may be under way at once.
PER_LANE = 4


async def _fanout(site: Site, job: Job) -> Verdict:
    await statuses.fan_out(site, msgspec.json.decode(job.payload, type=Fanout))
    return DONE


async def _inbox(site: Site, job: Job) -> Verdict:
    await inbox.process(site, msgspec.json.decode(job.payload, type=Inbox))
    return DONE


TABLE: dict[JobKind, Work] = {
    JobKind.DELIVER: deliveries.run,
    JobKind.FANOUT: _fanout,
    JobKind.INBOX: _inbox,
}
