"""`fedschool instance rule`: the rules that everybody is shown."""

import click

from fedschool.cli.instance import with_site
from fedschool.services import rules
from fedschool.services.staff import OPERATOR
from fedschool.site import Site


@click.group()
def rule() -> None:
    """The rules that everybody is shown, and that reports point at."""


@rule.command()
@click.argument("text")
@click.option("--hint", default="", help="What more there is to say about it.")
def add(text: str, hint: str) -> None:
    """Add a rule at the end of the list."""

    async def work(site: Site) -> int:
        return (await rules.add(site, OPERATOR, text, hint)).id

    click.echo(with_site(work))


@rule.command("list")
def list_() -> None:
    """Print the rules: place, number, text, hint."""

    async def work(site: Site) -> None:
        for place, item in enumerate(await rules.shown(site), start=1):
            click.echo("\t".join((str(place), str(item.id), item.text, item.hint)).rstrip())

    with_site(work)


@rule.command()
@click.argument("number", type=int)
@click.option("--text", help="The new sentence.")
@click.option("--hint", help="The new hint; empty for none.")
def edit(number: int, text: str | None, hint: str | None) -> None:
    """Change what a rule says."""

    async def work(site: Site) -> str:
        return (await rules.edit(site, OPERATOR, number, text=text, hint=hint)).text

    click.echo(with_site(work))


@rule.command()
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Take a rule off the list; reports that name it still do."""

    async def work(site: Site) -> None:
        await rules.remove(site, OPERATOR, number)

    with_site(work)


@rule.command()
@click.argument("number", type=int)
@click.argument("place", type=int)
def move(number: int, place: int) -> None:
    """Move a rule to PLACE in the list, counted from 1."""

    async def work(site: Site) -> None:
        await rules.move(site, OPERATOR, number, place)

    with_site(work)
