"""Statuses: writing, looking up, threads, edits, tombstones. Showing them is `hydrate`'s."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.status import Attachment, Status, StatusEdit
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import hydrate, uses
from fedschool.store.base import changed
from fedschool.store.emoji_texts import encode_emojis
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_federation import tombstones
from fedschool.store.tables_statuses import (
    idempotency_keys,
    mentions,
    status_edits,
    status_tags,
    statuses,
    tags,
)
from fedschool.store.visibility import Eyes, eyes, viewer_id, visible_to

s = statuses.c
MAX_DEPTH = 4_096
_LIKES = ("favourites_count", "reblogs_count")
_WRITTEN = [
    "id", "uri", "url", "account_id", "local", "local_only", "visibility", "content", "text",
    "spoiler_text", "sensitive", "language", "in_reply_to_id", "in_reply_to_account_id",
    "in_reply_to_uri", "reblog_of_id", "conversation_id", "application_id", "created_at",
    "edited_at", "emojis", "quote_policy",
]  # fmt: skip


@statement
def _insert() -> sa.sql.dml.Insert:
    return (
        insert(statuses)
        .values({name: p(name) for name in _WRITTEN})
        .on_conflict_do_nothing()
        .returning(s.id)
    )


# One status by primary key or by the unique URI.
@statement
def _by(column: str) -> sa.Select[Any]:
    return sa.select(*hydrate.COLUMNS).where(s[column] == p(column))


@statement
def _visible(kind: Eyes) -> sa.Select[Any]:
    return sa.select(*hydrate.COLUMNS).where(s.id == p("id"), visible_to(kind))


@statement
def _boost_of() -> sa.Select[Any]:
    return sa.select(*hydrate.COLUMNS).where(
        s.reblog_of_id == p("status_id"), s.account_id == p("account_id")
    )


@statement
def _edit() -> sa.sql.dml.Update:
    names = (
        "content", "text", "spoiler_text", "sensitive", "language", "edited_at", "url", "emojis",
        "quote_policy",
    )  # fmt: skip
    return changed(statuses).where(s.id == p("id")).values({name: p(name) for name in names})


@statement
def _count(column: str) -> sa.sql.dml.Update:
    return (
        changed(statuses).where(s.id == p("id")).values({column: s[column] + p("by", sa.Integer)})
    )


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(statuses).where(s.id == p("id"))


# Replies that came before their parent: by the index on in_reply_to_uri. None of those that the
# parent itself answers, be it itself: a thread that is a circle has no end.
@statement
def _adopt() -> sa.sql.dml.Update:
    return (
        changed(statuses)
        .where(
            s.in_reply_to_uri == p("uri"),
            s.in_reply_to_id.is_(None),
            s.id != p("id", sa.BigInteger),
            ~among(s.id, "above"),
        )
        .values(in_reply_to_id=p("id", sa.BigInteger), in_reply_to_account_id=p("account_id"))
    )


@statement
def _insert_mention() -> sa.sql.dml.Insert:
    names = ("status_id", "account_id", "position", "silent")
    return insert(mentions).values({name: p(name) for name in names}).on_conflict_do_nothing()


@statement
def _mentioned() -> sa.Select[Any]:
    return sa.select(mentions.c.account_id).where(
        mentions.c.status_id == p("status_id"), mentions.c.silent == 0
    )


@statement
def _delete_mentions() -> sa.sql.dml.Delete:
    return sa.delete(mentions).where(mentions.c.status_id == p("status_id"))


@statement
def _insert_tag() -> sa.sql.dml.Insert:
    new = insert(tags).values({name: p(name) for name in ("id", "name", "display", "created_at")})
    return new.on_conflict_do_update(
        index_elements=["name"], set_={"name": new.excluded.name}
    ).returning(tags.c.id)


@statement
def _insert_status_tag() -> sa.sql.dml.Insert:
    return (
        insert(status_tags)
        .values(tag_id=p("tag_id"), status_id=p("status_id"))
        .on_conflict_do_nothing()
    )


@statement
def _delete_status_tags() -> sa.sql.dml.Delete:
    return sa.delete(status_tags).where(status_tags.c.status_id == p("status_id"))


# The chain of parents, nearest first, by primary keys.
@statement
def _ancestors() -> sa.Select[Any]:
    start = (
        sa.select(s.in_reply_to_id.label("id"), sa.literal_column("1").label("depth"))
        .where(s.id == p("id"), s.in_reply_to_id.is_not(None))
        .cte("chain", recursive=True)
    )
    parent = statuses.alias("parent")
    chain = start.union_all(
        sa.select(parent.c.in_reply_to_id, start.c.depth + 1)
        .join_from(start, parent, parent.c.id == start.c.id)
        .where(parent.c.in_reply_to_id.is_not(None), start.c.depth < p("limit", sa.Integer))
    )
    return sa.select(chain.c.id).order_by(chain.c.depth)


# Everything that answers a status, by the index on in_reply_to_id. In no order: so both databases
# go level by level and stop at the limit, however much there is.
@statement
def _descendants() -> sa.Select[Any]:
    start = (
        sa.select(s.id, s.in_reply_to_id, sa.literal_column("1").label("depth"))
        .where(s.in_reply_to_id == p("id"))
        .cte("tree", recursive=True)
    )
    child = statuses.alias("child")
    tree = start.union_all(
        sa.select(child.c.id, child.c.in_reply_to_id, start.c.depth + 1)
        .join_from(start, child, child.c.in_reply_to_id == start.c.id)
        .where(start.c.depth < p("depth", sa.Integer))
    )
    return sa.select(tree.c.id, tree.c.in_reply_to_id).limit(p("limit", sa.Integer))


@statement
def _insert_edit() -> sa.sql.dml.Insert:
    names = [column.name for column in status_edits.columns]
    return insert(status_edits).values({name: p(name) for name in names})


@statement
def _edits() -> sa.Select[Any]:
    e = status_edits.c
    return (
        sa.select(
            e.status_id, e.content, e.text, e.spoiler_text, e.sensitive, e.created_at,
            e.attachments, e.poll_options,
        )
        .where(e.status_id == p("status_id"))
        .order_by(e.id)
    )  # fmt: skip


@statement
def _bury() -> sa.sql.dml.Insert:
    return (
        insert(tombstones).values(uri=p("uri"), deleted_at=p("deleted_at")).on_conflict_do_nothing()
    )


@statement
def _tombstone() -> sa.Select[Any]:
    return sa.select(tombstones.c.deleted_at).where(tombstones.c.uri == p("uri"))


# A key that is younger than the horizon; the primary key finds it.
@statement
def _status_of_key() -> sa.Select[Any]:
    i = idempotency_keys.c
    return sa.select(i.status_id).where(
        i.account_id == p("account_id"), i.key == p("key"), i.created_at > p("horizon")
    )


# A key that is in use stays with its status: then nothing is returned.
@statement
def _insert_key() -> sa.sql.base.Executable:
    names = ("account_id", "key", "status_id", "created_at")
    new = insert(idempotency_keys).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id", "key"],
        set_={"status_id": new.excluded.status_id, "created_at": new.excluded.created_at},
        where=idempotency_keys.c.created_at <= p("horizon", sa.BigInteger),
    ).returning(idempotency_keys.c.status_id)


# Boosts go with what they boost, so their authors have a status less.
@statement
def _uncount_boosts() -> sa.sql.dml.Update:
    boosters = sa.select(s.account_id).where(s.reblog_of_id == p("id"))
    a = accounts.c
    return changed(accounts).where(a.id.in_(boosters)).values(statuses_count=a.statuses_count - 1)


# Answers stay when what they answer goes.
@statement
def _orphan() -> sa.sql.dml.Update:
    return changed(statuses).where(s.in_reply_to_id == p("id")).values(in_reply_to_id=sa.null())


# Local people who boosted a status, by the unique index on reblog_of_id.
@statement
def _local_boosters() -> sa.Select[Any]:
    return sa.select(s.account_id).where(s.reblog_of_id == p("status_id"), s.local == 1)


def _columns(item: Status) -> dict[str, Any]:
    values = msgspec.structs.asdict(item)
    values["visibility"] = item.visibility.value
    for flag in ("local", "local_only", "sensitive"):
        values[flag] = int(values[flag])
    values["emojis"] = encode_emojis(item.emojis)
    values["quote_policy"] = item.quote_policy.text
    return {name: values[name] for name in _WRITTEN}


async def insert_new(tx: Tx, item: Status) -> bool:
    """False when the URI, or the author's boost of that status, is already there."""
    return await tx.value(_insert(), **_columns(item)) is not None


async def by_id(tx: Tx, status_id: int) -> Status | None:
    """Whoever may see it: for the author's own doings and for deliveries, never for showing."""
    return _status(await tx.one(_by("id"), id=status_id))


async def by_uri(tx: Tx, uri: str) -> Status | None:
    """As `by_id`."""
    return _status(await tx.one(_by("uri"), uri=uri))


async def visible(tx: Tx, viewer: Viewer, status_id: int) -> Status | None:
    """The status, when this viewer may see it."""
    kind = eyes(viewer)
    return _status(await tx.one(_visible(kind), id=status_id, viewer=viewer_id(viewer)))


async def boost_of(tx: Tx, account_id: int, status_id: int) -> Status | None:
    return _status(await tx.one(_boost_of(), account_id=account_id, status_id=status_id))


async def edit(tx: Tx, item: Status) -> None:
    await tx.run(_edit(), **_columns(item))


async def count(tx: Tx, status_id: int, column: str, by: int) -> None:
    """Moves `replies_count`, `reblogs_count`, `favourites_count` or `quotes_count`."""
    await tx.run(_count(column), id=status_id, by=by)
    if by > 0 and column in _LIKES:
        await uses.like(tx, status_id, tx.now())


async def delete(tx: Tx, item: Status, now: int) -> None:
    """Removes it with all that hangs on it, and remembers that its URI is spent."""
    await tx.run(_bury(), uri=item.uri, deleted_at=now)
    if item.reblog_of_id is None:
        await tx.run(_uncount_boosts(), id=item.id)
        await tx.run(_orphan(), id=item.id)
    await tx.run(_delete(), id=item.id)


async def bury(tx: Tx, uri: str, now: int) -> None:
    """Remembers a deletion, so that the thing does not come back."""
    await tx.run(_bury(), uri=uri, deleted_at=now)


async def buried_at(tx: Tx, uri: str) -> int | None:
    at: int | None = await tx.value(_tombstone(), uri=uri)
    return at


async def adopt_orphans(tx: Tx, parent: Status) -> None:
    """Ties replies that arrived before `parent` to it, and counts them."""
    above: list[int] = []
    if parent.in_reply_to_id is not None:
        above = await ancestors(tx, parent.id, MAX_DEPTH)
    adopted = await tx.run(
        _adopt(), uri=parent.uri, id=parent.id, account_id=parent.account_id, above=above
    )
    if adopted:
        await count(tx, parent.id, "replies_count", adopted)


async def set_mentions(
    tx: Tx, status_id: int, account_ids: Sequence[int], *, keep: bool = False
) -> None:
    """Who is named, in order. `keep`: people once named may still see an edited status."""
    if not keep:
        await tx.run(_delete_mentions(), status_id=status_id)
    await tx.many(
        _insert_mention(),
        [
            {"status_id": status_id, "account_id": account_id, "position": n, "silent": 0}
            for n, account_id in enumerate(account_ids)
        ],
    )


async def mentioned(tx: Tx, status_id: int) -> list[int]:
    return [row[0] for row in await tx.all(_mentioned(), status_id=status_id)]


async def set_tags(tx: Tx, status_id: int, names: Sequence[tuple[int, str, str]], now: int) -> None:
    """Hashtags as (id to use if new, folded name, as typed)."""
    await tx.run(_delete_status_tags(), status_id=status_id)
    for tag_id, name, display in names:
        found = await tx.value(_insert_tag(), id=tag_id, name=name, display=display, created_at=now)
        await tx.run(_insert_status_tag(), tag_id=found, status_id=status_id)


async def ancestors(tx: Tx, status_id: int, limit: int) -> list[int]:
    """Ids of what the status answers, the root first."""
    rows = await tx.all(_ancestors(), id=status_id, limit=limit)
    return [row[0] for row in reversed(rows)]


async def descendants(tx: Tx, status_id: int, limit: int, depth: int) -> list[tuple[int, int]]:
    """(id, parent's id) of what answers the status."""
    rows = await tx.all(_descendants(), id=status_id, limit=limit, depth=depth)
    return [(row[0], row[1]) for row in rows]


async def insert_edit(tx: Tx, edit_id: int, version: StatusEdit) -> None:
    await tx.run(
        _insert_edit(),
        id=edit_id,
        status_id=version.status_id,
        content=version.content,
        text=version.text,
        spoiler_text=version.spoiler_text,
        sensitive=int(version.sensitive),
        attachments=msgspec.json.encode(version.attachments).decode(),
        poll_options=None
        if version.poll_options is None
        else msgspec.json.encode(version.poll_options).decode(),
        created_at=version.created_at,
    )


async def edits(tx: Tx, status_id: int) -> list[StatusEdit]:
    """Versions, oldest first; empty for a status that was never edited."""
    return [
        StatusEdit(
            status_id=row[0],
            content=row[1],
            text=row[2],
            spoiler_text=row[3],
            sensitive=bool(row[4]),
            created_at=row[5],
            attachments=msgspec.json.decode(row[6], type=tuple[Attachment, ...]),
            poll_options=None
            if row[7] is None
            else msgspec.json.decode(row[7], type=tuple[str, ...]),
        )
        for row in await tx.all(_edits(), status_id=status_id)
    ]


async def status_of_key(tx: Tx, account_id: int, key: str, horizon: int) -> int | None:
    """The status that this idempotency key made after `horizon` (ms)."""
    found: int | None = await tx.value(
        _status_of_key(), account_id=account_id, key=key, horizon=horizon
    )
    return found


async def remember_key(
    tx: Tx, account_id: int, key: str, status_id: int, *, now: int, horizon: int
) -> bool:
    """False when the key already made another status after `horizon` (ms)."""
    found = await tx.value(
        _insert_key(),
        account_id=account_id,
        key=key,
        status_id=status_id,
        created_at=now,
        horizon=horizon,
    )
    return found is not None


async def local_boosters(tx: Tx, status_id: int) -> list[int]:
    return [row[0] for row in await tx.all(_local_boosters(), status_id=status_id)]


def _status(row: Row | None) -> Status | None:
    return hydrate.status(row) if row else None
