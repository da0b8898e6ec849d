"""Commands about other servers: which are blocked, limited or allowed."""

from pathlib import Path

import click

from fedschool.cli.instance import with_site
from fedschool.model.servers import DomainAllow, DomainBlock, ImportLine, Severity
from fedschool.services import server_lists, servers
from fedschool.services.audit import COMMAND_LINE
from fedschool.services.servers import Decision
from fedschool.site import Site

SHOWN = 20


@click.group()
def server() -> None:
    """Block, limit and allow other servers."""


@server.command()
@click.argument("domain")
@click.option("--reason", help="Why, for the staff alone.")
@click.option("--published", help="Why, as visitors may read it.")
def block(domain: str, reason: str | None, published: str | None) -> None:
    """Deal with DOMAIN and its subdomains no longer: nothing goes there, nothing comes from there.

    Follows both ways are cut; the people concerned are told.
    """
    _decide(domain, Severity.SUSPEND, reason, published)
    click.echo(f"{domain} is blocked")


@server.command()
@click.argument("domain")
@click.option("--reason", help="Why, for the staff alone.")
@click.option("--published", help="Why, as visitors may read it.")
@click.option("--reject-media", is_flag=True, help="Show no pictures from there.")
def limit(domain: str, reason: str | None, published: str | None, reject_media: bool) -> None:
    """Limit DOMAIN and its subdomains: only those who follow its people see them."""
    _decide(domain, Severity.SILENCE, reason, published, reject_media=reject_media or None)
    click.echo(f"{domain} is limited")


@server.command()
@click.argument("domain")
def unblock(domain: str) -> None:
    """Take back what was decided about DOMAIN, be it blocked or limited."""

    async def work(site: Site) -> None:
        await servers.release(site, COMMAND_LINE, domain)

    with_site(work)
    click.echo(f"Nothing is decided about {domain} any longer")


@server.command()
@click.argument("domain")
def allow(domain: str) -> None:
    """List DOMAIN as allowed, which counts where FEDSCHOOL_FEDERATION is `allowlist`."""

    async def work(site: Site) -> DomainAllow:
        return await servers.let_in(site, COMMAND_LINE, domain)

    click.echo(f"{with_site(work).domain} is allowed")


@server.command()
@click.argument("domain")
def disallow(domain: str) -> None:
    """List DOMAIN as allowed no longer."""

    async def work(site: Site) -> None:
        await servers.shut_out(site, COMMAND_LINE, domain)

    with_site(work)
    click.echo(f"{domain} is not allowed any longer")


@server.command("list")
def list_() -> None:
    """Print what is decided about other servers, one line each."""

    async def work(site: Site) -> tuple[list[DomainBlock], list[DomainAllow]]:
        return await servers.everything(site)

    blocked, allowed = with_site(work)
    for item in blocked:
        more = " reject-media" if item.reject_media else ""
        click.echo(f"{item.severity.value:8} {item.domain}{more}")
    for one in allowed:
        click.echo(f"allow    {one.domain}")


@server.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "really", is_flag=True, help="Do it; without this, only tell.")
def import_(file: Path, really: bool) -> None:
    """Take over blocks from FILE, a list as Mastodon exports it (CSV).

    What is decided already is never made milder.
    """

    async def work(site: Site) -> tuple[list[ImportLine], int]:
        with file.open("rb") as opened:
            data = opened.read(server_lists.MAX_BYTES + 1)
        lines = await server_lists.look(site, server_lists.read(data))
        return lines, await server_lists.apply(site, COMMAND_LINE, lines) if really else 0

    lines, done = with_site(work)
    wrong = [line for line in lines if line.problem]
    for line in wrong[:SHOWN]:
        click.echo(f"left out: {line.domain or '(empty)'} {line.problem}")
    if len(wrong) > SHOWN:
        click.echo(f"left out: {len(wrong) - SHOWN} more")
    if really:
        click.echo(f"{done} of {len(lines)} lines were taken over")
    else:
        click.echo(f"{len(lines) - len(wrong)} of {len(lines)} lines would be taken over; --apply")


def _decide(
    domain: str,
    severity: Severity,
    reason: str | None,
    published: str | None,
    reject_media: bool | None = None,
) -> None:
    wanted = Decision(
        severity=severity,
        private_comment=reason,
        public_comment=published,
        reject_media=reject_media,
    )

    async def work(site: Site) -> None:
        await servers.decide(site, COMMAND_LINE, domain, wanted)

    with_site(work)
