"""Groups of other servers (FEP-1b12): what their members do comes wrapped in an Announce.

A group is believed that something happened, never what: that is asked for where it lies. What
begins a thread is shown as the group's boost; answers join their thread alone. Favourites are
not believed from hearsay.
"""

import msgspec

from fedschool.activitypub import parse
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.errors import Malformed, NotFound
from fedschool.model.account import Account, ActorType
from fedschool.model.status import Status
from fedschool.services import fetching, inbox_deeds, inbox_posts, received, remote_actors
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, statuses
from fedschool.store import received as store


async def created(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """A member posted or answered."""
    uri = await _object(site, sender, activity)
    if not site.uris.is_local(uri):
        status = await received.fetch(site, uri, budget)
        if status.in_reply_to_uri is not None:
            return
    boost = msgspec.structs.replace(activity, object=uri)
    await inbox_deeds.announce(site, sender, boost, budget)


async def updated(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """A member changed something: its origin is asked for the new version."""
    uri = await _object(site, sender, activity)
    known = await _known(site, uri)
    if known is None:
        await created(site, sender, activity, budget)
        return
    async with site.reading() as tx:
        author = await accounts.by_id(tx, known.account_id)
    if known.local or known.reblog_of_id is not None or author is None:
        return
    claimed = parse.note(await fetching.named(site, uri, budget))
    if claimed.id != known.uri:
        raise Malformed("The document is another post")
    author = await remote_actors.fetch(site, author.uri, budget)
    await received.changed(site, known, claimed, author, budget)


async def deleted(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """A member took something back, or the group took it out: then its boost alone goes."""
    uri = await _object(site, sender, activity)
    known = await _known(site, uri)
    if known is None:
        return
    gone = not known.local and await fetching.is_gone(site, uri, budget)
    async with site.writing() as tx:
        found = await statuses.by_id(tx, known.id) if gone else None
        if found is None:
            found = await statuses.boost_of(tx, sender.id, known.id)
        if found is not None:
            await inbox_posts.remove(tx, site, found)


async def heard(_: Site, sender: Account, __: ClaimedActivity, ___: Budget) -> None:
    """What a group passes on and we take from whoever did it alone: votes, blocks, locks."""
    _require_group(sender)


async def _object(site: Site, sender: Account, activity: ClaimedActivity) -> str:
    """What the activity inside is about, if somebody here follows the group."""
    _require_group(sender)
    async with site.reading() as tx:
        if not await store.followed_here(tx, sender.id):
            raise NotFound
    assert isinstance(activity.object, dict)
    uri = parse.object_id(parse.embedded_activity(activity.object).object)
    if uri is None:
        raise Malformed("The activity inside has no object")
    return uri


def _require_group(sender: Account) -> None:
    if sender.actor_type is not ActorType.GROUP:
        raise Malformed("Only groups pass on activities")


async def _known(site: Site, uri: str) -> Status | None:
    async with site.reading() as tx:
        return await statuses.by_uri(tx, uri)
