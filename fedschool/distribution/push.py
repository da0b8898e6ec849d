"""A notification wakes the clients that asked for it: one durable job for each."""

from urllib.parse import urlsplit

import msgspec

from fedschool.model.job import JobKind, Push
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import jobs, push


async def plan(
    tx: Tx, site: Site, *, to: int, kind: NotificationType, sender: int, notification_id: int
) -> None:
    """Writes the jobs, with the notification."""
    wanting = await push.wanting(tx, to, sender, kind.value)
    if not wanting:
        return
    now = site.now()
    new = [
        jobs.NewJob(
            id=site.ids.next(),
            kind=JobKind.PUSH,
            lane=f"push {urlsplit(endpoint).netloc.lower()}",
            payload=msgspec.json.encode(Push(subscription_id, notification_id)),
            run_at=now,
        )
        for subscription_id, endpoint in wanting
    ]
    await jobs.add(tx, new, now)
    tx.after_commit(site.wake_workers)
