"""Nobody comes in from a network that is shut out: looked at before every request.

What is shut out lies in memory (`site.walls`). A change here holds for the next request; one
that another process made, after a second.
"""

import asyncio

from quart import Quart

from fedschool import log
from fedschool.errors import Forbidden
from fedschool.http import context
from fedschool.http.context import site
from fedschool.site import Site
from fedschool.store import ip_blocks

SECONDS = 1.0
_log = log.get(__name__)


def install(app: Quart) -> None:
    app.before_request(_check)
    app.before_websocket(_check)


async def _check() -> None:
    here = site()
    if here.walls.stale:
        await _read(here)
    if here.walls.shut_out(context.address(), here.now()):
        raise Forbidden


async def watch(opened: Site) -> None:
    """Learns every second what other processes shut out; runs as long as requests are served."""
    while True:
        try:
            await _read(opened)
        except Exception:  # noqa: BLE001  a database that is away now is back in a moment
            _log.exception("shut out networks not read")
        await asyncio.sleep(SECONDS)


async def _read(opened: Site) -> None:
    async with opened.reading() as tx:
        opened.walls.replace(await ip_blocks.no_access(tx, opened.now()))
