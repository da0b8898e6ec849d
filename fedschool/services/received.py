"""Posts of remote people: who they concern here, what they answer, and how they are kept.

A note comes in two ways: delivered by its author, or `fetched` because something here refers to
it. Its document is from the origin of its id either way.
"""

import contextlib

from fedschool import log
from fedschool.activitypub import audience, parse, uris
from fedschool.activitypub.objects import ClaimedNote
from fedschool.activitypub.vocab import Document
from fedschool.errors import FedschoolError, Malformed, NotFound, RemoteFailure
from fedschool.model.account import Account, Viewer
from fedschool.model.status import Status, Visibility
from fedschool.services import (
    fetching,
    kit_links,
    received_quotes,
    received_writing,
    remote_actors,
)
from fedschool.services.fetching import Budget
from fedschool.services.received_writing import People
from fedschool.site import Site
from fedschool.store import received as store
from fedschool.store import statuses
from fedschool.store.received import Look

_log = log.get(__name__)
MAX_PARENTS = 20
MAX_NAMED = 50
MAX_LOOK_UPS = 10
MAX_QUOTES = 2
_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def note(
    site: Site,
    claimed: ClaimedNote,
    *,
    author: Account,
    budget: Budget,
    fetched: bool = False,
    quotes: int = MAX_QUOTES,
) -> Status | None:
    """Keeps a note of `author`, if it concerns anybody here or was `fetched` on purpose.

    A known one is answered as it is; None where it is not kept. `quotes`: how many posts that
    quote one another are fetched one behind the other. Raises Malformed when the note is not the
    author's.
    """
    check_author(claimed, author)
    seen = await _look(site, claimed, author)
    if seen.known:
        return await _known(site, claimed.id)
    if not _is_wanted(claimed, author, seen, fetched=fetched):
        return None
    parent = await _parent(site, claimed, author, budget)
    people = await find_people(site, claimed, budget, seen)
    quoting = await received_quotes.find(
        site, claimed, author, budget, _fetch_quoted(site, budget, quotes)
    )
    await kit_links.find(site, claimed, budget)
    return await received_writing.insert(
        site, claimed, author, parent, people, quoting, fetched=fetched
    )


async def fetch(site: Site, uri: str, budget: Budget, *, quotes: int = MAX_QUOTES) -> Status:
    """The status with this URI, fetched from its origin when it is unknown.

    Raises NotFound, RemoteGone, RemoteRefused, RemoteFailure.
    """
    known = await _known(site, uri)
    if known is not None:
        return known
    if uris.host_of(uri) == site.uris.host:
        raise NotFound
    return await by_document(site, await fetching.named(site, uri, budget), budget, quotes=quotes)


async def by_document(
    site: Site, document: Document, budget: Budget, *, quotes: int = MAX_QUOTES
) -> Status:
    """The status of a document that `fetching.named` answered."""
    claimed = _read(document)
    author = await _author(site, claimed, budget)
    status = await note(site, claimed, author=author, budget=budget, fetched=True, quotes=quotes)
    if status is None:
        raise NotFound
    return status


async def changed(
    site: Site, before: Status, claimed: ClaimedNote, author: Account, budget: Budget
) -> None:
    """A newer version of a known note, from its author."""
    check_author(claimed, author)
    await received_quotes.changed(
        site, before, claimed, author, budget, _fetch_quoted(site, budget, MAX_QUOTES)
    )
    seen = await _look(site, claimed, author)
    people = await find_people(site, claimed, budget, seen)
    await received_writing.edit(site, before, claimed, author, people)


async def find_people(
    site: Site, claimed: ClaimedNote, budget: Budget, seen: Look, *, look_ups: int = MAX_LOOK_UPS
) -> People:
    """Who is named in a note, and which of our people it is addressed to besides."""
    hrefs = [_actor(site, mention.href) for mention in claimed.mentions[:MAX_NAMED]]
    async with site.reading() as tx:
        known = await store.by_uris(tx, hrefs)
    for href in [each for each in hrefs if each not in known][:look_ups]:
        if not site.uris.is_local(href):
            with contextlib.suppress(FedschoolError):
                known[href] = await remote_actors.fetch(site, href, budget)
    named = {
        known[href].id: known[href]
        for href in hrefs
        if href in known and known[href].suspended_at is None
    }
    addressed = {seen.ours[uri] for uri in (*claimed.to, *claimed.cc) if uri in seen.ours}
    return People(tuple(named.values()), tuple(sorted(addressed - named.keys())))


def check_author(claimed: ClaimedNote, author: Account) -> None:
    """A note is its author's alone, and lives on the author's server. Raises Malformed."""
    if claimed.attributed_to != author.uri or author.local:
        raise Malformed("The note belongs to somebody else")
    if uris.host_of(claimed.id) != uris.host_of(author.uri):
        raise Malformed("The note is on another server than its author")


def is_vote(claimed: ClaimedNote) -> bool:
    """An answer to a poll looks like a reply that has a name and no text."""
    return bool(claimed.name and not claimed.content and claimed.in_reply_to)


async def _known(site: Site, uri: str) -> Status | None:
    async with site.reading() as tx:
        return await statuses.by_uri(tx, uri)


async def _look(site: Site, claimed: ClaimedNote, author: Account) -> Look:
    named = (_actor(site, mention.href) for mention in claimed.mentions)
    async with site.reading() as tx:
        return await store.look(
            tx,
            uri=claimed.id,
            author=author.id,
            parent=claimed.in_reply_to,
            quoted=claimed.quote if site.uris.is_local(claimed.quote or "") else None,
            meant=[*claimed.to, *claimed.cc, *named],
        )


def _is_wanted(claimed: ClaimedNote, author: Account, seen: Look, *, fetched: bool) -> bool:
    """Whether somebody here follows the author, is meant or quoted, or has what the note answers;
    a note that was fetched must be for everybody."""
    if is_vote(claimed) or author.suspended_at is not None:
        return False
    if fetched:
        return audience.visibility(claimed.to, claimed.cc, author.followers_url) in _OPEN
    return seen.followed or bool(seen.ours) or seen.parent_known or seen.quotes_ours


def _fetch_quoted(site: Site, budget: Budget, quotes: int) -> received_quotes.Fetch:
    async def fetch_quoted(uri: str) -> Status:
        if quotes <= 0:
            raise NotFound
        return await fetch(site, uri, budget, quotes=quotes - 1)

    return fetch_quoted


def _actor(site: Site, href: str) -> str:
    """The actor that a mention means; some servers give the page of a person."""
    username = site.uris.local_username(href)
    return href if username is None else site.uris.actor(username)


async def _parent(
    site: Site, claimed: ClaimedNote, author: Account, budget: Budget
) -> Status | None:
    """What the note answers; unknown parents are fetched upwards and kept from the top."""
    chain: list[ClaimedNote] = []
    seen = {claimed.id}
    uri = claimed.in_reply_to
    parent = None
    while uri is not None and uri not in seen and len(chain) < MAX_PARENTS:
        seen.add(uri)
        parent = await _known(site, uri)
        if parent is not None or site.uris.is_local(uri):
            break
        try:
            above = _read(await fetching.named(site, uri, budget))
        except RemoteFailure:
            break
        chain.append(above)
        uri = above.in_reply_to
    for above in reversed(chain):
        parent = await _keep_parent(site, above, parent, budget)
    return await _answerable(site, parent, author)


async def _keep_parent(
    site: Site, claimed: ClaimedNote, parent: Status | None, budget: Budget
) -> Status | None:
    try:
        author = await _author(site, claimed, budget)
        seen = await _look(site, claimed, author)
        if seen.known:
            return await _known(site, claimed.id)
        if not _is_wanted(claimed, author, seen, fetched=True):
            return None
        people = await find_people(site, claimed, budget, seen, look_ups=0)
        above = await _answerable(site, parent, author)
    except FedschoolError as error:
        _log.info("parent left out", host=uris.host_of(claimed.id), why=error.public)
        return None
    return await received_writing.insert(site, claimed, author, above, people, None, fetched=True)


async def _answerable(site: Site, parent: Status | None, author: Account) -> Status | None:
    """A boost cannot be answered, nor what somebody here wrote for others to see."""
    if parent is None or parent.reblog_of_id is not None:
        return None
    if not parent.local:
        return parent
    async with site.reading() as tx:
        return await statuses.visible(tx, Viewer(account_id=author.id), parent.id)


async def _author(site: Site, claimed: ClaimedNote, budget: Budget) -> Account:
    """The author of a note that was fetched: on the same server as the note."""
    if uris.host_of(claimed.attributed_to) != uris.host_of(claimed.id):
        raise RemoteFailure("The note is on another server than its author")
    author = await remote_actors.fetch(site, claimed.attributed_to, budget)
    check_author(claimed, author)
    return author


def _read(document: Document) -> ClaimedNote:
    try:
        return parse.note(document)
    except Malformed as error:
        raise RemoteFailure("The other server's document is not a post") from error
