"""Collections of people as other servers tell of them, and who may recommend our people."""

import msgspec

from fedschool.activitypub import parse, render_kit, uris
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.distribution import featuring
from fedschool.distribution.notify import notify
from fedschool.errors import Malformed, NotFound
from fedschool.model.account import Account
from fedschool.model.kit import ItemState, Kit, KitItem
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import kits, received_kits
from fedschool.services.fetching import Budget
from fedschool.services.inbox_relations import ours
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import kits as store
from fedschool.store import received as received_store
from fedschool.store import relationships as relationship_store

MAX_ITEMS = 150


async def request(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """The sender wants one of ours in a collection of theirs: whoever wants to be found and did not
    take themselves out before is in it, and hears so."""
    kit_uri = parse.object_id(activity.instrument)
    if kit_uri is None or not uris.same_origin(kit_uri, sender.uri):
        raise Malformed("The request names no collection of the sender's")
    async with site.reading() as tx:
        who = await ours(tx, parse.object_id(activity.object))
        willing = await kits.consents(tx, who, sender)
    kit = await received_kits.fetch(site, kit_uri, budget) if willing else None
    if kit is not None and kit.account_id != sender.id:
        raise Malformed("The collection is somebody else's")
    async with site.writing() as tx:
        await relationship_store.lock(tx, sender.id)
        who = await ours(tx, parse.object_id(activity.object))
        asked = render_kit.request(activity.id, sender.uri, kit_uri, who.uri)
        approval = None
        if kit is not None and await kits.consents(tx, who, sender):
            approval = await _approve(tx, site, sender, kit, who, activity.id)
        await featuring.answered(tx, site, who, sender, asked, approval)


async def answers(tx: Tx, site: Site, sender: Account, activity: ClaimedActivity) -> KitItem | None:
    """The item about which the sender, and nobody else, was asked."""
    uri = parse.object_id(activity.object)
    if uri is None or not site.uris.is_local(uri):
        return None
    item = await store.by_request(tx, uri)
    return item if item is not None and item.account_id == sender.id else None


async def accept(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """Somebody elsewhere is in a collection of ours, by the document in `result`."""
    approval = parse.object_id(activity.result)
    if approval is None or not uris.same_origin(approval, sender.uri):
        raise Malformed("The answer comes without the sender's authorization")
    async with site.writing() as tx:
        item, kit, owner = await _asked(tx, site, sender, activity)
        if item.state is not ItemState.PENDING:
            return
        after = msgspec.structs.replace(item, state=ItemState.ACCEPTED, approval_uri=approval)
        await store.update_item(tx, after)
        await featuring.item_added(tx, site, owner, kit, after, sender)


async def reject(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    async with site.writing() as tx:
        item, kit, owner = await _asked(tx, site, sender, activity)
        if item.state is ItemState.PENDING:
            await store.update_item(tx, msgspec.structs.replace(item, state=ItemState.REJECTED))
        elif item.state is ItemState.ACCEPTED:
            await _revoke(tx, site, item, kit, owner)


async def withdrawn(tx: Tx, site: Site, sender: Account, uri: str) -> bool:
    """Whether `uri` was an authorization of the sender's; whoever it let in is out."""
    if not uris.same_origin(uri, sender.uri):
        return False
    mine = [item for item in await store.by_approval(tx, uri) if item.account_id == sender.id]
    for item in mine:
        kit = await store.by_id(tx, item.collection_id)
        owner = None if kit is None else await accounts.by_id(tx, kit.account_id)
        if kit is not None and owner is not None and item.state is ItemState.ACCEPTED:
            await _revoke(tx, site, item, kit, owner)
    return bool(mine)


async def deleted(tx: Tx, sender: Account, uri: str) -> bool:
    """Whether `uri` was a collection of the sender's, which is gone now."""
    kit = await store.by_uri(tx, uri)
    if kit is None or kit.account_id != sender.id:
        return False
    await store.delete(tx, kit.id)
    return True


async def update(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """A collection as it is now, from its owner; an unknown one as far as it concerns us."""
    if not isinstance(activity.object, dict):
        raise Malformed("The activity has no object")
    uri = parse.kit(activity.object).id
    async with site.reading() as tx:
        known = await store.by_uri(tx, uri)
        wanted = known is not None or await received_store.followed_here(tx, sender.id)
    if wanted:
        await received_kits.take_in(site, sender, activity.object, budget)


async def add(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> bool:
    """A new collection, or somebody new in a known one; False where it is about something else."""
    target = parse.object_id(activity.target)
    if target is None or not isinstance(activity.object, dict):
        return False
    if sender.collections_url and target == sender.collections_url:
        await update(site, sender, activity, budget)
        return True
    async with site.reading() as tx:
        kit = await store.by_uri(tx, target)
    if kit is None:
        return False
    if kit.account_id != sender.id:
        raise Malformed("The collection is somebody else's")
    await received_kits.put(site, sender, kit.uri, activity.object, budget)
    return True


async def remove(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> bool:
    """A collection is no more, or somebody is out of one; False where it is something else."""
    uri, target = parse.object_id(activity.object), parse.object_id(activity.target)
    if uri is None or target is None:
        return False
    async with site.writing() as tx:
        if sender.collections_url and target == sender.collections_url:
            await deleted(tx, sender, uri)
            return True
        kit = await store.by_uri(tx, target)
        if kit is None:
            return False
        if kit.account_id != sender.id:
            raise Malformed("The collection is somebody else's")
        for item in await store.all_items(tx, kit.id):
            # What one of ours took back stays taken back.
            if item.uri == uri and item.state is not ItemState.REVOKED:
                await store.remove(tx, item.id)
    return True


async def _approve(
    tx: Tx, site: Site, sender: Account, kit: Kit, who: Account, activity_uri: str
) -> str | None:
    """Where the consent of one of ours lies from now on; None once it was taken back."""
    known = await store.all_items(tx, kit.id)
    mine = next((item for item in known if item.account_id == who.id), None)
    if mine is not None and mine.state is ItemState.REVOKED:
        return None
    if mine is None:
        if len(known) >= MAX_ITEMS:
            return None
        mine = KitItem(
            id=site.ids.next(),
            collection_id=kit.id,
            account_id=who.id,
            activity_uri=activity_uri,
            created_at=site.now(),
        )
        await store.add(tx, mine)
        await notify(
            tx,
            site,
            to=who.id,
            kind=NotificationType.ADDED_TO_COLLECTION,
            sender=sender.id,
            subject_id=kit.id,
        )
    return site.uris.feature_authorization(who.username, mine.id)


async def _revoke(tx: Tx, site: Site, item: KitItem, kit: Kit, owner: Account) -> None:
    await store.update_item(tx, msgspec.structs.replace(item, state=ItemState.REVOKED))
    if kit.local:
        await featuring.item_removed(tx, site, owner, kit, item)


async def _asked(
    tx: Tx, site: Site, sender: Account, activity: ClaimedActivity
) -> tuple[KitItem, Kit, Account]:
    """What was asked of the sender, locked with its owner. Raises NotFound."""
    found = await answers(tx, site, sender, activity)
    kit = None if found is None else await store.by_id(tx, found.collection_id)
    if found is None or kit is None or not kit.local:
        raise NotFound
    await relationship_store.lock(tx, kit.account_id)
    owner = await accounts.by_id(tx, kit.account_id)
    item = await store.item_by_id(tx, found.id)
    if owner is None or item is None:
        raise NotFound
    return item, kit, owner
