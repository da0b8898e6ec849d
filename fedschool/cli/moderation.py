"""Commands for looking after people: who there is, who is shut out, what was done."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import click

from fedschool.cli.instance import with_site
from fedschool.cli.people import account
from fedschool.model.account import Role
from fedschool.model.moderation import AccountFilter, Act, AdminAccount, Order, Standing
from fedschool.model.staff import AuditEntry
from fedschool.model.timeline import Cursor
from fedschool.services import admin_accounts, moderation
from fedschool.services import audit as log
from fedschool.services.staff import OPERATOR
from fedschool.site import Site

MAX_LISTED = 1_000


@account.command("list")
@click.option(
    "--status",
    type=click.Choice([standing.value for standing in Standing]),
    help="Only accounts of this standing.",
)
@click.option("--remote", is_flag=True, help="People of other servers instead of ours.")
@click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(1, MAX_LISTED),
    help="How many at most.",
)
def list_(status: str | None, remote: bool, limit: int) -> None:
    """List people, the latest first."""
    standings = frozenset([Standing(status)] if status else [])
    filter_ = AccountFilter(local=not remote, standings=standings)

    async def work(site: Site) -> list[AdminAccount]:
        page = await admin_accounts.page(site, OPERATOR, filter_, Cursor(limit=limit))
        return list(page.items)

    for item in with_site(work):
        click.echo("\t".join((item.account.acct, *_words(item))))


@account.command()
@click.argument("name")
@click.option("--reason", default="", help="What the person is told.")
def suspend(name: str, reason: str) -> None:
    """Suspend NAME: nothing of theirs is shown, and after 30 days it is erased."""
    _act(name, Act.SUSPEND, reason, "suspended")


@account.command()
@click.argument("name")
@click.option("--reason", default="", help="What the person is told.")
def limit(name: str, reason: str) -> None:
    """Limit NAME: only followers meet their posts."""
    _act(name, Act.SILENCE, reason, "limited")


@account.command()
@click.argument("name")
@click.option("--reason", default="", help="What the person is told.")
def disable(name: str, reason: str) -> None:
    """Disable the login of NAME; what they wrote stays."""
    _act(name, Act.DISABLE, reason, "disabled")


@account.command()
@click.argument("name")
def unsuspend(name: str) -> None:
    """Lift the suspension of NAME, within 30 days."""
    _undo(name, moderation.unsuspend, "suspended no longer")


@account.command()
@click.argument("name")
def unlimit(name: str) -> None:
    """Limit NAME no longer."""
    _undo(name, moderation.unsilence, "limited no longer")


@account.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let NAME sign in again."""
    _undo(name, moderation.enable, "enabled")


@account.command()
@click.argument("name")
def reject(name: str) -> None:
    """Refuse NAME, who asked to join, and forget them."""
    _undo(name, admin_accounts.reject, "rejected")


@account.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def set_role(name: str, role: str) -> None:
    """Make NAME a teacher, a moderator or an admin."""

    async def work(site: Site) -> None:
        account_id = await moderation.id_of(site, name)
        await moderation.set_role(site, OPERATOR, account_id, Role(role))

    with_site(work)
    click.echo(f"{name} is {role} now")


@click.group()
def audit() -> None:
    """Look up what the staff did."""


@audit.command("list")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, MAX_LISTED),
    help="How many at most.",
)
@click.option("--target", help="Only acts on this, such as account/123 or domain/example.org.")
def list_acts(limit: int, target: str | None) -> None:
    """List what the staff did, the latest first."""

    async def work(site: Site) -> list[str]:
        entries = await log.log(site, OPERATOR, Cursor(limit=limit), target=target)
        return [_line(entry) for entry in entries]

    for line in with_site(work):
        click.echo(line)


def _line(entry: AuditEntry) -> str:
    at = datetime.fromtimestamp(entry.created_at / 1000, UTC).isoformat(" ", "seconds")
    who = entry.actor_name or ("somebody gone" if entry.actor else "the command line")
    detail = " ".join(f"{name}={value!r}" for name, value in entry.detail.items())
    return "\t".join((at, who, entry.action, entry.target, detail))


def _words(item: AdminAccount) -> list[str]:
    user = item.user
    words = [] if user is None else [user.role.value]
    if user is not None:
        words += [] if user.approved_at else [Standing.PENDING.value]
        words += [Standing.DISABLED.value] if user.disabled_at else []
    words += [Standing.SUSPENDED.value] if item.suspended else []
    words += [Standing.SILENCED.value] if item.account.silenced_at else []
    words += [Standing.SENSITIZED.value] if item.account.sensitized_at else []
    return words


def _act(name: str, act: Act, reason: str, word: str) -> None:
    async def work(site: Site) -> None:
        account_id = await moderation.id_of(site, name)
        await moderation.act(site, OPERATOR, account_id, Order(act=act, text=reason))

    with_site(work)
    click.echo(f"{name} is {word}")


Deed = Callable[..., Coroutine[Any, Any, AdminAccount]]


def _undo(name: str, deed: Deed, word: str) -> None:
    async def work(site: Site) -> None:
        await deed(site, OPERATOR, await moderation.id_of(site, name))

    with_site(work)
    click.echo(f"{name} is {word}")
