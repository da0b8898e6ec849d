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
from fedschool.store.tables_relationships import blocks

k = kits.c
i = items.c
_KIT = (
    "id", "account_id", "name", "description", "language", "tag", "sensitive", "discoverable",
    "created_at", "updated_at",
)  # fmt: skip
_ITEM = ("id", "collection_id", "account_id", "state", "created_at")
_COLUMNS = [k[name] for name in _KIT]


@statement
def _one() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(k.id == p("id"))


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


# Who is in some collections and agrees, without those who are suspended and whom the viewer
# blocks or is blocked by: by the unique index on (collection_id, account_id).
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
        .where(
            among(i.collection_id, "ids"),
            i.state == sa.literal_column("'accepted'"),
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
        .where(i.collection_id == p("collection_id"), i.state == sa.literal_column("'accepted'"))
    )


@statement
def _count_of() -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(kits).where(k.account_id == p("account_id"))


@statement
def _insert() -> sa.sql.dml.Insert:
    return sa.insert(kits).values({name: p(name) for name in _KIT})


@statement
def _update() -> sa.sql.dml.Update:
    kept = ("id", "account_id", "created_at")
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
def _revoke() -> sa.sql.dml.Update:
    return sa.update(items).where(i.id == p("id")).values(state="revoked")


async def by_id(tx: Tx, kit_id: int) -> Kit | None:
    row = await tx.one(_one(), id=kit_id)
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
    del values["account_id"], values["created_at"]
    await tx.run(_update(), **values)


async def delete(tx: Tx, kit_id: int) -> None:
    await tx.run(_delete(), id=kit_id)


async def add(tx: Tx, new: KitItem) -> bool:
    """False when the account is in it already, or was and did not agree."""
    values = {name: getattr(new, name) for name in _ITEM} | {"state": new.state.value}
    return await tx.value(_insert_item(), **values) is not None


async def remove(tx: Tx, item_id: int) -> None:
    await tx.run(_delete_item(), id=item_id)


async def revoke(tx: Tx, item_id: int) -> None:
    await tx.run(_revoke(), id=item_id)


def _kit(row: Row) -> Kit:
    values = dict(zip(_KIT, row, strict=True))
    values |= {"sensitive": bool(row[6]), "discoverable": bool(row[7])}
    return Kit(**values)


def _read_item(row: Row) -> KitItem:
    return KitItem(**dict(zip(_ITEM, row, strict=True)) | {"state": ItemState(row[3])})


def _values(new: Kit) -> dict[str, Any]:
    values = {name: getattr(new, name) for name in _KIT}
    return values | {"sensitive": int(new.sensitive), "discoverable": int(new.discoverable)}
