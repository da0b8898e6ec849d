"""Polls of other servers, and the votes that other servers' people cast in ours."""

from fedschool.activitypub import parse
from fedschool.activitypub.objects import ClaimedNote, ClaimedPoll
from fedschool.errors import NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.status import Poll, PollOption, Status
from fedschool.services import fetching, polls
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import polls as store
from fedschool.store import statuses


def poll(claimed: ClaimedPoll | None, now: int, before: Poll | None = None) -> Poll | None:
    """A claimed poll as we keep it; counts that are not told stay as they were `before`."""
    if claimed is None:
        return None
    titles = tuple(option.name for option in claimed.options)
    known = before.options if before is not None and before.titles == titles else ()
    ends = claimed.ends if claimed.ends is not None else claimed.closed
    return Poll(
        options=tuple(
            PollOption(option.name, _votes(option.votes, known[n] if known else None))
            for n, option in enumerate(claimed.options)
        ),
        multiple=claimed.multiple,
        expires_at=ends,
        closed=any(at is not None and at <= now for at in (ends, claimed.closed)),
        voters=claimed.voters,
    )


async def vote(site: Site, voter: Account, claimed: ClaimedNote) -> None:
    """A vote in one of our polls that the voter may see. Raises NotFound, Unprocessable."""
    assert claimed.in_reply_to is not None
    assert claimed.name is not None
    async with site.writing() as tx:
        status = await statuses.by_uri(tx, claimed.in_reply_to)
        if status is None or not status.local:
            raise NotFound
        if await statuses.visible(tx, Viewer(account_id=voter.id), status.id) is None:
            raise NotFound
        asked = await store.locked(tx, status.id)
        if asked is None or claimed.name.strip() not in asked.titles:
            raise NotFound
        choice = asked.titles.index(claimed.name.strip())
        await polls.cast(tx, site, voter.id, status, asked, [choice])


async def counted(site: Site, status: Status, claimed: ClaimedNote) -> None:
    """Counts and end of a known question, as its author tells them now."""
    async with site.writing() as tx:
        before = await store.of_status(tx, status.id)
        after = poll(claimed.poll, site.now(), before)
        if before is None or after is None or not polls.same_question(before, after):
            return
        if before.closed:
            # What is over does not begin again, but late votes may still be counted.
            after = _closed(after, before)
        if after != before:
            await store.locked(tx, status.id)
            await polls.count(tx, site, status, before, after)


async def ask_again(site: Site, status: Status, author: Account) -> None:
    """Fetches a remote poll for its last counts. Raises RemoteFailure, Malformed."""
    claimed = parse.note(await fetching.named(site, status.uri, Budget()))
    if claimed.id == status.uri and claimed.attributed_to == author.uri:
        await counted(site, status, claimed)


def _votes(told: int | None, known: PollOption | None) -> int:
    if told is not None:
        return told
    return 0 if known is None else known.votes


def _closed(after: Poll, before: Poll) -> Poll:
    return Poll(
        options=after.options,
        multiple=after.multiple,
        expires_at=before.expires_at,
        closed=True,
        voters=after.voters,
    )
