"""`fedschool doctor`: is everything in place, and what to do where it is not."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from fedschool import settings
from fedschool.cli.instance import explained
from fedschool.errors import FedschoolError
from fedschool.services import checkup
from fedschool.settings import Settings

Check = Callable[[Settings], Awaitable[str]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", checkup.database),
    ("keys", checkup.keys),
    ("public address", checkup.public_address),
)


@click.command()
@explained
def doctor() -> None:
    """Check settings, database, keys and the public address. Exits with 1 if one is not well."""
    chosen = settings.load()
    click.echo(f"ok    settings: {chosen.url}, data in {chosen.data_dir}")
    if not asyncio.run(_examine(chosen)):
        raise SystemExit(1)


async def _examine(chosen: Settings) -> bool:
    well = True
    for name, check in CHECKS:
        try:
            click.echo(f"ok    {name}: {await check(chosen)}")
        except FedschoolError as error:
            well = False
            click.echo(f"FAIL  {name}: {error.public}")
    return well
