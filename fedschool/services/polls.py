"""Polls: asked with a post, shown, voted in; and the pieces of asking and closing one."""

from collections.abc import Sequence

import msgspec

from fedschool.activitypub import render_activity, uris
from fedschool.distribution import outbox
from fedschool.distribution.notify import notify
from fedschool.errors import FieldError, NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.job import JobKind, PollEnd, PollTell
from fedschool.model.status import Poll, PollOption, Status, StatusView
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts, hydrate, jobs
from fedschool.store import polls as store
from fedschool.text.characters import tame

MIN_OPTIONS = 2
MAX_OPTIONS = 4
MAX_OPTION_CHARACTERS = 50
MIN_SECONDS = 300
MAX_SECONDS = 2_629_746

TELL_AFTER = 3 * 60_000
"""How long (ms) votes are gathered before other servers hear of them."""

_FAR = 400 * 86_400_000
_encode = msgspec.json.Encoder().encode


class PollDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks with a post; `expires_in` in seconds."""

    options: list[str] = []
    expires_in: int | None = None
    multiple: bool = False
    hide_totals: bool = False


def drafted(site: Site, draft: PollDraft | None) -> Poll | None:
    """A draft as the poll that begins now; None for nothing asked. Raises Unprocessable."""
    if draft is None or draft == PollDraft():
        return None
    titles = [title for text in draft.options if (title := " ".join(tame(text).split()))]
    if not MIN_OPTIONS <= len(titles) <= MAX_OPTIONS:
        raise _invalid("options", f"A poll has {MIN_OPTIONS} to {MAX_OPTIONS} options")
    if any(len(title) > MAX_OPTION_CHARACTERS for title in titles):
        raise _invalid("options", f"Options have at most {MAX_OPTION_CHARACTERS} characters")
    if len(set(titles)) != len(titles):
        raise _invalid("options", "The options of a poll must differ")
    if draft.expires_in is None:
        raise _invalid("expires_at", "A poll must say when it ends")
    if not MIN_SECONDS <= draft.expires_in <= MAX_SECONDS:
        raise _invalid("expires_at", "A poll lasts from five minutes to a month")
    return Poll(
        options=tuple(PollOption(title) for title in titles),
        multiple=draft.multiple,
        hide_totals=draft.hide_totals,
        expires_at=site.now() + draft.expires_in * 1000,
        voters=0,
    )


async def get(site: Site, viewer: Viewer, poll_id: int) -> StatusView:
    """The status that asks; its poll is over when its time is. Raises NotFound."""
    async with site.reading() as tx:
        view = await _shown(tx, viewer, poll_id)
    assert view.poll is not None
    closed = view.poll.over(site.now())
    return msgspec.structs.replace(view, poll=msgspec.structs.replace(view.poll, closed=closed))


async def vote(site: Site, viewer: Viewer, poll_id: int, choices: Sequence[int]) -> StatusView:
    """Votes for the options with these numbers; a remote author is told.

    Raises NotFound, Unprocessable.
    """
    async with site.writing() as tx:
        view = await _shown(tx, viewer, poll_id)
        if view.status.account_id == viewer.me:
            raise Unprocessable("You cannot vote in your own polls")
        poll = await store.locked(tx, poll_id)
        if poll is None:
            raise NotFound
        wanted = list(dict.fromkeys(choices))
        await cast(tx, site, viewer.me, view.status, poll, wanted)
        if not view.account.local:
            await _send_votes(tx, site, viewer, view, [poll.titles[n] for n in wanted])
        return await _shown(tx, viewer, poll_id)


async def cast(
    tx: Tx, site: Site, voter: int, status: Status, poll: Poll, choices: Sequence[int]
) -> None:
    """Counts anybody's votes, local or remote, in a poll that is `store.locked`.

    Of several options, more may be chosen later. Raises Unprocessable.
    """
    if poll.over(site.now()):
        raise Unprocessable("The poll has already ended")
    if not choices or not all(0 <= choice < len(poll.options) for choice in choices):
        raise Unprocessable("The chosen vote option does not exist")
    before = await store.choices_of(tx, status.id, voter)
    if before.intersection(choices) or (before and not poll.multiple):
        raise Unprocessable("You have already voted on this poll")
    if len(choices) > 1 and not poll.multiple:
        raise Unprocessable("Only one option of this poll can be chosen")
    await store.vote(tx, status.id, voter, choices, first=not before, now=site.now())
    if outbox.leaves(status) and poll.shows_totals:
        await _plan_telling(tx, site, status.id)


async def ask(tx: Tx, site: Site, status: Status, poll: Poll) -> None:
    """Writes the poll of a status and plans its end."""
    await store.insert_new(tx, status.id, poll)
    await _plan_end(tx, site, status, poll)


async def ask_again(
    tx: Tx, site: Site, status: Status, before: Poll | None, after: Poll | None
) -> None:
    """After an edit. Other options, or another way to choose, make it another poll without
    votes; the rest goes on with them."""
    if before is not None and after is not None and same_question(before, after):
        kept = msgspec.structs.replace(after, options=before.options, voters=before.voters)
        await store.change(tx, status.id, kept)
        await _plan_end(tx, site, status, kept)
        return
    if before is not None:
        await store.delete(tx, status.id)
    if after is not None:
        await ask(tx, site, status, after)


def same_question(one: Poll, other: Poll) -> bool:
    return (one.titles, one.multiple) == (other.titles, other.multiple)


async def count(tx: Tx, site: Site, status: Status, before: Poll, after: Poll) -> None:
    """Writes what a remote author tells of the same question; closes it if that is over."""
    closes = after.over(site.now()) and not before.closed
    open_still = msgspec.structs.replace(after, closed=before.closed)
    await store.change(tx, status.id, open_still)
    if closes:
        await close(tx, site, status, open_still)
    elif after.expires_at != before.expires_at:
        await _plan_end(tx, site, status, after)


async def close(tx: Tx, site: Site, status: Status, poll: Poll) -> None:
    """Ends a poll that is `store.locked`: who voted or asked here is told, and so are others."""
    await store.change(tx, status.id, msgspec.structs.replace(poll, closed=True))
    # The author's own are filtered by nobody: `notify` knows whether the author is ours.
    for account_id in dict.fromkeys((status.account_id, *await store.local_voters(tx, status.id))):
        await notify(
            tx,
            site,
            to=account_id,
            kind=NotificationType.POLL,
            sender=status.account_id,
            status_id=status.id,
        )
    await store.told(tx, status.id)
    await tell(tx, site, status)


async def tell(tx: Tx, site: Site, status: Status) -> None:
    """Sends the counts of one of our polls to those who may hold a copy."""
    if not status.local:
        return
    view = await hydrate.one(tx, Viewer(account_id=status.account_id, local=True), status.id)
    if view is not None and view.poll is not None:
        await outbox.counted(tx, site, view)


async def _send_votes(
    tx: Tx, site: Site, viewer: Viewer, view: StatusView, names: Sequence[str]
) -> None:
    me = await accounts.by_id(tx, viewer.me)
    assert me is not None
    for name in names:
        uri = site.uris.vote(me.username, site.ids.next())
        document = render_activity.vote(
            uri, me.uri, name, status=view.status.uri, author=view.account.uri
        )
        await outbox.send(tx, site, me, document, people=[view.account.id])


async def _plan_end(tx: Tx, site: Site, status: Status, poll: Poll) -> None:
    now = site.now()
    if poll.closed or poll.expires_at is None or poll.expires_at > now + _FAR:
        return
    payload = _encode(PollEnd(status.id, poll.expires_at))
    # A remote poll is asked for again at its end, and its host may hang.
    lane = JobKind.POLL_END if status.local else f"poll_end:{uris.host_of(status.uri)}"
    new = jobs.NewJob(site.ids.next(), JobKind.POLL_END, lane, payload, poll.expires_at)
    await jobs.add(tx, [new], now)


async def _plan_telling(tx: Tx, site: Site, status_id: int) -> None:
    now = site.now()
    tell_at = now + TELL_AFTER
    if await store.plan_telling(tx, status_id, tell_at):
        payload = _encode(PollTell(status_id))
        new = jobs.NewJob(site.ids.next(), JobKind.POLL_TELL, JobKind.POLL_TELL, payload, tell_at)
        await jobs.add(tx, [new], now)


async def _shown(tx: Tx, viewer: Viewer, poll_id: int) -> StatusView:
    view = await hydrate.one(tx, viewer, poll_id)
    if view is None or view.poll is None:
        raise NotFound
    return view


def _invalid(field: str, text: str) -> Unprocessable:
    return Unprocessable(f"Validation failed: {text}", {field: [FieldError("ERR_INVALID", text)]})
