"""Which use case does each kind of job, and how many may run at once for one lane."""

from collections.abc import Awaitable, Callable

import msgspec

from fedschool.model.job import (
    Acquaint,
    Fanout,
    FetchKits,
    Import,
    Inbox,
    Job,
    JobKind,
    Move,
    PollEnd,
    PollTell,
    Publish,
    Replies,
    ServerChanged,
    Synchronize,
    Verify,
)
from fedschool.services import (
    acquaintance,
    announcements,
    cards,
    deliveries,
    import_jobs,
    inbox,
    move_jobs,
    movies,
    poll_jobs,
    push,
    received_kits,
    remote_replies,
    scheduling,
    severing,
    statuses,
    synchronization,
    verification,
)
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


async def _poll_end(site: Site, job: Job) -> Verdict:
    await poll_jobs.end(site, msgspec.json.decode(job.payload, type=PollEnd))
    return DONE


async def _poll_tell(site: Site, job: Job) -> Verdict:
    await poll_jobs.tell(site, msgspec.json.decode(job.payload, type=PollTell))
    return DONE


async def _move(site: Site, job: Job) -> Verdict:
    await move_jobs.run(site, msgspec.json.decode(job.payload, type=Move))
    return DONE


async def _replies(site: Site, job: Job) -> Verdict:
    await remote_replies.run(site, msgspec.json.decode(job.payload, type=Replies))
    return DONE


async def _import(site: Site, job: Job) -> Verdict:
    await import_jobs.run(site, msgspec.json.decode(job.payload, type=Import))
    return DONE


async def _verify(site: Site, job: Job) -> Verdict:
    await verification.run(site, msgspec.json.decode(job.payload, type=Verify))
    return DONE


async def _publish(site: Site, job: Job) -> Verdict:
    await scheduling.publish(site, msgspec.json.decode(job.payload, type=Publish))
    return DONE


async def _server_changed(site: Site, job: Job) -> Verdict:
    await severing.run(site, msgspec.json.decode(job.payload, type=ServerChanged))
    return DONE


async def _collections(site: Site, job: Job) -> Verdict:
    await received_kits.read_all(site, msgspec.json.decode(job.payload, type=FetchKits))
    return DONE


async def _synchronize(site: Site, job: Job) -> Verdict:
    await synchronization.run(site, msgspec.json.decode(job.payload, type=Synchronize))
    return DONE


async def _acquaint(site: Site, job: Job) -> Verdict:
    await acquaintance.run(site, msgspec.json.decode(job.payload, type=Acquaint))
    return DONE


TABLE: dict[JobKind, Work] = {
    JobKind.ANNOUNCE: announcements.run,
    JobKind.DELIVER: deliveries.run,
    JobKind.FANOUT: _fanout,
    JobKind.INBOX: _inbox,
    JobKind.PUSH: push.run,
    JobKind.POLL_END: _poll_end,
    JobKind.POLL_TELL: _poll_tell,
    JobKind.PUBLISH: _publish,
    JobKind.MEDIA: movies.run,
    JobKind.VERIFY: _verify,
    JobKind.IMPORT: _import,
    JobKind.REPLIES: _replies,
    JobKind.MOVE: _move,
    JobKind.CARD: cards.run,
    JobKind.SERVER_CHANGED: _server_changed,
    JobKind.SYNCHRONIZE: _synchronize,
    JobKind.ACQUAINT: _acquaint,
    JobKind.COLLECTIONS: _collections,
}
