"""Collections of accounts: somebody's recommendations, only of people who may be recommended."""

from collections.abc import Sequence

import msgspec

from fedschool.activitypub import render, render_kit, values
from fedschool.activitypub.render_actor import featurable
from fedschool.activitypub.vocab import FEATURE_CONTEXT, Document
from fedschool.distribution import featuring
from fedschool.distribution.notify import notify
from fedschool.entities.account import COLLECTION_LIMIT
from fedschool.errors import FieldError, Forbidden, NotFound, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.job import FetchKits, JobKind
from fedschool.model.kit import ItemState, Kit, KitItem, KitView
from fedschool.model.quote import MayQuote, Quoters
from fedschool.model.registration import refusal
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import documents
from fedschool.site import Site
from fedschool.store import accounts, jobs
from fedschool.store import kits as store
from fedschool.store import relationships as relationship_store
from fedschool.store.relationships import Edge
from fedschool.text import compose
from fedschool.text.characters import tame

MAX_ITEMS = 25
PAUSE = 3_600_000
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
    """Somebody's collections, to others those that may be discovered; those of somebody elsewhere
    as they were last told, and looked for again for who is signed in. Raises NotFound."""
    async with site.reading() as tx:
        owner = await _shown(tx, account_id)
    if viewer.account_id is not None and owner.collections_url:
        await _plan_reading(site, owner)
    async with site.reading() as tx:
        await _require_welcome(tx, viewer, owner)
        mine = viewer.account_id == account_id
        found = await store.of(
            tx, account_id, only_discoverable=not mine, limit=limit, offset=offset
        )
        return await store.filled(tx, found, viewer.account_id or 0)


async def _plan_reading(site: Site, owner: Account) -> None:
    now = site.now()
    async with site.writing() as tx:
        if not await store.begin_reading(tx, owner.id, now=now, before=now - PAUSE):
            return
        payload = msgspec.json.encode(FetchKits(owner.id))
        lane = f"collections:{owner.domain}"
        new = jobs.NewJob(site.ids.next(), JobKind.COLLECTIONS, lane, payload, now)
        await jobs.add(tx, [new], now)
        tx.after_commit(site.wake_workers)


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
    new = _with(await _empty(site, viewer), form)
    wanted = list(dict.fromkeys(account_ids))
    if len(wanted) > MAX_ITEMS:
        raise Unprocessable(f"Validation failed: at most {MAX_ITEMS} accounts fit in a collection")
    async with site.writing() as tx:
        owner = await _owner(tx, viewer)
        if await store.count_of(tx, viewer.me) >= COLLECTION_LIMIT:
            raise Unprocessable(
                f"Validation failed: there are {COLLECTION_LIMIT} collections already"
            )
        await store.insert_new(tx, new)
        for account_id in wanted:
            await _add(tx, site, owner, new, account_id)
        await featuring.added(tx, site, owner, new)
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
        owner = await _owner(tx, viewer)
        await featuring.changed(tx, site, owner, before, after)
        for item in view.items:
            if item.state is not ItemState.ACCEPTED:
                continue
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
        kit = await _mine(tx, viewer, kit_id)
        await featuring.removed(tx, site, await _owner(tx, viewer), kit)
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
        owner = await _owner(tx, viewer)
        item = await _add(tx, site, owner, kit, account_id)
        if item.state is ItemState.ACCEPTED:
            account = await _shown(tx, account_id)
            await featuring.item_added(tx, site, owner, kit, item, account)
        return item


async def remove(site: Site, viewer: Viewer, kit_id: int, item_id: int) -> None:
    """Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        kit = await _mine(tx, viewer, kit_id)
        item = await store.item(tx, kit_id, item_id)
        if item is None or item.state is ItemState.REVOKED:
            raise NotFound
        await store.remove(tx, item_id)
        await featuring.item_removed(tx, site, await _owner(tx, viewer), kit, item)


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
        kit = await store.by_id(tx, kit_id)
        assert kit is not None
        owner, me = await accounts.by_id(tx, kit.account_id), await _owner(tx, viewer)
        assert owner is not None
        stood = item.state is ItemState.ACCEPTED
        await store.update_item(tx, msgspec.structs.replace(item, state=ItemState.REVOKED))
        if stood:
            await featuring.withdrawn(tx, site, me, owner, kit, item)
        if stood and kit.local:
            await featuring.item_removed(tx, site, owner, kit, item)


async def document(site: Site, username: str, kit_id: int) -> Document:
    """The FeaturedCollection of one of ours, for anybody. Raises NotFound."""
    async with site.reading() as tx:
        owner = await documents.person(tx, username)
        kit = await store.by_id(tx, kit_id)
        if kit is None or kit.account_id != owner.id or owner.suspended_at is not None:
            raise NotFound
        return await featuring.document(tx, site, owner, kit)


async def shelf(site: Site, username: str) -> Document:
    """The collections of one of ours that may be discovered. Raises NotFound."""
    async with site.reading() as tx:
        owner = await documents.person(tx, username)
        if owner.suspended_at is not None:
            raise NotFound
        found = await store.of(
            tx, owner.id, only_discoverable=True, limit=COLLECTION_LIMIT, offset=0
        )
        items = [await featuring.document(tx, site, owner, kit) for kit in found]
    identity = site.uris.featured_collections(owner.username)
    inside = [{name: item[name] for name in item if name != "@context"} for item in items]
    document = render.ordered_collection(identity, len(inside), items=inside)
    return document | {"@context": FEATURE_CONTEXT}


async def authorization(site: Site, username: str, item_id: int) -> Document:
    """The document by which one of ours lets a collection hold them. Raises NotFound, also once
    it was taken back."""
    async with site.reading() as tx:
        who = await documents.person(tx, username)
        item = await store.item_by_id(tx, item_id)
        if item is None or item.account_id != who.id or item.state is not ItemState.ACCEPTED:
            raise NotFound
        kit = await store.by_id(tx, item.collection_id)
    if kit is None or who.suspended_at is not None:
        raise NotFound
    return render_kit.authorization(
        site.uris.feature_authorization(who.username, item.id), who, kit
    )


async def _add(tx: Tx, site: Site, owner: Account, kit: Kit, account_id: int) -> KitItem:
    account = await accounts.by_id(tx, account_id)
    if account is None or not await consents(tx, account, owner):
        raise Unprocessable("Validation failed: this account does not want to be recommended")
    item = KitItem(
        id=site.ids.next(), collection_id=kit.id, account_id=account_id, created_at=site.now()
    )
    if not account.local:
        request = site.uris.feature_request(owner.username, item.id)
        item = msgspec.structs.replace(item, state=ItemState.PENDING, activity_uri=request)
    await _forget_refusal(tx, kit, account_id)
    if not await store.add(tx, item):
        raise Unprocessable("Validation failed: this account cannot be added again")
    if not account.local:
        await featuring.asked(tx, site, owner, kit, item, account)
    await notify(
        tx,
        site,
        to=account_id,
        kind=NotificationType.ADDED_TO_COLLECTION,
        sender=owner.id,
        subject_id=kit.id,
    )
    return item


async def consents(tx: Tx, account: Account, owner: Account) -> bool:
    """Whether somebody may be in a collection of `owner`'s: one of ours who wants to be found, or
    somebody whose server says so, who is asked all the same; nobody where one blocks the other."""
    for one, other in ((owner.id, account.id), (account.id, owner.id)):
        if await relationship_store.blocking(tx, one, other):
            return False
    if account.local:
        return featurable(account)
    if account.feature_policy is None or account.suspended_at or account.moved_to_uri:
        return False
    stands = {Quoters.PUBLIC}
    if await relationship_store.find(tx, Edge.FOLLOW, owner.id, account.id) is not None:
        stands.add(Quoters.FOLLOWERS)
    if await relationship_store.find(tx, Edge.FOLLOW, account.id, owner.id) is not None:
        stands.add(Quoters.FOLLOWING)
    verdict = account.feature_policy.verdict(frozenset(stands))
    return verdict in (MayQuote.AUTOMATIC, MayQuote.MANUAL)


async def _forget_refusal(tx: Tx, kit: Kit, account_id: int) -> None:
    """Another server that said no once may be asked again where its policy allows it."""
    for item in await store.all_items(tx, kit.id):
        if item.account_id == account_id and item.state is ItemState.REJECTED:
            await store.remove(tx, item.id)


async def _empty(site: Site, viewer: Viewer) -> Kit:
    now, kit_id = site.now(), site.ids.next()
    async with site.reading() as tx:
        owner = await accounts.by_id(tx, viewer.me)
    assert owner is not None
    return Kit(
        id=kit_id,
        account_id=owner.id,
        uri=site.uris.featured_collection(owner.username, kit_id),
        url=site.uris.collection_page(kit_id),
        name="",
        created_at=now,
        updated_at=now,
    )


async def _owner(tx: Tx, viewer: Viewer) -> Account:
    """The viewer, of whom nobody else changes the collections until the end of the transaction."""
    await relationship_store.lock(tx, viewer.me)
    found = await accounts.by_id(tx, viewer.me)
    assert found is not None
    return found


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
