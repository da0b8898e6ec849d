"""A new status enters the homes of the author's and the tags' local followers, and their lists."""

import msgspec

from fedschool.distribution import streams
from fedschool.distribution.notify import notify
from fedschool.model.job import Fanout, JobKind
from fedschool.model.status import Status, Visibility
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import jobs, list_entries, statuses, timelines

CHUNK = 500


async def plan(tx: Tx, site: Site, status: Status) -> None:
    """Writes the job; nothing for direct messages, which live in notifications."""
    if status.visibility is Visibility.DIRECT:
        return
    streams.published(tx, site, status)
    payload = msgspec.json.encode(Fanout(status.id))
    now = site.now()
    new = jobs.NewJob(site.ids.next(), JobKind.FANOUT, JobKind.FANOUT, payload, now)
    await jobs.add(tx, [new], now)
    tx.after_commit(site.wake_workers)


async def run(site: Site, job: Fanout) -> None:
    """Carries it out, in chunks; doing it twice changes nothing."""
    async with site.reading() as tx:
        status = await statuses.by_id(tx, job.status_id)
        if status is None:
            return
        readers = await _readers(tx, site, status)
        reading = await list_entries.reached(tx, status.id, now=site.now())
        bells = await timelines.bells(tx, status.account_id)
    for start in range(0, len(readers), CHUNK):
        async with site.writing() as tx:
            if await statuses.by_id(tx, status.id) is None:
                return
            chunk = readers[start : start + CHUNK]
            await timelines.enter_homes(tx, chunk, status.id)
            streams.entered(tx, site, chunk, status.id)
    for start in range(0, len(reading), CHUNK):
        async with site.writing() as tx:
            if await statuses.by_id(tx, status.id) is None:
                return
            entries = reading[start : start + CHUNK]
            await list_entries.enter(tx, [one for one, _ in entries], status.id)
            streams.entered_lists(tx, site, entries, status.id)
    if status.reblog_of_id is None and bells:
        async with site.writing() as tx:
            for reader in bells:
                await notify(
                    tx,
                    site,
                    to=reader,
                    kind=NotificationType.STATUS,
                    sender=status.account_id,
                    status_id=status.id,
                )


async def _readers(tx: Tx, site: Site, status: Status) -> list[int]:
    original = None
    if status.reblog_of_id is not None:
        original = await statuses.by_id(tx, status.reblog_of_id)
    tagged = status.visibility is Visibility.PUBLIC and original is None
    return await timelines.readers(tx, status, original, with_tags=tagged, now=site.now())
