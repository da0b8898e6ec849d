"""Custom emojis: our own, and other servers' as they were last claimed."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.emoji import CatalogueEntry, Emoji
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.base import changed
from fedschool.store.emoji_texts import decode_emojis, encode_emojis
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_media import emojis
from fedschool.store.tables_statuses import statuses

e = emojis.c
CHUNK = 200
_COLUMNS = [e.shortcode, e.id, e.key, e.static_key]


class RemoteEmoji(msgspec.Struct, frozen=True):
    """An emoji as another server claims it; `updated_at` (ms) is 0 where it does not say."""

    id: int
    shortcode: str
    uri: str | None
    remote_url: str
    updated_at: int


# By the unique index on (shortcode, domain).
@statement
def _named() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(e.domain == p("domain"), among(e.shortcode, "names"))


# All of ours: a few hundred at most, as admins add them by hand.
@statement
def _ours() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS, e.category, e.updated_at).where(e.domain == "").order_by(e.shortcode)
    )


@statement
def _count_ours() -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(emojis).where(e.domain == "")


@statement
def _put_own() -> sa.sql.dml.Insert:
    names = ("id", "shortcode", "key", "static_key", "category", "updated_at")
    new = insert(emojis).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["shortcode", "domain"],
        set_={name: new.excluded[name] for name in names[2:]},
    ).returning(e.id)


@statement
def _delete_own() -> sa.sql.dml.Delete:
    return sa.delete(emojis).where(e.id == p("id"), e.domain == "")


# What its own server says of it now; an older word, or the same, changes nothing.
@statement
def _put_remote() -> sa.sql.dml.Insert:
    names = ("id", "shortcode", "domain", "uri", "remote_url", "updated_at")
    new = insert(emojis).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["shortcode", "domain"],
        set_={name: new.excluded[name] for name in names[3:]},
        where=sa.or_(
            e.updated_at < new.excluded.updated_at,
            sa.and_(
                e.updated_at == new.excluded.updated_at, e.remote_url != new.excluded.remote_url
            ),
        ),
    )


# Texts that carry some emoji, of which few do: by the partial index, and for accounts by a walk
# along the primary key in chunks; only an admin's change of an emoji asks.
@statement
def _carriers(of: str) -> sa.Select[Any]:
    table = _CARRIERS[of]
    return (
        sa.select(table.c.id, table.c.emojis)
        .where(
            sa.text("emojis <> '[]'"),
            table.c.emojis.contains(p("needle", sa.Text)),
            table.c.id > p("after", sa.BigInteger),
        )
        .order_by(table.c.id)
        .limit(CHUNK)
    )


@statement
def _carry(of: str) -> sa.sql.dml.Update:
    table = _CARRIERS[of]
    return changed(table).where(table.c.id == p("id")).values(emojis=p("emojis"))


_CARRIERS: Mapping[str, sa.Table] = {"statuses": statuses, "accounts": accounts}


async def named(tx: Tx, domain: str | None, names: Sequence[str]) -> dict[str, Emoji]:
    """Those of a server (None is ours) that have one of the names, by name."""
    rows = await tx.all(_named(), domain=domain or "", names=list(names))
    return {row[0]: _emoji(row) for row in rows}


async def ours(tx: Tx) -> list[CatalogueEntry]:
    """All of ours, by name."""
    return [
        CatalogueEntry(emoji=_emoji(row), category=row[4], updated_at=row[5])
        for row in await tx.all(_ours())
    ]


async def count_ours(tx: Tx) -> int:
    return int(await tx.value(_count_ours()) or 0)


async def put_own(tx: Tx, item: Emoji, category: str | None, now: int) -> Emoji:
    """Writes one of ours, in place of an earlier one of that name, whose id it keeps."""
    kept = await tx.value(
        _put_own(),
        id=item.id,
        shortcode=item.shortcode,
        key=item.key,
        static_key=item.static_key,
        category=category,
        updated_at=now,
    )
    return msgspec.structs.replace(item, id=kept)


async def delete_own(tx: Tx, emoji_id: int) -> None:
    await tx.run(_delete_own(), id=emoji_id)


async def put_remote(tx: Tx, domain: str, items: Sequence[RemoteEmoji]) -> None:
    """Keeps what a server says of its emojis, where it is news."""
    await tx.many(_put_remote(), [{**msgspec.structs.asdict(i), "domain": domain} for i in items])


async def carry(tx: Tx, of: str, before: Emoji, after: Emoji | None, last: int) -> int | None:
    """Changes one emoji in the next chunk of `statuses` or `accounts` with ids above `last`.

    `after` None takes it out. Answers the last id looked at; None when there are no more.
    """
    needle = msgspec.json.encode([before.shortcode, before.id]).decode()[:-1] + ","
    rows = await tx.all(_carriers(of), needle=needle, after=last)
    for row_id, text in rows:
        kept = (after if item.id == before.id else item for item in decode_emojis(text))
        items = [item for item in kept if item is not None]
        await tx.run(_carry(of), id=row_id, emojis=encode_emojis(items))
    return rows[-1][0] if len(rows) == CHUNK else None


def _emoji(row: Row) -> Emoji:
    return Emoji(shortcode=row[0], id=row[1], key=row[2], static_key=row[3])
