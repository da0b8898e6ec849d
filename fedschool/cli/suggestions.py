"""Commands about whom the instance suggests to everybody."""

import click

from fedschool.cli.instance import with_site
from fedschool.services import suggestions
from fedschool.site import Site


@click.group()
def suggestion() -> None:
    """Choose people whom everybody here is invited to follow."""


@suggestion.command()
@click.argument("handle")
def add(handle: str) -> None:
    """Suggest HANDLE (`ada` or `ada@host`) to everybody here."""

    async def work(site: Site) -> str:
        account, new = await suggestions.feature(site, handle)
        said = f"{account.acct} is suggested" if new else f"{account.acct} was suggested already"
        if account.discoverable:
            return said
        return f"{said}, but will not be shown until the profile may be discovered"

    click.echo(with_site(work))


@suggestion.command()
@click.argument("handle")
def remove(handle: str) -> None:
    """Suggest HANDLE no longer."""

    async def work(site: Site) -> str:
        return (await suggestions.unfeature(site, handle)).acct

    click.echo(f"{with_site(work)} is suggested no longer")


@suggestion.command("list")
def list_all() -> None:
    """Print who is suggested, the latest first."""

    async def work(site: Site) -> list[str]:
        return [account.acct for account in await suggestions.featured(site)]

    for acct in with_site(work):
        click.echo(acct)
