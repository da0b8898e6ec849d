"""Who follows whom, kept the same on both servers (FEP-8fcf): a follower whose leaving was lost
on the way gets no private post any longer."""

from urllib.parse import urlsplit

import msgspec

from fedschool import log
from fedschool.activitypub import parse, render, synchronization, uris
from fedschool.activitypub.synchronization import Claimed
from fedschool.activitypub.vocab import Document
from fedschool.errors import FedschoolError, RemoteFailure
from fedschool.model.account import Account, Sender, Viewer
from fedschool.model.job import JobKind, Synchronize
from fedschool.ports.database import Tx
from fedschool.services import documents, fetching, following
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, jobs
from fedschool.store import relationships as relations
from fedschool.store import synchronization as store

_log = log.get(__name__)
MAX_PAGES = 10
MAX_FOLLOWERS = 5_000


async def document(site: Site, viewer: Viewer, username: str) -> Document:
    """The followers of one of ours at the server of whoever signed. Raises NotFound."""
    async with site.reading() as tx:
        account = await documents.person(tx, username)
        asker = await accounts.by_id(tx, viewer.me)
        assert asker is not None
        found = await store.followers_below(tx, account.id, _origin(asker.uri))
    identity = site.uris.followers_synchronization(account.username)
    return render.ordered_collection(identity, len(found), items=sorted(found))


async def heard(site: Site, sender: Sender, value: str) -> None:
    """A signed header came along: where it differs from what we know, a job asks for the list,
    once in five minutes for each person."""
    claimed = synchronization.read(value)
    if claimed is None or uris.host_of(claimed.url) != uris.host_of(sender.uri):
        return
    async with site.reading() as tx:
        account = await accounts.by_id(tx, sender.account_id)
        known, _ = await store.ours(tx, sender.account_id)
    if account is None or account.followers_url != claimed.collection:
        return
    if synchronization.digest(known) == claimed.digest:
        return
    now = site.now()
    if not site.keyring.once.take(f"followers {sender.uri}", now):
        return
    async with site.writing() as tx:
        payload = msgspec.json.encode(
            Synchronize(sender.account_id, claimed.collection, claimed.url, claimed.digest)
        )
        lane = f"followers:{sender.domain}"
        new = jobs.NewJob(site.ids.next(), JobKind.SYNCHRONIZE, lane, payload, now)
        await jobs.add(tx, [new], now)
        tx.after_commit(site.wake_workers)


async def run(site: Site, job: Synchronize) -> None:
    """Brings what we know into line with the list, if that is whole and is the one announced."""
    claimed = Claimed(job.collection, job.url, job.digest)
    try:
        listed = await _listed(site, claimed, Budget(MAX_PAGES))
    except FedschoolError as error:
        _log.info("followers not listed", host=uris.host_of(job.url), why=type(error).__name__)
        return
    ours = {uri for uri in listed if site.uris.is_local(uri)}
    async with site.reading() as tx:
        known, asking = await store.ours(tx, job.account_id)
        strays = [
            stray.id
            for uri in sorted(ours - known.keys() - asking.keys())
            if (stray := await accounts.by_uri(tx, uri)) is not None and stray.local
        ]
    left = [account_id for uri, account_id in known.items() if uri not in ours]
    let_in = [account_id for uri, account_id in asking.items() if uri in ours]
    async with site.writing() as tx:
        people = [*left, *let_in, *strays]
        await relations.lock(tx, job.account_id, *people)
        found = await accounts.by_ids(tx, [job.account_id, *people])
        followed = found.get(job.account_id)
        if followed is None:
            return
        for account_id in left:
            await following.end(tx, found[account_id], followed)
        for account_id in let_in:
            await following.admit(tx, site, found[account_id], followed)
        for account_id in strays:
            await _undo(tx, site, found[account_id], followed)


async def _undo(tx: Tx, site: Site, follower: Account, followed: Account) -> None:
    """They list one of ours who does not follow: the leaving is told once more."""
    for edge in relations.Edge:
        if await relations.find(tx, edge, follower.id, followed.id) is not None:
            return
    await following.tell_undo(tx, site, follower, followed, following.new(site, follower, followed))


async def _listed(site: Site, claimed: Claimed, budget: Budget) -> list[str]:
    """The whole list; its digest must be the one that was signed. Raises RemoteFailure."""
    found: list[str] = []
    page: Document | str | None = claimed.url
    while page is not None and len(found) <= MAX_FOLLOWERS:
        if isinstance(page, str):
            answer = await fetching.document(site, page, budget)
            if not uris.same_origin(answer.url, claimed.url):
                raise RemoteFailure("The list of followers is on another server")
            page = answer.document
        read = parse.collection(page)
        found += [uri for item in read.items if (uri := parse.object_id(item)) is not None]
        onward = read.first or read.next
        if onward is not None and not isinstance(onward, dict):
            onward = onward if uris.same_origin(onward, claimed.url) else None
        page = onward
    if synchronization.digest(dict.fromkeys(found)) != claimed.digest:
        raise RemoteFailure("The list of followers is not the one that was announced")
    return found


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"
