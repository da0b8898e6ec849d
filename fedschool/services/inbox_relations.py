"""Follows and blocks that arrive from other servers, and the answers to ours."""

from fedschool.activitypub import parse
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.errors import Malformed, NotFound
from fedschool.model.account import Account, ActorType
from fedschool.ports.database import Tx
from fedschool.services import acquaintance, relationships
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts


async def follow(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    async with site.writing() as tx:
        target = await ours(tx, parse.object_id(activity.object))
        await relationships.received_follow(tx, site, sender, target, activity.id)


async def accept(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """Only what one of ours asked of this very sender is there to be accepted."""
    async with site.writing() as tx:
        follower = await _asker(tx, sender, activity)
        await relationships.accepted(tx, site, sender, follower)
        await acquaintance.plan(tx, site, sender)


async def reject(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    async with site.writing() as tx:
        follower = await _asker(tx, sender, activity)
        await relationships.rejected(tx, site, sender, follower)


async def block(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    async with site.writing() as tx:
        target = await ours(tx, parse.object_id(activity.object))
        await relationships.received_block(tx, site, sender, target, activity.id)


async def undo_follow(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    undone = inner(sender, activity)
    async with site.writing() as tx:
        target = await ours(tx, parse.object_id(undone.object))
        await relationships.undone_follow(tx, site, sender, target)


async def undo_accept(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """The consent is taken back, as by a Reject."""
    undone = inner(sender, activity)
    async with site.writing() as tx:
        follower = await _asker(tx, sender, undone)
        await relationships.rejected(tx, site, sender, follower)


async def undo_block(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    undone = inner(sender, activity)
    async with site.writing() as tx:
        target = await ours(tx, parse.object_id(undone.object))
        await relationships.undone_block(tx, site, sender, target)


def inner(sender: Account, activity: ClaimedActivity) -> ClaimedActivity:
    """The activity that is undone: the sender's own. Raises Malformed."""
    if not isinstance(activity.object, dict):
        raise Malformed("The activity inside is missing")
    found = parse.embedded_activity(activity.object)
    if found.actor != sender.uri:
        raise Malformed("The activity inside is somebody else's")
    return found


async def ours(tx: Tx, uri: str | None) -> Account:
    """One of our people. Raises NotFound."""
    found = None if uri is None else await accounts.by_uri(tx, uri)
    if found is None or not found.local or found.actor_type is ActorType.APPLICATION:
        raise NotFound
    return found


async def _asker(tx: Tx, sender: Account, activity: ClaimedActivity) -> Account:
    """Which of ours asked to follow the sender with the Follow that is answered.

    By its id, or by what it says of itself where the id is not kept.
    """
    uri = parse.object_id(activity.object)
    found = None if uri is None else await relationships.asker(tx, sender, uri)
    if found is None and isinstance(activity.object, dict):
        asked = parse.embedded_activity(activity.object)
        if asked.type != "Follow" or parse.object_id(asked.object) != sender.uri:
            raise Malformed("That is no answer to a Follow")
        found = await accounts.by_uri(tx, asked.actor)
    if found is None or not found.local:
        raise NotFound
    return found
