"""Commands that let people take along what is theirs, and bring it from elsewhere."""

import time
from pathlib import Path

import click

from fedschool.cli.instance import with_site
from fedschool.model.transfer import Import, Kind
from fedschool.services import archives, exports, imports
from fedschool.site import Site

_KINDS = click.Choice([kind.value for kind in Kind])
POLL_SECONDS = 2


@click.command("export")
@click.argument("name")
@click.argument("kind", type=_KINDS)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export(name: str, kind: str, file: Path | None) -> None:
    """Write what NAME follows, blocks, keeps… as CSV to FILE, or to the terminal."""

    async def work(site: Site) -> str:
        return await exports.table(site, name, Kind(kind))

    text = with_site(work)
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


@click.command("import")
@click.argument("name")
@click.argument("kind", type=_KINDS)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="End what is here and not in the file.")
@click.option("--wait", is_flag=True, help="Stay until a running server has gone through it.")
def take_in(name: str, kind: str, file: Path, overwrite: bool, wait: bool) -> None:
    """Take in what NAME brings from elsewhere: FILE is CSV, as Mastodon exports it.

    The server goes through the rows in the background, slowly where other servers are asked.
    """

    data = file.read_bytes()

    async def work(site: Site) -> Import:
        return await imports.begin(site, name, Kind(kind), data, overwrite=overwrite)

    item = with_site(work)
    number = item.id

    async def look(site: Site) -> Import:
        return await imports.progress(site, number)

    click.echo(f"{item.total} rows are taken in by the running server")
    while wait and item.finished_at is None:
        time.sleep(POLL_SECONDS)
        item = with_site(look)
        click.echo(f"{item.done} of {item.total} done, {item.failed} in vain")


@click.command()
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def archive(name: str, file: Path) -> None:
    """Write all that NAME posted, with pictures, to FILE (.zip or .tar.gz)."""

    async def work(site: Site) -> int:
        return await archives.write(site, name, file)

    click.echo(f"{with_site(work)} posts and boosts are in {file}")
