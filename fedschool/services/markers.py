"""Where people stopped reading, so that their other devices go on from there."""

from collections.abc import Mapping, Sequence

from fedschool.model.account import Viewer
from fedschool.model.timeline import Marker
from fedschool.site import Site
from fedschool.store import markers as store

TIMELINES = ("home", "notifications")


async def of(site: Site, viewer: Viewer, timelines: Sequence[str]) -> list[Marker]:
    """The viewer's markers of these timelines, as far as there are any."""
    wanted = [name for name in TIMELINES if name in timelines]
    if not wanted:
        return []
    async with site.reading() as tx:
        return await store.of(tx, viewer.me, wanted)


async def move(site: Site, viewer: Viewer, read: Mapping[str, int]) -> list[Marker]:
    """Moves the viewer's markers to these ids; `read` maps names of TIMELINES to ids."""
    if not read:
        return []
    async with site.writing() as tx:
        return [
            await store.put(tx, viewer.me, timeline, last_read_id, site.now())
            for timeline, last_read_id in read.items()
        ]
