"""The steps that follows are made of, shared by our people's doings and by what peers send.

Each is a piece of its caller's transaction, in which `store.relationships.lock` came first:
then counts move exactly once, whatever happens at the same time.
"""

import msgspec

from fedschool.activitypub import render
from fedschool.distribution import outbox
from fedschool.distribution.notify import notify
from fedschool.model.account import Account
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts, endorsements, lists, notifications, timelines
from fedschool.store import relationships as store
from fedschool.store.relationships import Edge, Follow


def new(site: Site, follower: Account, target: Account, uri: str | None = None) -> Follow:
    """A follow that is not written yet. `uri`: the peer's; None mints ours."""
    follow_id = site.ids.next()
    return Follow(
        id=follow_id,
        account_id=follower.id,
        target_id=target.id,
        uri=uri or site.uris.activity(follow_id),
        created_at=site.now(),
    )


def needs_consent(follower: Account, target: Account) -> bool:
    """Whether `target`, one of ours, is asked first; limited accounts always have to ask."""
    return target.locked or follower.silenced_at is not None


async def begin(tx: Tx, site: Site, follower: Account, target: Account, item: Follow) -> bool:
    """`follower` follows from now on; False when that was so already."""
    if not await store.insert_new(tx, Edge.FOLLOW, item):
        return False
    await accounts.count(tx, follower.id, "following_count", 1)
    await accounts.count(tx, target.id, "followers_count", 1)
    if follower.local:
        await timelines.backfill_home(tx, follower.id, target.id)
    if target.local:
        await notify(tx, site, to=target.id, kind=NotificationType.FOLLOW, sender=follower.id)
    return True


async def ask(tx: Tx, site: Site, follower: Account, target: Account, item: Follow) -> bool:
    """`follower` waits for `target`'s consent; False when that was so already."""
    if not await store.insert_new(tx, Edge.REQUEST, item):
        return False
    if target.local:
        await notify(
            tx, site, to=target.id, kind=NotificationType.FOLLOW_REQUEST, sender=follower.id
        )
    return True


async def admit(tx: Tx, site: Site, follower: Account, target: Account) -> Follow | None:
    """The request becomes a follow, with its options. None when nobody asked."""
    asked = await store.remove(tx, Edge.REQUEST, follower.id, target.id)
    if asked is None:
        return None
    await _withdraw(tx, NotificationType.FOLLOW_REQUEST, follower, target)
    follow = msgspec.structs.replace(asked, id=site.ids.next(), created_at=site.now())
    await begin(tx, site, follower, target, follow)
    return follow


async def end(tx: Tx, follower: Account, target: Account) -> Follow | None:
    """Neither follow nor request is left; what there was, or None."""
    asked = await store.remove(tx, Edge.REQUEST, follower.id, target.id)
    if asked is not None:
        await _withdraw(tx, NotificationType.FOLLOW_REQUEST, follower, target)
    followed = await store.remove(tx, Edge.FOLLOW, follower.id, target.id)
    if followed is not None:
        await accounts.count(tx, follower.id, "following_count", -1)
        await accounts.count(tx, target.id, "followers_count", -1)
        await _withdraw(tx, NotificationType.FOLLOW, follower, target)
        if follower.local:
            await timelines.purge_home(tx, follower.id, target.id, boosts=False)
            await lists.leave(tx, follower.id, target.id)
            await endorsements.remove(tx, follower.id, target.id)
    return followed or asked


async def tell_follow(tx: Tx, site: Site, follower: Account, target: Account, item: Follow) -> None:
    """Asks a remote `target`."""
    document = render.follow(item.uri, follower.uri, target.uri)
    await outbox.send(tx, site, follower, document, people=[target.id])


async def tell_undo(tx: Tx, site: Site, follower: Account, target: Account, item: Follow) -> None:
    """A remote `target` hears that our person follows no longer. Nothing for local ones."""
    document = render.follow(item.uri, follower.uri, target.uri)
    undo = render.undo(f"{item.uri}#undo", document)
    await outbox.send(tx, site, follower, undo, people=[target.id])


async def tell_accept(tx: Tx, site: Site, follower: Account, target: Account, item: Follow) -> None:
    """A remote `follower` hears that our `target` consents. Nothing for local ones."""
    document = render.follow_of(item.uri, follower.uri, target.uri)
    accept = render.accept(site.uris.activity(site.ids.next()), target.uri, document)
    await outbox.send(tx, site, target, accept, people=[follower.id])


async def tell_reject(tx: Tx, site: Site, follower: Account, target: Account, uri: str) -> None:
    """A remote `follower` hears that our `target` does not want it. Nothing for local ones."""
    document = render.follow_of(uri, follower.uri, target.uri)
    reject = render.reject(site.uris.activity(site.ids.next()), target.uri, document)
    await outbox.send(tx, site, target, reject, people=[follower.id])


async def _withdraw(tx: Tx, kind: NotificationType, follower: Account, target: Account) -> None:
    if target.local:
        await notifications.withdraw(
            tx, account_id=target.id, kind=kind, from_account_id=follower.id, status_id=None
        )
