"""`fedschool announcement`: what the school tells everybody."""

from datetime import UTC, datetime, timedelta

import click

from fedschool.cli.instance import with_site
from fedschool.entities.links import moment
from fedschool.services import announcements
from fedschool.services.announcements import Draft
from fedschool.services.staff import OPERATOR
from fedschool.site import Site

SHOWN = 60


@click.group()
def announcement() -> None:
    """Tell everybody something: clients show it above their timelines."""


@announcement.command()
@click.argument("text")
@click.option("--starts-at", help="When it begins: 2026-12-01T14:00, UTC unless it names a zone.")
@click.option("--ends-at", help="When it is over, and no longer shown.")
@click.option("--all-day", is_flag=True, help="Only the days count, each from begin to end.")
def create(text: str, starts_at: str | None, ends_at: str | None, all_day: bool) -> None:
    """Announce TEXT, which may name people, hashtags and addresses. Prints its id."""
    draft = Draft(
        text=text,
        starts_at=_read(starts_at, "--starts-at", whole_days=all_day),
        ends_at=_read(ends_at, "--ends-at", whole_days=all_day, last=True),
        all_day=all_day,
    )

    async def work(site: Site) -> int:
        return (await announcements.create(site, OPERATOR, draft)).id

    click.echo(with_site(work))


@announcement.command("list")
def list_all() -> None:
    """Print all announcements: id, begin, end, and the first words."""

    async def work(site: Site) -> list[str]:
        found = await announcements.everything(site, OPERATOR)
        return [
            f"{item.id}  {_shown(item.starts_at)}  {_shown(item.ends_at)}  "
            f"{' '.join(item.text.split())[:SHOWN]}"
            for item in found
        ]

    for line in with_site(work):
        click.echo(line)


@announcement.command()
@click.argument("announcement_id", metavar="ID", type=int)
def delete(announcement_id: int) -> None:
    """Take the announcement ID back."""

    async def work(site: Site) -> None:
        await announcements.delete(site, OPERATOR, announcement_id)

    with_site(work)
    click.echo(f"The announcement {announcement_id} is gone")


def _read(text: str | None, option: str, *, whole_days: bool, last: bool = False) -> int | None:
    """Milliseconds since 1970; of whole days their first or their last."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{option} must look like 2026-12-01 or 2026-12-01T14:00") from error
    if whole_days:
        day = datetime(found.year, found.month, found.day, tzinfo=UTC)
        found = day + timedelta(days=1) - timedelta(milliseconds=1) if last else day
    elif found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return round(found.timestamp() * 1000)


def _shown(at: int | None) -> str:
    return "-" * 16 if at is None else moment(at)[:16]
