"""What leaves the server about collections of people (FEP-7aa9).

A collection that may be discovered goes to its owner's followers; any goes to who is in it.
"""

from collections.abc import Sequence

from fedschool.activitypub import render_kit
from fedschool.activitypub.vocab import Document
from fedschool.distribution import outbox
from fedschool.model.account import Account
from fedschool.model.kit import ItemState, Kit, KitItem, KitView
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import kits as store


async def document(tx: Tx, site: Site, owner: Account, kit: Kit) -> Document:
    """The FeaturedCollection as anybody may read it."""
    (view,) = await store.filled(tx, [kit], 0)
    people = await accounts.by_ids(tx, [item.account_id for item in view.items])
    there = tuple(item for item in view.items if item.account_id in people)
    return render_kit.collection(KitView(kit, there), owner, people, site.uris)


async def asked(tx: Tx, site: Site, owner: Account, kit: Kit, item: KitItem, who: Account) -> None:
    """Somebody elsewhere is asked whether the collection may hold them."""
    assert item.activity_uri is not None
    request = render_kit.request(item.activity_uri, owner.uri, kit.uri, who.uri)
    await outbox.send(tx, site, owner, request, people=[who.id])


async def answered(
    tx: Tx, site: Site, who: Account, asker: Account, request: Document, approval: str | None
) -> None:
    """One of ours lets another server's collection hold them, or does not."""
    activity_id = site.uris.activity(site.ids.next())
    await outbox.send(
        tx, site, who, render_kit.answer(activity_id, who.uri, request, approval), people=[asker.id]
    )


async def added(tx: Tx, site: Site, owner: Account, kit: Kit) -> None:
    whole = await document(tx, site, owner, kit)
    await _tell(tx, site, owner, kit, "Add", whole, _shelf(site, owner))


async def changed(tx: Tx, site: Site, owner: Account, before: Kit, kit: Kit) -> None:
    whole = await document(tx, site, owner, kit)
    activity = render_kit.update(site.uris.activity(site.ids.next()), owner.uri, whole)
    known = before.discoverable or kit.discoverable
    await outbox.send(tx, site, owner, activity, followers=known, people=await _members(tx, kit))


async def removed(tx: Tx, site: Site, owner: Account, kit: Kit) -> None:
    """Call before the collection is gone from the tables."""
    await _tell(tx, site, owner, kit, "Remove", kit.uri, _shelf(site, owner))


async def item_added(
    tx: Tx, site: Site, owner: Account, kit: Kit, item: KitItem, who: Account
) -> None:
    await _tell(tx, site, owner, kit, "Add", render_kit.item(item, kit, who, site.uris), kit.uri)


async def item_removed(tx: Tx, site: Site, owner: Account, kit: Kit, item: KitItem) -> None:
    uri = site.uris.featured_item(kit.uri, item.id)
    await _tell(tx, site, owner, kit, "Remove", uri, kit.uri, also=[item.account_id])


async def withdrawn(
    tx: Tx, site: Site, who: Account, owner: Account, kit: Kit, item: KitItem
) -> None:
    """One of ours takes their consent back: the owner hears it, and who may hold the collection."""
    approval = site.uris.feature_authorization(who.username, item.id)
    stamp = render_kit.authorization(approval, who, kit)
    activity = render_kit.delete_authorization(site.uris.activity(site.ids.next()), stamp)
    holders = owner.id if owner.local and kit.discoverable else None
    people = [owner.id, *await _members(tx, kit)]
    inboxes = await outbox.open_inboxes(tx, site, holders, people)
    await outbox.post(tx, site, who, activity, inboxes)


async def _tell(
    tx: Tx,
    site: Site,
    owner: Account,
    kit: Kit,
    kind: str,
    what: Document | str,
    target: str,
    also: Sequence[int] = (),
) -> None:
    activity_id = site.uris.activity(site.ids.next())
    activity = render_kit.about(kind, activity_id, owner.uri, what, target)
    people = [*also, *await _members(tx, kit)]
    await outbox.send(tx, site, owner, activity, followers=kit.discoverable, people=people)


async def _members(tx: Tx, kit: Kit) -> list[int]:
    found = await store.all_items(tx, kit.id)
    return [item.account_id for item in found if item.state is ItemState.ACCEPTED]


def _shelf(site: Site, owner: Account) -> str:
    return site.uris.featured_collections(owner.username)
