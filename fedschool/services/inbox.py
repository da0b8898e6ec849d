"""What other servers tell us: taken in at once, carried out by a job, each by one use case."""

import hashlib
from collections.abc import Awaitable, Callable

import msgspec

from fedschool import log
from fedschool.activitypub import parse, uris
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.distribution import doors
from fedschool.errors import FedschoolError, Unauthenticated
from fedschool.model.account import Account, Sender
from fedschool.model.job import Inbox, JobKind
from fedschool.services import inbox_deeds as deeds
from fedschool.services import inbox_flags as flags
from fedschool.services import inbox_groups as groups
from fedschool.services import inbox_kits as kits
from fedschool.services import inbox_moves
from fedschool.services import inbox_posts as posts
from fedschool.services import inbox_quotes as quotes
from fedschool.services import inbox_relations as relations
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import activities, jobs, senders

_log = log.get(__name__)

Act = Callable[[Site, Account, ClaimedActivity, Budget], Awaitable[None]]

URI = "a URI"
ANY = "anything"

TABLE: dict[tuple[str, str], Act] = {
    ("Follow", ANY): relations.follow,
    ("Accept", "QuoteRequest"): quotes.accept,
    ("Accept", "FeatureRequest"): kits.accept,
    ("Accept", URI): quotes.accept_named,
    ("Accept", ANY): relations.accept,
    ("Reject", "QuoteRequest"): quotes.reject,
    ("Reject", "FeatureRequest"): kits.reject,
    ("Reject", URI): quotes.reject_named,
    ("Reject", ANY): relations.reject,
    ("QuoteRequest", ANY): quotes.request,
    ("FeatureRequest", ANY): kits.request,
    ("Block", ANY): relations.block,
    ("Undo", "Follow"): relations.undo_follow,
    ("Undo", "Accept"): relations.undo_accept,
    ("Undo", "Block"): relations.undo_block,
    ("Undo", "Like"): deeds.undo_like,
    ("Undo", "EmojiReact"): deeds.undo_like,
    ("Undo", "Announce"): deeds.undo_announce,
    ("Undo", URI): deeds.undo_named,
    ("Create", URI): posts.create_named,
    ("Create", ANY): posts.create,
    ("Update", "FeaturedCollection"): kits.update,
    ("Update", ANY): posts.update,
    ("Delete", ANY): posts.delete,
    ("Like", ANY): deeds.like,
    ("EmojiReact", ANY): deeds.like,
    ("Announce", "Create"): groups.created,
    ("Announce", "Update"): groups.updated,
    ("Announce", "Delete"): groups.deleted,
    **{("Announce", kind): groups.heard for kind in ("Like", "Dislike", "Undo", "Block", "Lock")},
    ("Announce", ANY): deeds.announce,
    ("Add", ANY): deeds.add,
    ("Remove", ANY): deeds.remove,
    ("Flag", ANY): flags.flag,
    ("Move", ANY): inbox_moves.move,
}
_TYPES = frozenset(kind for kind, _ in TABLE)

# Some servers (Misskey) give the same id to every follow between the same two people, and to
# its undoing: only the same signed request is the same activity there.
_REPEATABLE = frozenset({"Follow", "Accept", "Reject", "Block", "Undo", "Add", "Remove"})


async def accept(site: Site, sender: Sender, body: bytes, *, signature: bytes = b"") -> None:
    """Takes in an activity of a proven sender, once; a job carries it out.

    Raises Malformed, and Unauthenticated when it speaks for somebody else.
    """
    activity = parse.activity(parse.document(body))
    if activity.actor != sender.uri:
        raise Unauthenticated("The activity is not the signer's")
    if uris.host_of(activity.id) != uris.host_of(sender.uri):
        raise Unauthenticated("The activity's id is on another server")
    if activity.type not in _TYPES:
        _log.info("activity not understood", type=activity.type[:40], host=sender.domain)
        return
    now = site.now()
    async with site.writing() as tx:
        if not await activities.receive(tx, _identity(activity, signature), now):
            return
        payload = msgspec.json.encode(Inbox(sender.account_id, body.decode()))
        lane = f"inbox:{sender.domain}"
        new = jobs.NewJob(site.ids.next(), JobKind.INBOX, lane, payload, now)
        await jobs.add(tx, [new], now)
        tx.after_commit(site.wake_workers)


async def process(site: Site, job: Inbox) -> None:
    """Carries out what was accepted; what may not be or cannot be is left out quietly.

    One sender's activities are carried out in the order of their coming.
    """
    async with site.keyring.lock(f"inbox {job.account_id}"):
        async with site.reading() as tx:
            sender = await senders.welcome(tx, job.account_id)
            if sender is None:
                return
            # What was taken in before a server was shut is left out, too.
            if await doors.is_shut(tx, site, sender.domain, uris.host_of(sender.uri)):
                return
        activity = parse.activity(parse.document(job.body.encode()))
        act = TABLE.get((activity.type, _kind(activity))) or TABLE.get((activity.type, ANY))
        if act is None:
            return
        try:
            await act(site, sender, activity, Budget())
        except FedschoolError as error:
            why = type(error).__name__
            _log.info("activity left out", type=activity.type, host=sender.domain, why=why)


def _identity(activity: ClaimedActivity, signature: bytes) -> str:
    """The name under which an activity is known: its actor is a part of it, so that nobody can
    use up the ids of a neighbour. Of one length, as there is an index on it."""
    parts = [activity.id.encode(), activity.actor.encode()]
    if activity.type in _REPEATABLE:
        parts.append(signature)
    return hashlib.sha256(b" ".join(parts)).hexdigest()


def _kind(activity: ClaimedActivity) -> str:
    """The type of the object, where it is embedded."""
    if not isinstance(activity.object, dict):
        return URI
    kind = activity.object.get("type")
    return kind if isinstance(kind, str) else ANY
