"""Commands that work on an instance: its settings, its migrated database, its open site."""

import asyncio
import functools
import sys
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from fedschool import app, settings
from fedschool.errors import FedschoolError
from fedschool.site import Site, open_site

P = ParamSpec("P")
T = TypeVar("T")


def explained(command: Callable[P, T]) -> Callable[P, T]:
    """What cannot be done ends the command with a sentence on stderr and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except FedschoolError as error:
            print(error.public, file=sys.stderr)
            raise SystemExit(1) from None

    return run


@explained
def with_site(work: Callable[[Site], Awaitable[T]]) -> T:
    """Runs `work` with this machine's instance; see `explained` for what cannot be done."""
    return asyncio.run(_open_and(work))


async def _open_and(work: Callable[[Site], Awaitable[T]]) -> T:
    configured = settings.load()
    await app.prepare(configured)
    async with open_site(configured) as site:
        return await work(site)
