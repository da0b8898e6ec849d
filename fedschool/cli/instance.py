"""Commands that work on an instance: its settings, its migrated database, its open site."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fedschool import app, settings
from fedschool.errors import FedschoolError
from fedschool.site import Site, open_site

T = TypeVar("T")


def with_site(work: Callable[[Site], Awaitable[T]]) -> T:
    """Runs `work` with this machine's instance.

    What cannot be done ends the command with a sentence on stderr and exit code 1.
    """
    try:
        return asyncio.run(_open_and(work))
    except FedschoolError as error:
        print(error.public, file=sys.stderr)
        raise SystemExit(1) from None


async def _open_and(work: Callable[[Site], Awaitable[T]]) -> T:
    configured = settings.load()
    await app.prepare(configured)
    async with open_site(configured) as site:
        return await work(site)
