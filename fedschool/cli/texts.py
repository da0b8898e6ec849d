"""`fedschool instance`: what the instance says about itself."""

from typing import TextIO

import click

from fedschool.cli import rules
from fedschool.cli.instance import with_site
from fedschool.model.texts import TextKind
from fedschool.services import texts
from fedschool.services.staff import OPERATOR
from fedschool.site import Site

_KINDS = click.Choice([kind.value for kind in TextKind])


@click.group()
def instance() -> None:
    """What the instance says about itself."""


instance.add_command(rules.rule)


@instance.group("text")
def text_() -> None:
    """The description, the page about it, the privacy policy and the terms."""


@text_.command("set")
@click.argument("kind", type=_KINDS)
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--from", "day", help="The day from which it holds: 2026-12-01. Today when absent.")
def set_(kind: str, file: TextIO, day: str | None) -> None:
    """Take FILE (- is standard input) as the new text. Markdown, but for the description.

    Older versions are kept: clients can still read the terms of each day.
    """
    try:
        written = file.read()
    except UnicodeDecodeError as error:
        raise click.UsageError("The file must be a text in UTF-8") from error

    async def work(site: Site) -> str:
        made = await texts.write(site, OPERATOR, TextKind(kind), written, day)
        return made.effective_on

    click.echo(f"The {kind} holds from {with_site(work)}")


@text_.command()
@click.argument("kind", type=_KINDS)
def show(kind: str) -> None:
    """Print the text that holds today, as it was written."""

    async def work(site: Site) -> str:
        return await texts.written(site, TextKind(kind))

    click.echo(with_site(work))
