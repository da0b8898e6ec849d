"""Commands about the school's own emojis."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click

from fedschool.cli.instance import with_site
from fedschool.errors import FedschoolError
from fedschool.model.emoji import SHORTCODE, CatalogueEntry
from fedschool.services import emojis
from fedschool.site import Site

MAX_FILES = 1_000
_PICTURES = frozenset({".png", ".gif", ".webp", ".jpg", ".jpeg", ".avif"})


@click.group()
def emoji() -> None:
    """Custom emojis, which people write as :shortcode:."""


@emoji.command()
@click.argument("shortcode")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--category", help="The group in which clients list it.")
def add(shortcode: str, file: Path, category: str | None) -> None:
    """Add the picture FILE as :SHORTCODE:, or put it in place of the one so named."""
    data = _read(file)

    async def work(site: Site) -> None:
        await emojis.add(site, shortcode, data, category)

    with_site(work)
    click.echo(f"Added :{shortcode}:")


@emoji.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--category", help="The group in which clients list them.")
def import_(source: Path, category: str | None) -> None:
    """Add every picture of a folder or ZIP file SOURCE, named as its file."""
    pictures = list(_from_zip(source) if source.is_file() else _from_folder(source))
    if not pictures:
        raise click.ClickException(f"{source} holds no pictures with names that can be shortcodes")

    async def work(site: Site) -> list[str]:
        refused = []
        with click.progressbar(pictures, label="Emojis") as waiting:
            for name, data in waiting:
                try:
                    await emojis.add(site, name, data, category)
                except FedschoolError as error:
                    refused.append(f":{name}: {error.public}")
        return refused

    refused = with_site(work)
    for line in refused:
        click.echo(line, err=True)
    click.echo(f"Added {len(pictures) - len(refused)} of {len(pictures)}")


@emoji.command("list")
def list_() -> None:
    """List them, with their categories."""

    async def work(site: Site) -> list[CatalogueEntry]:
        return await emojis.catalogue(site)

    for item in with_site(work):
        click.echo(f":{item.emoji.shortcode}:  {item.category or ''}".rstrip())


@emoji.command()
@click.argument("shortcode")
def remove(shortcode: str) -> None:
    """Remove :SHORTCODE:; posts show its name instead."""

    async def work(site: Site) -> None:
        await emojis.remove(site, shortcode)

    with_site(work)
    click.echo(f"Removed :{shortcode}:")


def _from_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    if len(files) > MAX_FILES:
        raise click.ClickException(f"At most {MAX_FILES} files at once")
    for path in files:
        if name := _name(path.name):
            yield name, _read(path)


def _from_zip(file: Path) -> Iterator[tuple[str, bytes]]:
    """No entry is unpacked further than a picture may be large, whatever it claims."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_FILES:
                raise click.ClickException(f"At most {MAX_FILES} files at once")
            for entry in entries:
                name = None if entry.is_dir() else _name(Path(entry.filename).name)
                if name:
                    with archive.open(entry) as opened:
                        yield name, opened.read(emojis.MAX_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise click.ClickException(f"{file} cannot be read as a ZIP file") from error


def _name(file_name: str) -> str | None:
    """`Happy-Owl.png` is `Happy_Owl`."""
    path = Path(file_name)
    name = re.sub(r"[\s.-]+", "_", path.stem)
    fits = path.suffix.lower() in _PICTURES and SHORTCODE.fullmatch(name)
    return name if fits and not file_name.startswith(".") else None


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(emojis.MAX_BYTES + 1)
