"""Collections of accounts, and who is in them."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.kit import ItemState, Kit, KitItem, KitView
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_people import account_collection_items as items
from fedschool.store.tables_people import account_collections as kits
from fedschool.store.tables_people import collection_readings, status_collections
from fedschool.store.tables_relationships import blocks

k = kits.c
i = items.c
_KIT = (
    "id", "account_id", "name", "description", "language", "tag", "sensitive", "discoverable",
    "created_at", "updated_at", "uri", "url", "local",
)  # fmt: skip
_ITEM = (
    "id", "collection_id", "account_id", "state", "created_at", "uri", "activity_uri",
    "approval_uri",
)  # fmt: skip
_STANDING: sa.ColumnElement[Any] = sa.literal_column("'accepted'")
_WAITING: sa.ColumnElement[Any] = sa.literal_column("'pending'")
_COLUMNS = [k[name] for name in _KIT]


# By the primary key, or by the unique index on the URI.
@statement
def _one(column: str) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(k[column] == p(column))


@statement
def _many() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(among(k.id, "ids"))


# Somebody's collections, the latest first: a range of (account_id, id).
@statement
def _of(only_discoverable: bool) -> sa.Select[Any]:
    query = sa.select(*_COLUMNS).where(k.account_id == p("account_id"))
    if only_discoverable:
        query = query.where(k.discoverable == 1)
    return query.order_by(k.id.desc()).limit(p("limit", sa.Integer)).offset(p("offset", sa.Integer))


# The collections that somebody is in, the latest first: a range of (account_id, id) of the items.
@statement
def _holding(only_discoverable: bool) -> sa.Select[Any]:
    query = (
        sa.select(*_COLUMNS)
        .select_from(
            items.join(kits, k.id == i.collection_id).join(accounts, accounts.c.id == k.account_id)
        )
        .where(
            i.account_id == p("account_id"),
            i.state == sa.literal_column("'accepted'"),
            accounts.c.suspended_at.is_(None),
        )
    )
    if only_discoverable:
        query = query.where(k.discoverable == 1)
    return query.order_by(i.id.desc()).limit(p("limit", sa.Integer)).offset(p("offset", sa.Integer))


# Who is in some collections and agrees (the owner also sees who did not answer yet), without
# those who are suspended and whom the viewer blocks or is blocked by: by the unique index on
# (collection_id, account_id).
@statement
def _items_of() -> sa.Select[Any]:
    me = p("viewer", sa.BigInteger)
    apart = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(blocks)
        .where(
            sa.or_(
                sa.and_(blocks.c.account_id == me, blocks.c.target_id == i.account_id),
                sa.and_(blocks.c.account_id == i.account_id, blocks.c.target_id == me),
            )
        )
    )
    return (
        sa.select(*(i[name] for name in _ITEM))
        .join_from(items, accounts, accounts.c.id == i.account_id)
        .join(kits, k.id == i.collection_id)
        .where(
            among(i.collection_id, "ids"),
            sa.or_(i.state == _STANDING, sa.and_(i.state == _WAITING, k.account_id == me)),
            accounts.c.suspended_at.is_(None),
            ~apart,
        )
        .order_by(i.id)
    )


@statement
def _item() -> sa.Select[Any]:
    return sa.select(*(i[name] for name in _ITEM)).where(
        i.id == p("id"), i.collection_id == p("collection_id")
    )


@statement
def _size() -> sa.Select[Any]:
    return (
        sa.select(sa.func.count())
        .select_from(items)
        .where(i.collection_id == p("collection_id"), i.state.in_([_STANDING, _WAITING]))
    )


@statement
def _count_of() -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(kits).where(k.account_id == p("account_id"))


@statement
def _insert() -> sa.sql.dml.Insert:
    return sa.insert(kits).values({name: p(name) for name in _KIT})


@statement
def _update() -> sa.sql.dml.Update:
    kept = ("id", "account_id", "created_at", "uri", "local")
    values = {name: p(name) for name in _KIT if name not in kept}
    return sa.update(kits).where(k.id == p("id")).values(values)


@statement
def _delete() -> sa.sql.dml.Delete:
    return sa.delete(kits).where(k.id == p("id"))


@statement
def _insert_item() -> sa.sql.base.Executable:
    new = insert(items).values({name: p(name) for name in _ITEM})
    return new.on_conflict_do_nothing().returning(i.id)


@statement
def _delete_item() -> sa.sql.dml.Delete:
    return sa.delete(items).where(i.id == p("id"))


@statement
def _update_item() -> sa.sql.dml.Update:
    names = ("state", "uri", "activity_uri", "approval_uri")
    return sa.update(items).where(i.id == p("id")).values({name: p(name) for name in names})


# Items by what other servers call them, by an index each.
@statement
def _items_by(column: str) -> sa.Select[Any]:
    return sa.select(*(i[name] for name in _ITEM)).where(i[column] == p(column))


def linked_from(page: sa.Select[Any]) -> sa.Select[Any]:
    """Rows of (status, collection) for what a page of statuses links to, as far as the owners are
    there, do not block `viewer` (0: a stranger) and are not blocked."""
    t, me = status_collections.c, p("viewer", sa.BigInteger)
    apart = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(blocks)
        .where(
            sa.or_(
                sa.and_(blocks.c.account_id == me, blocks.c.target_id == k.account_id),
                sa.and_(blocks.c.account_id == k.account_id, blocks.c.target_id == me),
            )
        )
    )
    return (
        sa.select(t.status_id, t.collection_id)
        .join_from(status_collections, kits, k.id == t.collection_id)
        .join(accounts, accounts.c.id == k.account_id)
        .where(t.status_id.in_(page), accounts.c.suspended_at.is_(None), ~apart)
        .order_by(t.status_id, t.collection_id)
    )


@statement
def _untag() -> sa.sql.dml.Delete:
    return sa.delete(status_collections).where(status_collections.c.status_id == p("status_id"))


@statement
def _tag() -> sa.sql.base.Executable:
    names = ("status_id", "collection_id")
    new = insert(status_collections).values({name: p(name) for name in names})
    return new.on_conflict_do_nothing()


# One reading begins, unless the last began after `before`.
@statement
def _begin_reading() -> sa.sql.base.Executable:
    new = insert(collection_readings).values(account_id=p("account_id"), read_at=p("now"))
    return new.on_conflict_do_update(
        index_elements=["account_id"],
        set_={"read_at": new.excluded.read_at},
        where=collection_readings.c.read_at <= p("before", sa.BigInteger),
    ).returning(collection_readings.c.account_id)


# Collections by URI or by page, by an index each.
@statement
def _among_uris() -> sa.Select[Any]:
    by_uri = sa.select(k.id).where(among(k.uri, "uris"))
    return sa.union(by_uri, sa.select(k.id).where(among(k.url, "uris")))  # type: ignore[return-value]


async def by_id(tx: Tx, kit_id: int) -> Kit | None:
    row = await tx.one(_one("id"), id=kit_id)
    return None if row is None else _kit(row)


async def by_uri(tx: Tx, uri: str) -> Kit | None:
    row = await tx.one(_one("uri"), uri=uri)
    return None if row is None else _kit(row)


async def by_ids(tx: Tx, ids: Sequence[int], viewer: int) -> dict[int, KitView]:
    """Collections as one viewer sees them."""
    found = [_kit(row) for row in await tx.all(_many(), ids=list(ids))]
    return {view.kit.id: view for view in await filled(tx, found, viewer)}


async def of(
    tx: Tx, account_id: int, *, only_discoverable: bool, limit: int, offset: int
) -> list[Kit]:
    rows = await tx.all(_of(only_discoverable), account_id=account_id, limit=limit, offset=offset)
    return [_kit(row) for row in rows]


async def holding(
    tx: Tx, account_id: int, *, only_discoverable: bool, limit: int, offset: int
) -> list[Kit]:
    query = _holding(only_discoverable)
    rows = await tx.all(query, account_id=account_id, limit=limit, offset=offset)
    return [_kit(row) for row in rows]


async def filled(tx: Tx, found: Iterable[Kit], viewer: int) -> list[KitView]:
    """With the items that the viewer (0: a stranger) is shown."""
    chosen = list(found)
    shown: dict[int, list[KitItem]] = {item.id: [] for item in chosen}
    if chosen:
        for row in await tx.all(_items_of(), ids=list(shown), viewer=viewer):
            shown[row[1]].append(_read_item(row))
    return [KitView(item, tuple(shown[item.id])) for item in chosen]


async def item(tx: Tx, kit_id: int, item_id: int) -> KitItem | None:
    row = await tx.one(_item(), id=item_id, collection_id=kit_id)
    return None if row is None else _read_item(row)


async def size(tx: Tx, kit_id: int) -> int:
    found: int = await tx.value(_size(), collection_id=kit_id)
    return found


async def count_of(tx: Tx, account_id: int) -> int:
    """How many collections somebody has."""
    found: int = await tx.value(_count_of(), account_id=account_id)
    return found


async def insert_new(tx: Tx, new: Kit) -> None:
    await tx.run(_insert(), **_values(new))


async def update(tx: Tx, new: Kit) -> None:
    values = _values(new)
    for name in ("account_id", "created_at", "uri", "local"):
        del values[name]
    await tx.run(_update(), **values)


async def delete(tx: Tx, kit_id: int) -> None:
    await tx.run(_delete(), id=kit_id)


async def add(tx: Tx, new: KitItem) -> bool:
    """False when the account is in it already, or was and did not agree."""
    values = {name: getattr(new, name) for name in _ITEM} | {"state": new.state.value}
    return await tx.value(_insert_item(), **values) is not None


async def remove(tx: Tx, item_id: int) -> None:
    await tx.run(_delete_item(), id=item_id)


async def update_item(tx: Tx, new: KitItem) -> None:
    """Writes how it stands and what other servers call it."""
    values = {name: getattr(new, name) for name in ("uri", "activity_uri", "approval_uri")}
    await tx.run(_update_item(), id=new.id, state=new.state.value, **values)


async def all_items(tx: Tx, kit_id: int) -> list[KitItem]:
    """In whatever state."""
    return await _items(tx, "collection_id", kit_id)


async def by_approval(tx: Tx, uri: str) -> list[KitItem]:
    """What stands by this FeatureAuthorization."""
    return await _items(tx, "approval_uri", uri)


async def by_request(tx: Tx, uri: str) -> KitItem | None:
    """What was asked for by this FeatureRequest."""
    found = await _items(tx, "activity_uri", uri)
    return found[0] if found else None


async def item_by_id(tx: Tx, item_id: int) -> KitItem | None:
    found = await _items(tx, "id", item_id)
    return found[0] if found else None


async def begin_reading(tx: Tx, account_id: int, *, now: int, before: int) -> bool:
    """False when the last reading began after `before` (ms)."""
    call = _begin_reading()
    return await tx.value(call, account_id=account_id, now=now, before=before) is not None


async def tag(tx: Tx, status_id: int, kit_ids: Iterable[int]) -> None:
    """The collections that a status links to, in place of earlier ones."""
    await tx.run(_untag(), status_id=status_id)
    for kit_id in kit_ids:
        await tx.run(_tag(), status_id=status_id, collection_id=kit_id)


async def known_among(tx: Tx, uris: Sequence[str]) -> list[int]:
    """The collections with these URIs or pages."""
    return [row[0] for row in await tx.all(_among_uris(), uris=list(uris))]


async def _items(tx: Tx, column: str, value: object) -> list[KitItem]:
    return [_read_item(row) for row in await tx.all(_items_by(column), **{column: value})]


def _kit(row: Row) -> Kit:
    values = dict(zip(_KIT, row, strict=True))
    values |= {"sensitive": bool(row[6]), "discoverable": bool(row[7]), "local": bool(row[12])}
    return Kit(**values)


def _read_item(row: Row) -> KitItem:
    return KitItem(**dict(zip(_ITEM, row, strict=True)) | {"state": ItemState(row[3])})


def _values(new: Kit) -> dict[str, Any]:
    values = {name: getattr(new, name) for name in _KIT}
    flags = ("sensitive", "discoverable", "local")
    return values | {name: int(values[name]) for name in flags}
