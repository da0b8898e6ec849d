"""A person's follows, lists, blocks, mutes and bookmarks as files, in Mastodon's formats."""

import msgspec

from fedschool.errors import NotFound
from fedschool.model.account import Account, ActorType
from fedschool.model.transfer import Kind
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import transfers as store
from fedschool.text import sheets

_languages = msgspec.json.Decoder(tuple[str, ...])
_FOLLOWING = ("Account address", "Show boosts", "Notify on new posts", "Languages")
_MUTES = ("Account address", "Hide notifications")


async def table(site: Site, username: str, kind: Kind) -> str:
    """The file. Raises NotFound where there is nobody of that name."""
    async with site.reading() as tx:
        me = await person(tx, username)
        rows = await _rows(tx, site, me, kind)
    return sheets.write(rows)


async def person(tx: Tx, username: str) -> Account:
    """One of our people. Raises NotFound."""
    found = await accounts.by_handle(tx, username, None)
    if found is None or found.actor_type is ActorType.APPLICATION:
        raise NotFound(f"There is no account named {username}")
    return found


async def _rows(tx: Tx, site: Site, me: Account, kind: Kind) -> list[tuple[str, ...]]:
    limit = sheets.MAX_ROWS
    if kind is Kind.FOLLOWING:
        found = await store.following(tx, me.id, limit)
        return [_FOLLOWING, *(_follow(site, *row[1:]) for row in found)]
    if kind is Kind.MUTES:
        found = await store.muted(tx, me.id, limit)
        return [_MUTES, *((handle(site, row[1], row[2]), _truth(row[3])) for row in found)]
    if kind is Kind.BLOCKS:
        found = await store.blocked(tx, me.id, limit)
        return [(handle(site, row[1], row[2]),) for row in found]
    if kind is Kind.LISTS:
        found = await store.in_lists(tx, me.id, limit)
        return [(row[0], handle(site, row[1], row[2])) for row in found]
    if kind is Kind.DOMAIN_BLOCKS:
        return [(domain,) for domain in await store.domains(tx, me.id, limit)]
    return [(row[1],) for row in await store.bookmarked(tx, me.id, limit)]


def handle(site: Site, username: str, domain: str) -> str:
    """`name@host`, of our own people as well: the file is read elsewhere."""
    return f"{username}@{domain or site.uris.host}"


def _follow(
    site: Site, username: str, domain: str, boosts: int, notify: int, languages: str | None
) -> tuple[str, ...]:
    chosen = () if languages is None else _languages.decode(languages)
    return (handle(site, username, domain), _truth(boosts), _truth(notify), ", ".join(chosen))


def _truth(flag: int) -> str:
    return "true" if flag else "false"
