"""A remote note as a status: written once, edited by later versions, told to whom it concerns."""

import hashlib
from collections.abc import Sequence

import msgspec

from fedschool.activitypub import audience, parse
from fedschool.activitypub.objects import ClaimedAttachment, ClaimedNote
from fedschool.distribution import fanout, talks
from fedschool.distribution.notify import notify
from fedschool.model.account import Account
from fedschool.model.status import NO_DETAILS, Attachment, MediaDetails, Poll, Status, Visibility
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import (
    cards,
    emojis,
    kit_links,
    polls,
    received_polls,
    received_quotes,
    trends,
)
from fedschool.services import statuses as status_cases
from fedschool.services.received_quotes import Quoting
from fedschool.site import Site
from fedschool.store import accounts, media, statuses, words
from fedschool.store import polls as polls_store
from fedschool.store import received as store
from fedschool.text import compose, html

MAX_WARNING = 1_000
MAX_DESCRIPTION = 5_000
MAX_ATTACHMENTS = 16
MAX_TAGS = 50
NEWS = 6 * 3_600_000
"""How old (ms) a fetched post may be and still enter homes."""

_TRIES = 3


class People(msgspec.Struct, frozen=True):
    """Who is named in a note, and our people (ids) to whom it is addressed besides."""

    named: tuple[Account, ...]
    silent: tuple[int, ...]


async def insert(
    site: Site,
    claimed: ClaimedNote,
    author: Account,
    parent: Status | None,
    people: People,
    quoting: Quoting | None,
    *,
    fetched: bool,
) -> Status | None:
    """Writes the note with all that hangs on it. None when it was deleted in the meantime."""
    for _ in range(_TRIES):
        bare = _status(site, claimed, author, parent)
        async with site.writing() as tx:
            status = await _with_emojis(tx, site, bare, claimed, author)
            if await is_spent(tx, claimed.id, author):
                return None
            if parent is not None and await statuses.by_id(tx, parent.id) is None:
                parent = None
                continue
            if await statuses.insert_new(tx, status):
                await _complete(tx, site, status, claimed, author, people)
                await received_quotes.write(tx, status, quoting)
                if not fetched or status.created_at > site.now() - NEWS:
                    await fanout.plan(tx, site, status)
                return status
            if (known := await statuses.by_uri(tx, claimed.id)) is not None:
                return known
        # Another status of the same millisecond has that id already.
    return None


async def edit(
    site: Site, before: Status, claimed: ClaimedNote, author: Account, people: People
) -> Status | None:
    """Writes a newer version of a known note; None when there is nothing newer in it."""
    async with site.writing() as tx:
        current = await statuses.by_id(tx, before.id)
        if current is None or not _is_newer(site, current, claimed):
            return None
        if current.visibility is Visibility.DIRECT and await store.is_blocked_by_named(
            tx, current.id, author.id
        ):
            return None
        attachments = await media.of_status(tx, current.id)
        edited = _edited(site, current, claimed)
        after = await _with_emojis(tx, site, edited, claimed, author)
        asked = await polls_store.of_status(tx, current.id)
        asks = received_polls.poll(claimed.poll, site.now(), asked)
        if _same(current, after, attachments, claimed) and _same_poll(asked, asks):
            return None
        await status_cases.keep_version(tx, site, current, attachments)
        await statuses.edit(tx, after)
        if not _same_poll(asked, asks):
            await polls.ask_again(tx, site, after, asked, asks)
        await _replace_media(tx, site, after, claimed, attachments)
        await status_cases.write_version(tx, site, after, await media.of_status(tx, after.id))
        already = set(await statuses.mentioned(tx, after.id))
        await statuses.set_mentions(tx, after.id, [item.id for item in people.named], keep=True)
        await talks.keep(tx, site, after)
        await _write_tags(tx, site, after.id, claimed)
        shown = bool(claimed.attachments)
        await cards.plan(tx, site, after, media=shown, named=people.named, edited=True)
        await kit_links.write(tx, site, after, claimed.kits, edited=True)
        await words.refresh(tx, after.id)
        new = [item for item in people.named if item.id not in already]
        await _tell_named(tx, site, after, new)
        await status_cases.tell_boosters(tx, site, after)
    return after


async def is_spent(tx: Tx, uri: str, author: Account) -> bool:
    """Whether the thing was deleted, be it before it arrived."""
    return await store.is_spent(tx, [uri, deleted_early(uri, author)])


def deleted_early(uri: str, author: Account) -> str:
    """The tombstone of something unknown: it binds only what comes from the same author, so
    that nobody can keep away the posts of a neighbour."""
    return "early " + hashlib.sha256(f"{uri} {author.uri}".encode()).hexdigest()


async def _complete(
    tx: Tx, site: Site, status: Status, claimed: ClaimedNote, author: Account, people: People
) -> None:
    await statuses.set_mentions(tx, status.id, [item.id for item in people.named], keep=True)
    await store.add_silent_mentions(tx, status.id, people.silent)
    await talks.keep(tx, site, status)
    if claimed.hashtags:
        await _write_tags(tx, site, status.id, claimed)
    await media.insert(tx, _attachments(site, status, claimed.attachments))
    media_there = bool(claimed.attachments)
    linked = await cards.plan(tx, site, status, media=media_there, named=people.named)
    await kit_links.write(tx, site, status, claimed.kits)
    held = linked or bool(claimed.hashtags)
    await trends.register(tx, site, status, author, holds=held)
    if (poll := received_polls.poll(claimed.poll, site.now())) is not None:
        await polls.ask(tx, site, status, poll)
    await words.refresh(tx, status.id)
    await _count_in(tx, status, author)
    await statuses.adopt_orphans(tx, status)
    await _tell_named(tx, site, status, people.named)


async def _count_in(tx: Tx, status: Status, author: Account) -> None:
    if status.created_at >= (author.last_status_at or 0):
        await accounts.posted(tx, author.id, status.created_at)
    else:
        await accounts.count(tx, author.id, "statuses_count", 1)
    if status.in_reply_to_id is not None:
        await statuses.count(tx, status.in_reply_to_id, "replies_count", 1)


async def _tell_named(tx: Tx, site: Site, status: Status, named: Sequence[Account]) -> None:
    for account in named:
        if account.local:
            await notify(
                tx,
                site,
                to=account.id,
                kind=NotificationType.MENTION,
                sender=status.account_id,
                status_id=status.id,
            )


async def _write_tags(tx: Tx, site: Site, status_id: int, claimed: ClaimedNote) -> None:
    folded: dict[str, str] = {}
    for tag in claimed.hashtags[:MAX_TAGS]:
        if name := compose.fold_tag(tag.name):
            folded.setdefault(name, html.strip(tag.name, 100))
    names = [(site.ids.next(), name, display) for name, display in folded.items()]
    await statuses.set_tags(tx, status_id, names, site.now())


async def _replace_media(
    tx: Tx, site: Site, status: Status, claimed: ClaimedNote, before: Sequence[Attachment]
) -> None:
    new = _attachments(site, status, claimed.attachments)
    if _files(new) != _files(before):
        await media.delete_of_status(tx, status.id)
        await media.insert(tx, new)


async def _with_emojis(
    tx: Tx, site: Site, status: Status, claimed: ClaimedNote, author: Account
) -> Status:
    """The status with the emojis of its author's server that it uses."""
    if not claimed.emojis or author.domain is None:
        return msgspec.structs.replace(status, emojis=())
    options = () if claimed.poll is None else (option.name for option in claimed.poll.options)
    texts = (status.content, status.spoiler_text, *options)
    found = await emojis.received(tx, site, author.domain, claimed.emojis, *texts)
    return msgspec.structs.replace(status, emojis=found)


def _status(site: Site, claimed: ClaimedNote, author: Account, parent: Status | None) -> Status:
    now = site.now()
    created_at = min(claimed.published or now, now)
    status_id = site.ids.at(created_at)
    return Status(
        id=status_id,
        uri=claimed.id,
        url=claimed.url,
        account_id=author.id,
        local=False,
        visibility=audience.visibility(claimed.to, claimed.cc, author.followers_url),
        content=_content(claimed),
        spoiler_text=html.strip(claimed.summary or "", MAX_WARNING),
        sensitive=claimed.sensitive or bool(claimed.summary),
        language=claimed.language,
        in_reply_to_id=None if parent is None else parent.id,
        in_reply_to_account_id=None if parent is None else parent.account_id,
        in_reply_to_uri=claimed.in_reply_to,
        conversation_id=status_id if parent is None else parent.conversation_id,
        created_at=created_at,
        quote_policy=parse.quote_policy(claimed.quote_policy, author),
    )


def _edited(site: Site, before: Status, claimed: ClaimedNote) -> Status:
    now = site.now()
    return msgspec.structs.replace(
        before,
        content=_content(claimed),
        spoiler_text=html.strip(claimed.summary or "", MAX_WARNING),
        sensitive=claimed.sensitive or bool(claimed.summary),
        language=claimed.language or before.language,
        url=claimed.url,
        edited_at=min(claimed.updated or now, now),
    )


def _is_newer(site: Site, current: Status, claimed: ClaimedNote) -> bool:
    """Versions without a time are taken as of now: some servers never say when."""
    updated = min(claimed.updated or site.now(), site.now())
    return updated > (current.edited_at or current.created_at)


def _same(
    before: Status, after: Status, attachments: Sequence[Attachment], claimed: ClaimedNote
) -> bool:
    new = [
        (item.url, html.strip(item.description, MAX_DESCRIPTION)) for item in claimed.attachments
    ]
    return new[:MAX_ATTACHMENTS] == _files(attachments) and all(
        getattr(before, name) == getattr(after, name)
        for name in ("content", "spoiler_text", "sensitive", "language")
    )


def _same_poll(before: Poll | None, after: Poll | None) -> bool:
    """Whether it asks the same; how it stands is no edit."""
    if before is None or after is None:
        return before is after
    return polls.same_question(before, after)


def _files(attachments: Sequence[Attachment]) -> list[tuple[str, str]]:
    return [(item.remote_url or "", item.description) for item in attachments]


def _content(claimed: ClaimedNote) -> str:
    return html.clean(claimed.content)


def _attachments(
    site: Site, status: Status, claimed: Sequence[ClaimedAttachment]
) -> list[Attachment]:
    return [
        Attachment(
            id=site.ids.next(),
            account_id=status.account_id,
            status_id=status.id,
            kind=item.kind,
            mime_type=item.media_type or "",
            remote_url=item.url,
            description=html.strip(item.description, MAX_DESCRIPTION),
            blurhash=item.blurhash,
            width=item.width,
            height=item.height,
            focus_x=item.focus_x,
            focus_y=item.focus_y,
            preview_remote_url=item.preview_url,
            details=NO_DETAILS if item.duration is None else MediaDetails(duration=item.duration),
            created_at=site.now(),
        )
        for item in claimed[:MAX_ATTACHMENTS]
    ]
