"""`fedschool db`: the database's tables."""

import asyncio

import click

from fedschool import settings
from fedschool.app import prepare
from fedschool.cli.instance import explained


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@explained
def migrate() -> None:
    """Bring the tables to what this version needs. Safe to run again; `serve` does it, too."""
    asyncio.run(prepare(settings.load()))
    click.echo("The database is up to date.")
