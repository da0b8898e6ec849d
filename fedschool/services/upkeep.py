"""What an instance does by itself so that it stays small: the timetable of periodic work."""

from collections.abc import Awaitable, Callable

import msgspec

from fedschool import log
from fedschool.services import (
    cards,
    email_blocks,
    erasures,
    ip_blocks,
    measuring,
    media,
    media_proxy,
    trends,
)
from fedschool.site import Site
from fedschool.store import upkeep

_log = log.get(__name__)
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

HOME_ENTRIES = 800
RECEIVED_DAYS = 30
ACTIVITY_DAYS = 7
TOMBSTONE_DAYS = 400
HOST_DAYS = 30

Work = Callable[[Site], Awaitable[None]]


class Entry(msgspec.Struct, frozen=True):
    """Periodic work: `run` every `every` milliseconds, by one process of the instance."""

    name: str
    every: int
    run: Work


async def tick(site: Site) -> None:
    """Runs what is due; call it every minute or so. One failing piece stops no other."""
    await measuring.flush(site)
    for entry in TIMETABLE:
        try:
            await run_due(site, entry)
        except Exception:  # noqa: BLE001  the next one must have its turn
            _log.exception("upkeep failed", work=entry.name)


async def run_due(site: Site, entry: Entry) -> None:
    """Runs one piece if its time has come and no other process does."""
    async with site.writing() as tx:
        due = await upkeep.begin(tx, entry.name, site.now(), entry.every)
    if due:
        await entry.run(site)


async def prune_records(site: Site) -> None:
    """Forgets what is too old to matter: seen activities, sessions, codes, tombstones, hosts."""
    now = site.now()
    ages = {
        "received": now - RECEIVED_DAYS * DAY,
        "sessions": now,
        "grants": now - DAY,
        "hosts": now - HOST_DAYS * DAY,
        "tombstones": now - TOMBSTONE_DAYS * DAY,
    }
    for name, before in ages.items():
        removed = upkeep.CHUNK
        while removed >= upkeep.CHUNK:
            async with site.writing() as tx:
                removed = await upkeep.prune(tx, name, before)
    removed = upkeep.CHUNK
    while removed >= upkeep.CHUNK:
        async with site.writing() as tx:
            removed = await upkeep.prune_activities(tx, now - ACTIVITY_DAYS * DAY)
    async with site.writing() as tx:
        await upkeep.prune_keys(tx, now - DAY)


async def trim_homes(site: Site, keep: int = HOME_ENTRIES) -> None:
    """Keeps each home and list at its newest entries, as far as anybody scrolls."""
    async with site.reading() as tx:
        people = await upkeep.people(tx)
        lists = await upkeep.reading_lists(tx)
    for account_id in people:
        async with site.writing() as tx:
            await upkeep.trim_home(tx, account_id, keep)
    for list_id in lists:
        async with site.writing() as tx:
            await upkeep.trim_list(tx, list_id, keep)


async def sweep_uploads(site: Site) -> None:
    """Removes uploads that nobody posted."""
    while await media.sweep(site) >= media.SWEEP:
        pass


async def sweep_copies(site: Site) -> None:
    """Removes old copies of other servers' pictures."""
    await media_proxy.sweep(site)


async def refresh_trends(site: Site) -> None:
    """Computes what trends."""
    await trends.refresh(site)


async def sweep_cards(site: Site) -> None:
    """Removes previews of pages that no post links to any more."""
    await cards.sweep(site)


async def end_blocks(site: Site) -> None:
    """Forgets blocks of networks that have ended, and old tries of blocked e-mail domains."""
    await ip_blocks.prune(site)
    await email_blocks.prune(site)


TIMETABLE = (
    Entry("count days", 10 * MINUTE, measuring.count),
    Entry("end blocks", HOUR, end_blocks),
    Entry("erase suspended", HOUR, erasures.erase_due),
    Entry("forget addresses", DAY, erasures.forget_ips),
    Entry("prune records", HOUR, prune_records),
    Entry("trim homes", DAY, trim_homes),
    Entry("sweep uploads", HOUR, sweep_uploads),
    Entry("sweep copies", 6 * HOUR, sweep_copies),
    Entry("sweep cards", DAY, sweep_cards),
    Entry("refresh trends", 5 * MINUTE, refresh_trends),
)
