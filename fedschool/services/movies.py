"""Uploaded films and sounds made ready to be played: a job that a kill only delays."""

import asyncio
import secrets

import msgspec

from fedschool import log
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.job import Job, JobKind, Media
from fedschool.model.status import Attachment, MediaDetails, MediaState
from fedschool.ports.database import Tx
from fedschool.ports.movies import Finished, Task, sniff
from fedschool.services.jobs import DONE, Verdict
from fedschool.site import STOPPING, Site
from fedschool.store import jobs, media

FAILED = "This file could not be processed"
TRIES = 3

_log = log.get(__name__)


async def plan(tx: Tx, site: Site, media_id: int, at: int) -> None:
    """Has the upload worked on from `at` (ms) on, by whoever is there then."""
    payload = msgspec.json.encode(Media(media_id))
    new = jobs.NewJob(site.ids.next(), JobKind.MEDIA, JobKind.MEDIA, payload, at)
    await jobs.add(tx, [new], site.now())
    tx.after_commit(site.wake_workers)


async def run(site: Site, job: Job) -> Verdict:
    """Carries out a job. When the server stops the work is broken off, and begun again later.

    A file that takes the whole server down with it is given up after a few tries.
    """
    media_id = msgspec.json.decode(job.payload, type=Media).media_id
    if job.attempts > TRIES:
        await _fail(site, media_id, FAILED)
        return DONE
    stopping = site.bus.subscribe(STOPPING)
    work = asyncio.create_task(process(site, media_id))
    told = asyncio.create_task(stopping.get())
    try:
        await asyncio.wait((work, told), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            await work
            return DONE
        return Verdict(site.now(), "the server stopped")
    finally:
        stopping.close()
        for task in (work, told):
            task.cancel()
        await asyncio.gather(work, told, return_exceptions=True)


async def process(site: Site, media_id: int) -> None:
    """Makes one upload ready, or says in it why that cannot be; nothing where that was done."""
    item = await _waiting(site, media_id)
    if item is None or item.source_key is None:
        return
    try:
        data = await site.media.get(item.source_key)
        done = await site.movies.film(_task(data), data)
    except (Unprocessable, NotFound) as error:
        _log.info("upload refused", why=error.public)
        await _fail(site, media_id, error.public if isinstance(error, Unprocessable) else FAILED)
        return
    await _keep(site, item, done)


def _task(data: bytes) -> Task:
    task = Task.GIF if data.startswith(b"GIF8") else sniff.task_of(data)
    if task is None:
        raise Unprocessable
    return task


async def _waiting(site: Site, media_id: int) -> Attachment | None:
    async with site.reading() as tx:
        item = (await media.by_ids(tx, [media_id])).get(media_id)
    return item if item is not None and item.state is MediaState.PROCESSING else None


async def _keep(site: Site, item: Attachment, done: Finished) -> None:
    name = secrets.token_hex(16)
    key = f"local/{name[:2]}/{name}.{done.made.extension}"
    preview_key = None
    await site.media.put(key, done.file)
    if done.preview is not None:
        preview_key = f"local/{name[:2]}/{name}-small.{done.made.preview_extension}"
        await site.media.put(preview_key, done.preview)
    unused = [key, preview_key]
    try:
        async with site.writing() as tx:
            now = (await media.by_ids(tx, [item.id])).get(item.id)
            if now is not None:
                ready = _ready(now, done, key, preview_key)
                if await media.finish(tx, ready):
                    # A picture of the client's own stays in front of ours.
                    unused = [item.source_key, preview_key if now.preview_key else None]
    finally:
        for each in unused:
            if each is not None:
                await site.media.delete(each)


def _ready(item: Attachment, done: Finished, key: str, preview_key: str | None) -> Attachment:
    made = done.made
    ready = msgspec.structs.replace(
        item,
        kind=made.kind,
        mime_type=made.mime_type,
        key=key,
        width=made.width,
        height=made.height,
        size=len(done.file),
        details=made.details,
        state=MediaState.READY,
        source_key=None,
    )
    if item.preview_key is not None:
        details = msgspec.structs.replace(made.details, colors=item.details.colors)
        return msgspec.structs.replace(ready, details=details)
    return msgspec.structs.replace(
        ready,
        preview_key=preview_key,
        preview_width=made.preview_width,
        preview_height=made.preview_height,
        blurhash=made.blurhash,
    )


async def _fail(site: Site, media_id: int, why: str) -> None:
    async with site.writing() as tx:
        item = (await media.by_ids(tx, [media_id])).get(media_id)
        if item is None:
            return
        failed = msgspec.structs.replace(
            item,
            state=MediaState.FAILED,
            source_key=None,
            details=MediaDetails(failure=why),
        )
        done = await media.finish(tx, failed)
    if done and item.source_key is not None:
        await site.media.delete(item.source_key)
