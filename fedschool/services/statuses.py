"""Statuses: show and delete them, their threads and histories; and the pieces of writing one.

Posting and editing is `posting`.
"""

from collections.abc import Sequence

import msgspec

from fedschool.distribution import fanout, outbox, streams, talks
from fedschool.distribution.notify import notify
from fedschool.errors import (
    Forbidden,
    NotFound,
)
from fedschool.model.account import Viewer
from fedschool.model.job import Fanout
from fedschool.model.quote import QuoteState
from fedschool.model.status import (
    Attachment,
    ContextView,
    Poll,
    Status,
    StatusEdit,
    StatusView,
)
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import media as media_cases
from fedschool.services.composing import Composed
from fedschool.site import Site
from fedschool.store import (
    accounts,
    conversations,
    hydrate,
    media,
    polls,
    quotes,
    statuses,
    timelines,
)
from fedschool.text import fallback


async def get(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    """Raises NotFound, also for what the viewer may not see."""
    async with site.reading() as tx:
        return await _shown(tx, viewer, status_id)


async def get_many(site: Site, viewer: Viewer, ids: Sequence[int]) -> list[StatusView]:
    """Those of `ids` that the viewer may see, in that order."""
    async with site.reading() as tx:
        return await hydrate.statuses_of(tx, viewer, ids)


async def context(site: Site, viewer: Viewer, status_id: int) -> ContextView:
    """The thread around a status. Strangers get a bounded part, as in Mastodon."""
    stranger = viewer.account_id is None
    most = statuses.MAX_DEPTH
    up, down, depth = (40, 60, 20) if stranger else (most, most, most)
    async with site.reading() as tx:
        await _require_visible(tx, viewer, status_id)
        before = await statuses.ancestors(tx, status_id, up)
        after = await statuses.descendants(tx, status_id, down, depth)
        order = _threaded(status_id, after)
        views = await hydrate.statuses_of(tx, viewer, [*before, *order])
    known = set(before)
    return ContextView(
        ancestors=tuple(view for view in views if view.status.id in known),
        descendants=tuple(view for view in views if view.status.id not in known),
    )


async def delete(
    site: Site, viewer: Viewer, status_id: int, *, with_media: bool = False
) -> StatusView:
    """Deletes the viewer's own status here and elsewhere; answers what it was, for redrafting.

    Its files stay a day for that, unless it goes `with_media`.
    """
    async with site.writing() as tx:
        status = await own(tx, viewer, status_id, boosts=True)
        view = await _shown(tx, viewer, status_id)
        await outbox.deleted(tx, site, view)
        await media.detach(tx, status_id, 0 if with_media else site.now())
        await erase(tx, site, status)
        if with_media:
            for item in view.attachments:
                await media.delete(tx, item.id)
    if with_media:
        for item in view.attachments:
            await media_cases.forget_files(site, item)
    return view


async def source(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.reading() as tx:
        await own(tx, viewer, status_id)
        return await _shown(tx, viewer, status_id)


async def history(
    site: Site, viewer: Viewer, status_id: int
) -> tuple[StatusView, list[StatusEdit]]:
    """The status and all its versions, the original first."""
    async with site.reading() as tx:
        view = await _shown(tx, viewer, status_id)
        versions = await statuses.edits(tx, status_id)
    if not versions:
        versions = [version_of(view.status, view.attachments, view.status.created_at, view.poll)]
    if view.quoting is not None and view.quoting.state is QuoteState.ACCEPTED:
        versions = [
            msgspec.structs.replace(item, content=fallback.without(item.content))
            for item in versions
        ]
    return view, versions


async def fan_out(site: Site, job: Fanout) -> None:
    """Carries out a fan-out job."""
    await fanout.run(site, job)


# Pieces of a transaction, shared by what our people write and what arrives from elsewhere.


async def announce_new(tx: Tx, site: Site, view: StatusView, mentioned: Sequence[int]) -> None:
    """After a status was written: the author's home, notifications, homes, other servers."""
    status = view.status
    if view.account.local:
        await timelines.enter_homes(tx, [status.account_id], status.id)
        streams.entered(tx, site, [status.account_id], status.id)
    for account_id in mentioned:
        await notify(
            tx,
            site,
            to=account_id,
            kind=NotificationType.MENTION,
            sender=status.account_id,
            status_id=status.id,
        )
    await fanout.plan(tx, site, status)
    await outbox.created(tx, site, view)


async def write_names(tx: Tx, site: Site, status: Status, composed: Composed) -> None:
    """The people and hashtags of a status, in place of earlier ones."""
    people = [account.id for account in composed.mentions]
    await statuses.set_mentions(tx, status.id, people)
    await talks.keep(tx, site, status)
    tags = [(site.ids.next(), name, typed) for name, typed in composed.tags]
    await statuses.set_tags(tx, status.id, tags, site.now())


async def count_in(tx: Tx, status: Status) -> None:
    """The counts that a new status moves."""
    await accounts.posted(tx, status.account_id, status.created_at)
    if status.in_reply_to_id is not None:
        await statuses.count(tx, status.in_reply_to_id, "replies_count", 1)
    if status.reblog_of_id is not None:
        await statuses.count(tx, status.reblog_of_id, "reblogs_count", 1)


async def erase(tx: Tx, site: Site, status: Status) -> None:
    """Removes a status and moves the counts back."""
    await streams.deleted(tx, site, status)
    await accounts.count(tx, status.account_id, "statuses_count", -1)
    if status.in_reply_to_id is not None:
        await statuses.count(tx, status.in_reply_to_id, "replies_count", -1)
    if status.reblog_of_id is not None:
        await statuses.count(tx, status.reblog_of_id, "reblogs_count", -1)
    await quotes.forget(tx, status)
    await conversations.step_back(tx, status)
    await statuses.delete(tx, status, site.now())


async def keep_version(
    tx: Tx, site: Site, before: Status, attachments: Sequence[Attachment]
) -> None:
    """Before the first edit: the original becomes the history's first entry."""
    if before.edited_at is None:
        poll = await polls.of_status(tx, before.id)
        version = version_of(before, tuple(attachments), before.created_at, poll)
        await statuses.insert_edit(tx, site.ids.next(), version)


async def write_version(
    tx: Tx, site: Site, after: Status, attachments: Sequence[Attachment]
) -> None:
    """After an edit: the new version joins the history."""
    at = after.edited_at or after.created_at
    version = version_of(after, tuple(attachments), at, await polls.of_status(tx, after.id))
    await statuses.insert_edit(tx, site.ids.next(), version)


def version_of(
    status: Status, attachments: tuple[Attachment, ...], at: int, poll: Poll | None
) -> StatusEdit:
    return StatusEdit(
        status_id=status.id,
        content=status.content,
        text=status.text,
        spoiler_text=status.spoiler_text,
        sensitive=status.sensitive,
        created_at=at,
        attachments=attachments,
        poll_options=None if poll is None else poll.titles,
    )


async def tell_boosters(tx: Tx, site: Site, status: Status) -> None:
    """Local people who boosted or quoted a status, and all who have it open, hear of an edit."""
    await streams.edited(tx, site, status)
    for account_id in await statuses.local_boosters(tx, status.id):
        await notify(
            tx,
            site,
            to=account_id,
            kind=NotificationType.UPDATE,
            sender=status.account_id,
            status_id=status.id,
        )
    for account_id, quoting_id in await quotes.local_quoters(tx, status.id):
        await notify(
            tx,
            site,
            to=account_id,
            kind=NotificationType.QUOTED_UPDATE,
            sender=status.account_id,
            status_id=quoting_id,
        )


async def own(tx: Tx, viewer: Viewer, status_id: int, *, boosts: bool = False) -> Status:
    """The viewer's own status. Raises NotFound, and Forbidden for a boost where it cannot be."""
    status = await statuses.visible(tx, viewer, status_id)
    if status is None or status.account_id != viewer.me:
        raise NotFound
    if status.reblog_of_id is not None and not boosts:
        raise Forbidden
    return status


async def _shown(tx: Tx, viewer: Viewer, status_id: int) -> StatusView:
    view = await hydrate.one(tx, viewer, status_id)
    if view is None:
        raise NotFound
    return view


async def _require_visible(tx: Tx, viewer: Viewer, status_id: int) -> None:
    if await statuses.visible(tx, viewer, status_id) is None:
        raise NotFound


def _threaded(root: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Depth first, siblings by age: how a thread is read."""
    children: dict[int, list[int]] = {}
    for child, parent in sorted(set(pairs)):
        children.setdefault(parent, []).append(child)
    order: dict[int, None] = {}
    waiting = [root]
    while waiting:
        current = waiting.pop()
        if current in order:
            continue
        order[current] = None
        waiting.extend(reversed(children.get(current, [])))
    return [status_id for status_id in order if status_id != root]
