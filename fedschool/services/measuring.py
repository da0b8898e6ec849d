"""Counts what the staff looks at: who was here, and the figures of each day."""

from fedschool.model.measures import DAY
from fedschool.site import Site
from fedschool.store import figures

BACK = 90
AT_ONCE = 7


async def flush(site: Site) -> None:
    """Writes down who was here since the last time, in this process."""
    waiting = site.presence.taken()
    if not waiting:
        return
    try:
        async with site.writing() as tx:
            await figures.note_active(tx, waiting)
    except BaseException:
        site.presence.give_back(waiting)
        raise


async def count(site: Site) -> None:
    """Counts today and yesterday anew, and some of the last 90 days that nobody counted."""
    today = site.now() // DAY
    async with site.reading() as tx:
        done = await figures.counted(tx, today - BACK)
    missing = [day for day in range(today - 2, today - BACK, -1) if day not in done]
    for day in (today, today - 1, *missing[:AT_ONCE]):
        async with site.writing() as tx:
            await figures.count(tx, day)
    async with site.writing() as tx:
        await figures.weigh(tx)
