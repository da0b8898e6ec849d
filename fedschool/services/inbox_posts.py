"""Posts and profiles that other servers create, change and delete."""

from fedschool import log
from fedschool.activitypub import parse, uris
from fedschool.activitypub.objects import ClaimedActivity, ClaimedNote
from fedschool.activitypub.vocab import ACTORS
from fedschool.errors import Malformed
from fedschool.model.account import Account
from fedschool.model.status import Status
from fedschool.ports.database import Tx
from fedschool.services import (
    departures,
    fetching,
    inbox_kits,
    inbox_quotes,
    interactions,
    received,
    received_polls,
    received_writing,
    remote_actors,
)
from fedschool.services import statuses as status_cases
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import statuses

_log = log.get(__name__)


async def create(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    await _take_in(site, sender, _note(sender, activity), budget)


async def create_named(
    site: Site, sender: Account, activity: ClaimedActivity, budget: Budget
) -> None:
    """A Create that only names its object, which is asked for where it lies."""
    uri = parse.object_id(activity.object)
    if uri is None or uris.host_of(uri) != uris.host_of(sender.uri):
        raise Malformed("The object is on another server")
    claimed = parse.note(await fetching.named(site, uri, budget))
    received.check_author(claimed, sender)
    await _take_in(site, sender, claimed, budget)


async def update(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """A profile is asked for again where it lies; a post is taken as its author sends it."""
    uri = parse.object_id(activity.object)
    kind = activity.object.get("type") if isinstance(activity.object, dict) else None
    if uri == sender.uri:
        await remote_actors.fetch(site, sender.uri, budget, fresh=True)
    elif isinstance(kind, str) and kind in ACTORS:
        raise Malformed("The profile is somebody else's")
    else:
        await _update_note(site, sender, _note(sender, activity), budget)


async def delete(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """A post or a collection of the sender's, the sender's consent to be quoted or recommended, or
    the sender."""
    if activity.object is None:
        raise Malformed("The activity has no object")
    uri = parse.tombstone(activity.object).id
    async with site.writing() as tx:
        if uri == sender.uri:
            await departures.erase(tx, site, sender)
        elif not (
            await inbox_quotes.withdrawn(tx, site, sender, uri)
            or await inbox_kits.withdrawn(tx, site, sender, uri)
            or await inbox_kits.deleted(tx, sender, uri)
        ):
            await _delete_status(tx, site, sender, uri)


async def _take_in(site: Site, sender: Account, claimed: ClaimedNote, budget: Budget) -> None:
    if received.is_vote(claimed):
        await received_polls.vote(site, sender, claimed)
    else:
        await received.note(site, claimed, author=sender, budget=budget)


async def _update_note(site: Site, sender: Account, claimed: ClaimedNote, budget: Budget) -> None:
    received.check_author(claimed, sender)
    async with site.reading() as tx:
        known = await statuses.by_uri(tx, claimed.id)
    if known is None:
        # Whatever made us miss the beginning, this is what the post is now.
        await received.note(site, claimed, author=sender, budget=budget)
    elif known.account_id == sender.id and known.reblog_of_id is None:
        await received_polls.counted(site, known, claimed)
        await received.changed(site, known, claimed, sender, budget)


async def _delete_status(tx: Tx, site: Site, sender: Account, uri: str) -> None:
    if uris.host_of(uri) != uris.host_of(sender.uri):
        raise Malformed("The object is on another server")
    status = await statuses.by_uri(tx, uri)
    if status is None:
        await statuses.bury(tx, received_writing.deleted_early(uri, sender), site.now())
    elif status.account_id == sender.id:
        await remove(tx, site, status)


async def remove(tx: Tx, site: Site, status: Status) -> None:
    """Takes a remote status out, be it a post or a boost."""
    original = None
    if status.reblog_of_id is not None:
        original = await statuses.by_id(tx, status.reblog_of_id)
    if original is not None:
        await interactions.unboosted(tx, site, status, original)
    else:
        await status_cases.erase(tx, site, status)


def _note(sender: Account, activity: ClaimedActivity) -> ClaimedNote:
    """The embedded post, which is the sender's and lies on the sender's server."""
    if not isinstance(activity.object, dict):
        raise Malformed("The activity has no object")
    claimed = parse.note(activity.object)
    received.check_author(claimed, sender)
    return claimed
