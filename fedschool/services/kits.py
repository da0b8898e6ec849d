"""Collections of accounts: somebody's recommendations, only of people who may be recommended."""

from collections.abc import Sequence

import msgspec

from fedschool.activitypub import values
from fedschool.distribution.notify import notify
from fedschool.entities.account import COLLECTION_LIMIT
from fedschool.errors import FieldError, Forbidden, NotFound, Unprocessable
from fedschool.model.account import Account, ActorType, Viewer
from fedschool.model.kit import ItemState, Kit, KitItem, KitView
from fedschool.model.registration import refusal
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import kits as store
from fedschool.store import relationships as relationship_store
from fedschool.text import compose
from fedschool.text.characters import tame

MAX_ITEMS = 25
MAX_NAME = 40
MAX_DESCRIPTION = 100


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a client says of a collection; None leaves it. `tag_name` empty: no hashtag."""

    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag_name: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None


def may_be_featured(account: Account) -> bool:
    """People of ours who want to be found. Other servers are not asked, so theirs are left out."""
    return (
        account.local
        and account.discoverable
        and account.suspended_at is None
        and account.moved_to_uri is None
        and account.actor_type is not ActorType.APPLICATION
    )


async def get(site: Site, viewer: Viewer, kit_id: int) -> KitView:
    """With the owner and the people in it. Raises NotFound."""
    async with site.reading() as tx:
        found = await store.by_id(tx, kit_id)
        if found is None:
            raise NotFound
        (view,) = await store.filled(tx, [found], viewer.account_id or 0)
        wanted = dict.fromkeys([found.account_id, *(item.account_id for item in view.items)])
        people = await accounts.by_ids(tx, list(wanted))
        owner = people.get(found.account_id)
        if owner is None or owner.suspended_at is not None:
            raise NotFound
        await _require_welcome(tx, viewer, owner)
    known = tuple(people[account_id] for account_id in wanted if account_id in people)
    return msgspec.structs.replace(view, accounts=known)


async def of(
    site: Site, viewer: Viewer, account_id: int, *, limit: int, offset: int
) -> list[KitView]:
    """Somebody's collections, to others those that may be discovered. Raises NotFound."""
    async with site.reading() as tx:
        owner = await _shown(tx, account_id)
        await _require_welcome(tx, viewer, owner)
        mine = viewer.account_id == account_id
        found = await store.of(
            tx, account_id, only_discoverable=not mine, limit=limit, offset=offset
        )
        return await store.filled(tx, found, viewer.account_id or 0)


async def holding(
    site: Site, viewer: Viewer, account_id: int, *, limit: int, offset: int
) -> list[KitView]:
    """The collections that somebody is in; others' only as they may be discovered."""
    async with site.reading() as tx:
        await _shown(tx, account_id)
        mine = viewer.account_id == account_id
        found = await store.holding(
            tx, account_id, only_discoverable=not mine, limit=limit, offset=offset
        )
        return await store.filled(tx, found, viewer.me)


async def create(
    site: Site, viewer: Viewer, form: Form, account_ids: Sequence[int] = ()
) -> KitView:
    """Raises Unprocessable, also for people who do not want to be recommended."""
    now = site.now()
    empty = Kit(id=site.ids.next(), account_id=viewer.me, name="", created_at=now, updated_at=now)
    new = _with(empty, form)
    wanted = list(dict.fromkeys(account_ids))
    if len(wanted) > MAX_ITEMS:
        raise Unprocessable(f"Validation failed: at most {MAX_ITEMS} accounts fit in a collection")
    async with site.writing() as tx:
        await relationship_store.lock(tx, viewer.me)
        if await store.count_of(tx, viewer.me) >= COLLECTION_LIMIT:
            raise Unprocessable(
                f"Validation failed: there are {COLLECTION_LIMIT} collections already"
            )
        await store.insert_new(tx, new)
        for account_id in wanted:
            await _add(tx, site, viewer, new, account_id)
        return await _view(tx, new, viewer)


async def update(site: Site, viewer: Viewer, kit_id: int, form: Form) -> KitView:
    """Raises NotFound, Forbidden, Unprocessable. Who is in it hears of what changed."""
    async with site.writing() as tx:
        before = await _mine(tx, viewer, kit_id)
        after = _with(before, form)
        if after == before:
            return await _view(tx, before, viewer)
        after = msgspec.structs.replace(after, updated_at=site.now())
        await store.update(tx, after)
        view = await _view(tx, after, viewer)
        for item in view.items:
            await notify(
                tx,
                site,
                to=item.account_id,
                kind=NotificationType.COLLECTION_UPDATE,
                sender=viewer.me,
                subject_id=kit_id,
            )
        return view


async def delete(site: Site, viewer: Viewer, kit_id: int) -> None:
    """Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        await _mine(tx, viewer, kit_id)
        await store.delete(tx, kit_id)


async def add(site: Site, viewer: Viewer, kit_id: int, account_id: int | None) -> KitItem:
    """Raises NotFound, Forbidden, and Unprocessable for who cannot be added."""
    if account_id is None:
        raise Unprocessable("`account_id` parameter is missing")
    async with site.writing() as tx:
        kit = await _mine(tx, viewer, kit_id)
        if await store.size(tx, kit_id) >= MAX_ITEMS:
            raise Unprocessable(
                f"Validation failed: at most {MAX_ITEMS} accounts fit in a collection"
            )
        return await _add(tx, site, viewer, kit, account_id)


async def remove(site: Site, viewer: Viewer, kit_id: int, item_id: int) -> None:
    """Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        await _mine(tx, viewer, kit_id)
        item = await store.item(tx, kit_id, item_id)
        if item is None or item.state is ItemState.REVOKED:
            raise NotFound
        await store.remove(tx, item_id)


async def revoke(site: Site, viewer: Viewer, kit_id: int, item_id: int) -> None:
    """The viewer wants to be in this collection no longer, nor again.

    Raises NotFound, and Forbidden for other people's items.
    """
    async with site.writing() as tx:
        item = await store.item(tx, kit_id, item_id)
        if item is None:
            raise NotFound
        if item.account_id != viewer.me:
            raise Forbidden
        await store.revoke(tx, item_id)


async def _add(tx: Tx, site: Site, viewer: Viewer, kit: Kit, account_id: int) -> KitItem:
    account = await accounts.by_id(tx, account_id)
    if account is None or not may_be_featured(account):
        raise Unprocessable("Validation failed: this account does not want to be recommended")
    for one, other in ((viewer.me, account_id), (account_id, viewer.me)):
        if await relationship_store.blocking(tx, one, other):
            raise Unprocessable("Validation failed: this account cannot be added")
    item = KitItem(
        id=site.ids.next(), collection_id=kit.id, account_id=account_id, created_at=site.now()
    )
    if not await store.add(tx, item):
        raise Unprocessable("Validation failed: this account cannot be added again")
    await notify(
        tx,
        site,
        to=account_id,
        kind=NotificationType.ADDED_TO_COLLECTION,
        sender=viewer.me,
        subject_id=kit.id,
    )
    return item


async def _view(tx: Tx, kit: Kit, viewer: Viewer) -> KitView:
    return (await store.filled(tx, [kit], viewer.me))[0]


async def _mine(tx: Tx, viewer: Viewer, kit_id: int) -> Kit:
    """The viewer's own, which nobody else changes until the end of the transaction."""
    await relationship_store.lock(tx, viewer.me)
    found = await store.by_id(tx, kit_id)
    if found is None:
        raise NotFound
    if found.account_id != viewer.me:
        raise Forbidden
    return found


async def _shown(tx: Tx, account_id: int) -> Account:
    found = await accounts.by_id(tx, account_id)
    if found is None or found.suspended_at is not None:
        raise NotFound
    return found


async def _require_welcome(tx: Tx, viewer: Viewer, owner: Account) -> None:
    if viewer.account_id is not None and await relationship_store.blocking(
        tx, owner.id, viewer.account_id
    ):
        raise NotFound


def _with(kit: Kit, form: Form) -> Kit:
    """The collection as the form wants it. Raises Unprocessable."""
    after = msgspec.structs.replace(
        kit,
        name=kit.name if form.name is None else _line(form.name),
        description=kit.description if form.description is None else _line(form.description),
        language=kit.language if form.language is None else form.language or None,
        tag=kit.tag if form.tag_name is None else form.tag_name.strip().lstrip("#＃") or None,
        sensitive=kit.sensitive if form.sensitive is None else form.sensitive,
        discoverable=kit.discoverable if form.discoverable is None else form.discoverable,
    )
    problems: dict[str, list[FieldError]] = {}
    if not after.name:
        problems["name"] = [FieldError("ERR_BLANK", "can't be blank")]
    for field, text, most in (
        ("name", after.name, MAX_NAME),
        ("description", after.description, MAX_DESCRIPTION),
    ):
        if len(text) > most:
            told = f"is too long (maximum is {most} characters)"
            problems.setdefault(field, []).append(FieldError("ERR_TOO_LONG", told))
    if after.language is not None and values.language(after.language) is None:
        problems["language"] = [FieldError("ERR_INVALID", "is not a language code")]
    if after.tag is not None and not _is_tag(after.tag):
        problems["tag_name"] = [FieldError("ERR_INVALID", "is not a hashtag")]
    if problems:
        raise refusal(problems)
    return after


def _is_tag(name: str) -> bool:
    return list(compose.pieces(f"#{name}")) == [compose.Tag(name)]


def _line(text: str) -> str:
    return " ".join(tame(text).split())
