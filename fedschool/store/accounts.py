"""Accounts, local and remote, and their keys."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Account, ActorType, Picture, ProfileField, Role
from fedschool.model.quote import policy
from fedschool.ports.database import Call, Row, Tx, among, p, statement
from fedschool.store import words
from fedschool.store.base import changed
from fedschool.store.emoji_texts import decode_emojis, encode_emojis
from fedschool.store.tables_accounts import account_keys, accounts
from fedschool.store.tables_users import users

a = accounts.c
_login = users.alias("login")
# By the unique index on account_id; remote people have none.
_role = (
    sa.select(_login.c.role)
    .where(_login.c.account_id == a.id)
    .correlate(accounts)
    .scalar_subquery()
)
_TEACHER = Role.TEACHER
# Who a moved person is now, while that account is there and not suspended; by the index on uri,
# and only where somebody moved.
_new = accounts.alias("successor")
_successor = sa.case(
    (a.moved_to.is_(None), sa.null()),
    (
        sa.exists(
            sa.select(sa.literal_column("1"))
            .select_from(_new)
            .where(_new.c.uri == a.moved_to_uri, _new.c.suspended_at.is_(None))
        ).correlate(accounts),
        a.moved_to,
    ),
)
COLUMNS: list[sa.ColumnElement[Any]] = [
    a.id, a.username, a.domain, a.uri, a.url, a.actor_type, a.display_name, a.note,
    a.note_source, a.fields, a.fields_source, a.avatar_key, a.avatar_remote_url,
    a.avatar_description, a.header_key, a.header_remote_url, a.header_description, a.inbox_url,
    a.shared_inbox_url, a.outbox_url, a.followers_url, a.following_url, a.featured_url,
    a.also_known_as, a.moved_to_uri, a.locked, a.discoverable, a.indexable, a.hide_collections,
    a.attribution_domains, a.created_at, a.fetched_at, a.last_status_at, a.suspended_at,
    a.silenced_at, a.followers_count, a.following_count, a.statuses_count, a.emojis,
    a.sensitized_at, _role, a.show_featured, a.show_media, a.show_media_replies, a.moved_at,
    _successor, a.collections_url, a.feature_policy,
]  # fmt: skip

_fields = msgspec.json.Decoder(tuple[ProfileField, ...])
_strings = msgspec.json.Decoder(tuple[str, ...])
_whole = msgspec.json.Decoder(Account)
_no_fields: tuple[ProfileField, ...] = ()


def account(row: Row) -> Account:
    """A row of COLUMNS as an Account."""
    (
        id_, username, domain, uri, url, actor_type, display_name, note, note_source, fields,
        fields_source, avatar_key, avatar_url, avatar_text, header_key, header_url, header_text,
        inbox, shared_inbox, outbox, followers, following, featured, aliases, moved_to, locked,
        discoverable, indexable, hide_collections, attributions, created_at, fetched_at,
        last_status_at, suspended_at, silenced_at, followers_count, following_count,
        statuses_count, emojis, sensitized_at, role, show_featured, show_media,
        show_replies, moved_at, now_as, collections_url, feature_policy,
    ) = row  # fmt: skip
    return Account(
        id=id_,
        username=username,
        domain=domain or None,
        uri=uri,
        url=url,
        actor_type=ActorType(actor_type),
        display_name=display_name,
        note=note,
        note_source=note_source,
        fields=_no_fields if fields == "[]" else _fields.decode(fields),
        fields_source=_no_fields if fields_source == "[]" else _fields.decode(fields_source),
        avatar=Picture(avatar_key, avatar_url, avatar_text),
        header=Picture(header_key, header_url, header_text),
        inbox_url=inbox,
        shared_inbox_url=shared_inbox,
        outbox_url=outbox,
        followers_url=followers,
        following_url=following,
        featured_url=featured,
        collections_url=collections_url,
        feature_policy=None if feature_policy is None else policy(feature_policy),
        also_known_as=() if aliases == "[]" else _strings.decode(aliases),
        moved_to_uri=moved_to,
        locked=bool(locked),
        discoverable=bool(discoverable),
        indexable=bool(indexable),
        hide_collections=bool(hide_collections),
        show_featured=bool(show_featured),
        show_media=bool(show_media),
        show_media_replies=bool(show_replies),
        moved_at=moved_at,
        moved_to=_now(moved_to, now_as),
        attribution_domains=tuple(attributions.split()),
        created_at=created_at,
        fetched_at=fetched_at,
        last_status_at=last_status_at,
        suspended_at=suspended_at,
        silenced_at=silenced_at,
        followers_count=followers_count,
        following_count=following_count,
        statuses_count=statuses_count,
        emojis=decode_emojis(emojis),
        sensitized_at=sensitized_at,
        role=_TEACHER if role is None else Role(role),
    )


def _now(uri: str | None, whole: str | None) -> Account | None:
    """Who a moved person is now, unless they claim something else by now."""
    if uri is None or whole is None:
        return None
    found = _whole.decode(whole)
    return found if found.uri == uri else None


def columns_of(item: Account) -> dict[str, Any]:
    """An Account as the parameters of a write."""
    return {
        "id": item.id,
        "username": item.username,
        "username_key": item.username.casefold(),
        "domain": item.domain or "",
        "uri": item.uri,
        "url": item.url,
        "actor_type": item.actor_type.value,
        "display_name": item.display_name,
        "display_name_key": item.display_name.casefold(),
        "note": item.note,
        "note_source": item.note_source,
        "fields": msgspec.json.encode(item.fields).decode(),
        "fields_source": msgspec.json.encode(item.fields_source).decode(),
        "avatar_key": item.avatar.key,
        "avatar_remote_url": item.avatar.remote_url,
        "avatar_description": item.avatar.description,
        "header_key": item.header.key,
        "header_remote_url": item.header.remote_url,
        "header_description": item.header.description,
        "inbox_url": item.inbox_url,
        "shared_inbox_url": item.shared_inbox_url,
        "outbox_url": item.outbox_url,
        "followers_url": item.followers_url,
        "following_url": item.following_url,
        "featured_url": item.featured_url,
        "collections_url": item.collections_url,
        "feature_policy": None if item.feature_policy is None else item.feature_policy.text,
        "also_known_as": msgspec.json.encode(item.also_known_as).decode(),
        "moved_to_uri": item.moved_to_uri,
        "locked": int(item.locked),
        "discoverable": int(item.discoverable),
        "indexable": int(item.indexable),
        "hide_collections": int(item.hide_collections),
        "show_featured": int(item.show_featured),
        "show_media": int(item.show_media),
        "show_media_replies": int(item.show_media_replies),
        "attribution_domains": " ".join(item.attribution_domains),
        "created_at": item.created_at,
        "fetched_at": item.fetched_at,
        "emojis": encode_emojis(item.emojis),
    }


_WRITTEN = [
    "id", "username", "username_key", "domain", "uri", "url", "actor_type", "display_name",
    "display_name_key", "note", "note_source", "fields", "fields_source", "avatar_key",
    "avatar_remote_url", "avatar_description", "header_key", "header_remote_url",
    "header_description", "inbox_url", "shared_inbox_url", "outbox_url", "followers_url",
    "following_url", "featured_url", "also_known_as", "moved_to_uri", "locked", "discoverable",
    "indexable", "hide_collections", "show_featured", "show_media", "show_media_replies",
    "attribution_domains", "created_at", "fetched_at", "emojis", "collections_url",
    "feature_policy",
]  # fmt: skip
_KEPT = ("id", "uri", "username", "username_key", "domain", "created_at")


# One account by a unique index.
@statement
def _by(column: str) -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(a[column] == p(column))


# A handle, by the unique index on (username_key, domain).
@statement
def _by_handle() -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(a.username_key == p("username_key"), a.domain == p("domain"))


# Many accounts by primary key.
@statement
def _by_ids() -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(among(a.id, "ids"))


@statement
def _insert() -> sa.sql.dml.Insert:
    return (
        insert(accounts)
        .values({name: p(name) for name in _WRITTEN})
        .on_conflict_do_nothing()
        .returning(a.id)
    )


@statement
def _update() -> sa.sql.dml.Update:
    return (
        changed(accounts)
        .where(a.id == p("id"))
        .values({name: p(name) for name in _WRITTEN if name not in _KEPT})
    )


@statement
def _count(column: str) -> sa.sql.dml.Update:
    return (
        changed(accounts).where(a.id == p("id")).values({column: a[column] + p("by", sa.Integer)})
    )


@statement
def _posted() -> sa.sql.dml.Update:
    return (
        changed(accounts)
        .where(a.id == p("id"))
        .values(statuses_count=a.statuses_count + 1, last_status_at=p("at"))
    )


@statement
def _set_moved() -> sa.sql.dml.Update:
    names = ("moved_to_uri", "moved_to", "moved_at")
    return changed(accounts).where(a.id == p("id")).values({name: p(name) for name in names})


async def set_moved(tx: Tx, account_id: int, target: Account | None, at: int | None) -> None:
    """The person is `target` from `at` (ms) on; None takes it back, and `at` keeps when it was."""
    whole = None
    if target is not None:
        whole = msgspec.json.encode(msgspec.structs.replace(target, moved_to=None)).decode()
    uri = None if target is None else target.uri
    await tx.run(_set_moved(), id=account_id, moved_to_uri=uri, moved_to=whole, moved_at=at)


async def insert_new(tx: Tx, item: Account) -> bool:
    """False when the handle or the URI is taken."""
    if await tx.value(_insert(), **columns_of(item)) is None:
        return False
    await words.put_name(tx, item.id, item.username, item.display_name, item.local)
    return True


async def update(tx: Tx, item: Account) -> None:
    """Writes everything but what never changes (id, URI, handle, birth)."""
    await tx.run(_update(), **columns_of(item))
    await words.put_name(tx, item.id, item.username, item.display_name, item.local)


async def by_id(tx: Tx, account_id: int) -> Account | None:
    row = await tx.one(_by("id"), id=account_id)
    return account(row) if row else None


async def by_uri(tx: Tx, uri: str) -> Account | None:
    row = await tx.one(_by("uri"), uri=uri)
    return account(row) if row else None


async def by_handle(tx: Tx, username: str, domain: str | None) -> Account | None:
    """Look-up ignores case; `domain` None is here."""
    row = await tx.one(_by_handle(), username_key=username.casefold(), domain=domain or "")
    return account(row) if row else None


def by_ids_call(ids: Sequence[int]) -> Call:
    return _by_ids()(ids=list(ids))


async def by_ids(tx: Tx, ids: Sequence[int]) -> Mapping[int, Account]:
    rows = await tx.all(_by_ids(), ids=list(ids))
    return {row[0]: account(row) for row in rows}


async def count(tx: Tx, account_id: int, column: str, by: int) -> None:
    """Moves `followers_count`, `following_count` or `statuses_count`."""
    await tx.run(_count(column), id=account_id, by=by)


async def posted(tx: Tx, account_id: int, at: int) -> None:
    """One status more, the last at `at`."""
    await tx.run(_posted(), id=account_id, at=at)


class KeyPair(msgspec.Struct, frozen=True):
    """An account's key; `private_pem` for our own people alone."""

    account_id: int
    key_id: str
    public_pem: str
    private_pem: str | None
    fetched_at: int


k = account_keys.c


@statement
def _key_by(column: str) -> sa.Select[Any]:
    return sa.select(k.account_id, k.key_id, k.public_pem, k.private_pem, k.fetched_at).where(
        k[column] == p(column)
    )


@statement
def _put_key() -> sa.sql.dml.Insert:
    names = ["account_id", "key_id", "public_pem", "private_pem", "fetched_at"]
    new = insert(account_keys).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id"], set_={name: new.excluded[name] for name in names[1:]}
    )


async def key_of(tx: Tx, account_id: int) -> KeyPair | None:
    row = await tx.one(_key_by("account_id"), account_id=account_id)
    return KeyPair(*row) if row else None


async def key_by_id(tx: Tx, key_id: str) -> KeyPair | None:
    row = await tx.one(_key_by("key_id"), key_id=key_id)
    return KeyPair(*row) if row else None


async def put_key(tx: Tx, key: KeyPair) -> None:
    """Sets the account's one key, in place of an earlier one (rotation)."""
    await tx.run(_put_key(), **msgspec.structs.asdict(key))


@statement
def _local_keys() -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(k.private_pem.is_not(None))


@statement
def _newest_local_key() -> sa.Select[Any]:
    return (
        sa.select(k.account_id, k.key_id, k.public_pem, k.private_pem, k.fetched_at)
        .where(k.private_pem.is_not(None))
        .order_by(k.account_id.desc())
        .limit(1)
    )


async def local_keys(tx: Tx) -> tuple[int, KeyPair | None]:
    """How many of our keys there are, and the newest."""
    count: int = await tx.value(_local_keys())
    row = await tx.one(_newest_local_key())
    return count, KeyPair(*row) if row else None
