"""Commands about people: their accounts and the tokens that act for them."""

import sys

import click

from fedschool.cli import moving, transfer
from fedschool.cli.instance import with_site
from fedschool.model.account import Role
from fedschool.services import oauth, users
from fedschool.site import Site


@click.group()
def account() -> None:
    """Create people and let them in."""


@account.command()
@click.argument("name")
@click.option("--email", required=True, help="The person's e-mail address, for signing in.")
@click.option("--password", help="At least 8 characters; asked for when absent.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.TEACHER.value,
    show_default=True,
    help="What the person may do here.",
)
def create(name: str, email: str, password: str | None, role: str) -> None:
    """Create the person NAME, who may sign in at once."""
    chosen = password or _asked_password()

    async def work(site: Site) -> str:
        made = await users.create_by_admin(
            site, username=name, email=email, password=chosen, role=Role(role)
        )
        return f"{made.username}@{site.settings.host}"

    click.echo(f"Created {with_site(work)}")


@account.command()
@click.argument("name")
def confirm(name: str) -> None:
    """Take NAME's e-mail address as confirmed."""

    async def work(site: Site) -> None:
        await users.confirm(site, name)

    with_site(work)
    click.echo(f"The e-mail address of {name} is confirmed")


@account.command()
@click.argument("name")
def approve(name: str) -> None:
    """Let NAME in, who asked to join."""

    async def work(site: Site) -> None:
        await users.approve(site, name)

    with_site(work)
    click.echo(f"{name} is approved")


account.add_command(moving.alias)
account.add_command(moving.move)
account.add_command(transfer.archive)


@click.group()
def token() -> None:
    """Access tokens for clients and scripts."""


@token.command("create")
@click.argument("name")
@click.option("--scopes", default="read", show_default=True, help="Scopes, separated by spaces.")
def create_token(name: str, scopes: str) -> None:
    """Print a new access token that acts for NAME."""

    async def work(site: Site) -> str:
        return await oauth.token_for(site, username=name, scopes=scopes)

    click.echo(with_site(work))


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("Give --password, or run this in a terminal to be asked for it.")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
