"""Favourites, boosts and pins that arrive from other servers, and their undoing."""

from fedschool.activitypub import audience, parse, uris
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.errors import Malformed, NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.status import Status, Visibility
from fedschool.ports.database import Tx
from fedschool.services import (
    inbox_kits,
    inbox_posts,
    interactions,
    received,
    received_writing,
    relationships,
)
from fedschool.services.fetching import Budget
from fedschool.services.inbox_relations import inner
from fedschool.site import Site
from fedschool.store import accounts, statuses
from fedschool.store import interactions as deeds
from fedschool.store import received as store

MAX_PINS = 20
_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def like(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """A favourite (or a reaction) of one of our posts that the sender may see."""
    async with site.writing() as tx:
        status = await _our_status(tx, site, sender, parse.object_id(activity.object))
        deed_id = site.ids.next()
        await interactions.favourited(tx, site, sender, status, deed_id=deed_id, uri=activity.id)


async def undo_like(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    uri = parse.object_id(inner(sender, activity).object)
    async with site.writing() as tx:
        status = None if uri is None else await statuses.by_uri(tx, uri)
        if status is not None:
            await interactions.unfavourited(tx, sender, status)


async def announce(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """A boost of an open post; an unknown post is asked for where it lies, if anybody here
    follows the sender."""
    uri = parse.object_id(activity.object)
    if uri is None:
        raise Malformed("The boost has no object")
    original = await _original(site, sender, uri, budget)
    async with site.writing() as tx:
        current = await statuses.by_id(tx, original.id)
        if current is None or await received_writing.is_spent(tx, activity.id, sender):
            return
        boost = _boost(site, sender, activity, current)
        await interactions.boosted(tx, site, boost, current)


async def undo_announce(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    undone = inner(sender, activity)
    async with site.writing() as tx:
        boost = await statuses.by_uri(tx, undone.id) if undone.id else None
        if boost is None and (uri := parse.object_id(undone.object)) is not None:
            original = await statuses.by_uri(tx, uri)
            if original is not None:
                boost = await statuses.boost_of(tx, sender.id, original.id)
        if boost is None and undone.id:
            await statuses.bury(tx, received_writing.deleted_early(undone.id, sender), site.now())
        elif boost is not None:
            await _unboost(tx, site, sender, boost)


async def undo_named(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """An Undo that gives the id of something alone: whatever the sender did under it."""
    uri = parse.object_id(activity.object)
    if uri is None or uris.host_of(uri) != uris.host_of(sender.uri):
        raise Malformed("The activity that is undone is on another server")
    async with site.writing() as tx:
        if (boost := await statuses.by_uri(tx, uri)) is not None:
            await _unboost(tx, site, sender, boost)
        elif (status_id := await store.favourited_by_uri(tx, sender.id, uri)) is not None:
            status = await statuses.by_id(tx, status_id)
            assert status is not None
            await interactions.unfavourited(tx, sender, status)
        elif target := await _target(tx, await store.followed_by_uri(tx, sender.id, uri)):
            await relationships.undone_follow(tx, site, sender, target)
        elif target := await _target(tx, await store.blocked_by_uri(tx, sender.id, uri)):
            await relationships.undone_block(tx, site, sender, target)
        else:
            await statuses.bury(tx, received_writing.deleted_early(uri, sender), site.now())


async def add(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """The sender pins a post of theirs to their own profile, or recommends people."""
    if await inbox_kits.add(site, sender, activity, budget):
        return
    uri = _featured(sender, activity)
    async with site.reading() as tx:
        status = await statuses.by_uri(tx, uri)
    if status is None and await _has_followers(site, sender):
        status = await received.fetch(site, uri, budget)
    if status is None or status.account_id != sender.id or status.visibility not in _OPEN:
        return
    async with site.writing() as tx:
        if await deeds.pin_count(tx, sender.id) < MAX_PINS:
            await deeds.add(
                tx,
                "pins",
                deed_id=site.ids.next(),
                account_id=sender.id,
                status_id=status.id,
                now=site.now(),
            )


async def remove(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    if await inbox_kits.remove(site, sender, activity, budget):
        return
    uri = _featured(sender, activity)
    async with site.writing() as tx:
        status = await statuses.by_uri(tx, uri)
        if status is not None and status.account_id == sender.id:
            await deeds.remove(tx, "pins", account_id=sender.id, status_id=status.id)


def _featured(sender: Account, activity: ClaimedActivity) -> str:
    """What is added to or removed from the sender's own featured collection."""
    uri = parse.object_id(activity.object)
    target = parse.object_id(activity.target)
    if uri is None or not sender.featured_url or target != sender.featured_url:
        raise Malformed("The collection is not the sender's")
    return uri


async def _original(site: Site, sender: Account, uri: str, budget: Budget) -> Status:
    """The post that is boosted, if the sender may boost it. Raises NotFound, RemoteFailure."""
    if site.uris.is_local(uri):
        async with site.reading() as tx:
            found = await _our_status(tx, site, sender, uri)
    elif await _has_followers(site, sender):
        found = await received.fetch(site, uri, budget)
    else:
        raise NotFound
    own = found.account_id == sender.id and found.visibility is Visibility.PRIVATE
    if found.reblog_of_id is not None or not (own or found.visibility in _OPEN):
        raise NotFound
    async with site.reading() as tx:
        author = await accounts.by_id(tx, found.account_id)
    if author is None or author.suspended_at is not None:
        raise NotFound
    return found


async def _our_status(tx: Tx, site: Site, sender: Account, uri: str | None) -> Status:
    """One of our posts, by id or by page, if the sender may see it. Raises NotFound."""
    found = None if uri is None else await statuses.by_uri(tx, uri)
    if found is None and uri is not None and (local := site.uris.local_status(uri)) is not None:
        found = await statuses.by_id(tx, local[1])
    if found is None or not found.local or found.reblog_of_id is not None:
        raise NotFound
    visible = await statuses.visible(tx, Viewer(account_id=sender.id), found.id)
    if visible is None:
        raise NotFound
    return visible


async def _has_followers(site: Site, sender: Account) -> bool:
    async with site.reading() as tx:
        return await store.followed_here(tx, sender.id)


def _boost(site: Site, sender: Account, activity: ClaimedActivity, original: Status) -> Status:
    now = site.now()
    created_at = min(activity.published or now, now)
    boost_id = site.ids.at(created_at)
    return Status(
        id=boost_id,
        uri=activity.id,
        url=activity.id,
        account_id=sender.id,
        local=False,
        visibility=_visibility(sender, activity, original),
        reblog_of_id=original.id,
        conversation_id=boost_id,
        created_at=created_at,
    )


def _visibility(sender: Account, activity: ClaimedActivity, original: Status) -> Visibility:
    if original.visibility is Visibility.PRIVATE:
        return Visibility.PRIVATE
    told = audience.visibility(activity.to, activity.cc, sender.followers_url)
    if told is not Visibility.DIRECT:
        return told
    # Boosts without any audience come from servers that have only open ones.
    return Visibility.PRIVATE if activity.to or activity.cc else Visibility.UNLISTED


async def _unboost(tx: Tx, site: Site, sender: Account, boost: Status) -> None:
    if boost.account_id == sender.id and boost.reblog_of_id is not None:
        await inbox_posts.remove(tx, site, boost)


async def _target(tx: Tx, account_id: int | None) -> Account | None:
    return None if account_id is None else await accounts.by_id(tx, account_id)
