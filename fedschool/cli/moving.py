"""Commands for people who come from another server or leave for one."""

import click

from fedschool.cli.instance import with_site
from fedschool.services import moves
from fedschool.site import Site


@click.group()
def alias() -> None:
    """Other accounts that are the same person, which is what a move asks for."""


@alias.command("add")
@click.argument("name")
@click.argument("handle")
def add_alias(name: str, handle: str) -> None:
    """NAME also is HANDLE (somebody@elsewhere), and may be moved to from there."""

    async def work(site: Site) -> str:
        return (await moves.add_alias(site, name, handle)).uri

    click.echo(f"{name} also is {with_site(work)}")


@alias.command("remove")
@click.argument("name")
@click.argument("handle")
def remove_alias(name: str, handle: str) -> None:
    """NAME is HANDLE no longer; the address of the actor will do as well."""

    async def work(site: Site) -> None:
        await moves.remove_alias(site, name, handle)

    with_site(work)
    click.echo(f"{handle} is removed")


@alias.command("list")
@click.argument("name")
def list_aliases(name: str) -> None:
    """Print the accounts that NAME also is, one in a line."""

    async def work(site: Site) -> tuple[str, ...]:
        return await moves.aliases(site, name)

    for uri in with_site(work):
        click.echo(uri)


@click.command()
@click.argument("name")
@click.argument("handle", required=False)
@click.option("--cancel", is_flag=True, help="Take the last move back.")
def move(name: str, handle: str | None, cancel: bool) -> None:
    """NAME is HANDLE from now on: followers are sent there, and NAME posts no longer.

    HANDLE must list NAME as an alias first.
    """
    if cancel == (handle is not None):
        raise click.UsageError("Give a HANDLE, or --cancel.")

    async def work(site: Site) -> str:
        if handle is None:
            await moves.cancel(site, name)
            return f"{name} is here again"
        return f"{name} is now {(await moves.leave(site, name, handle)).acct}"

    click.echo(with_site(work))
