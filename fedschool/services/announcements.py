"""Announcements: the school tells everybody, and everybody may put it away or react to it."""

import msgspec

from fedschool.distribution import streams
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.announcement import Announcement, AnnouncementView
from fedschool.model.job import Announce, Job, JobKind
from fedschool.model.staff import Permission
from fedschool.ports.database import Tx
from fedschool.services import audit, staff
from fedschool.services.composing import compose_text
from fedschool.services.jobs import DONE, Verdict
from fedschool.site import Site
from fedschool.store import announcements as store
from fedschool.store import jobs
from fedschool.text import compose
from fedschool.text.unicode_emoji import is_emoji

MAX_TEXT = 5_000
MAX_EMOJIS = 8
_LANE = "announcements"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A notice to be; moments in ms. `all_day`: the days of both count from begin to end."""

    text: str
    starts_at: int | None = None
    ends_at: int | None = None
    all_day: bool = False


async def current(
    site: Site, viewer: Viewer, *, with_dismissed: bool = False
) -> list[AnnouncementView]:
    """What the viewer is told now."""
    async with site.reading() as tx:
        return await store.current(tx, viewer.me, site.now(), with_dismissed=with_dismissed)


async def dismiss(site: Site, viewer: Viewer, announcement_id: int) -> None:
    """The viewer has read it. Raises NotFound."""
    async with site.writing() as tx:
        await _require(tx, site, announcement_id)
        await store.dismiss(tx, viewer.me, announcement_id, site.now())


async def react(site: Site, viewer: Viewer, announcement_id: int, name: str) -> None:
    """Adds the viewer's emoji. Raises NotFound, Unprocessable."""
    async with site.writing() as tx:
        await _require(tx, site, announcement_id)
        if not is_emoji(name) and not await store.is_custom(tx, name):
            raise Unprocessable("Validation failed: Name is not a recognized emoji")
        if len(await store.names(tx, announcement_id) | {name}) > MAX_EMOJIS:
            raise Unprocessable("Validation failed: Limit of different reactions reached")
        added = await store.react(
            tx,
            row_id=site.ids.next(),
            announcement_id=announcement_id,
            account_id=viewer.me,
            name=name,
            now=site.now(),
        )
        if added:
            streams.reacted(tx, site, announcement_id, name)


async def unreact(site: Site, viewer: Viewer, announcement_id: int, name: str) -> None:
    """Takes the viewer's emoji back; fine where there is none. Raises NotFound."""
    async with site.writing() as tx:
        await _require(tx, site, announcement_id)
        if await store.unreact(tx, announcement_id, viewer.me, name):
            streams.reacted(tx, site, announcement_id, name)


async def create(site: Site, actor: Viewer, draft: Draft) -> Announcement:
    """Tells everybody, from now on. Raises Forbidden, Unprocessable."""
    await staff.require(site, actor, Permission.MANAGE_ANNOUNCEMENTS)
    _check(draft, site.now())
    composed = await compose_text(site, draft.text)
    links = (site.uris.local_status_id(url) for url in compose.find(draft.text).urls)
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_ANNOUNCEMENTS)
        now = site.now()
        item = Announcement(
            id=site.ids.next(),
            text=draft.text,
            content=composed.html,
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            all_day=draft.all_day,
            published_at=now,
            updated_at=now,
            account_ids=tuple(account.id for account in composed.mentions),
            tags=tuple(name for name, _ in composed.tags),
            status_ids=tuple(dict.fromkeys(x for x in links if x is not None)),
        )
        await store.insert_new(tx, item)
        await audit.record(
            tx, site, actor=officer.account_id, action="create_announcement",
            target=f"announcement/{item.id}", detail={"text": item.text},
        )  # fmt: skip
        await _tell_at(tx, site, item.id, now)
        if item.ends_at is not None:
            await _tell_at(tx, site, item.id, item.ends_at)
    return item


async def delete(site: Site, actor: Viewer, announcement_id: int) -> None:
    """Takes it back everywhere. Raises Forbidden, NotFound."""
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_ANNOUNCEMENTS)
        if not await store.delete(tx, announcement_id):
            raise NotFound("There is no such announcement")
        await audit.record(
            tx, site, actor=officer.account_id, action="delete_announcement",
            target=f"announcement/{announcement_id}", detail={},
        )  # fmt: skip
        await _tell_at(tx, site, announcement_id, site.now())


async def everything(site: Site, actor: Viewer) -> list[Announcement]:
    """All there are, also what is over, the oldest first. Raises Forbidden."""
    await staff.require(site, actor, Permission.MANAGE_ANNOUNCEMENTS)
    async with site.reading() as tx:
        return await store.everything(tx)


async def run(site: Site, job: Job) -> Verdict:
    """Tells open streams that an announcement is there, or is no more.

    A job, as the process that writes announcements is mostly not the one that serves streams.
    """
    announcement_id = msgspec.json.decode(job.payload, type=Announce).announcement_id
    async with site.writing() as tx:
        shown = await store.is_shown(tx, announcement_id, site.now())
        streams.announced(tx, site, announcement_id, shown=shown)
    return DONE


async def _tell_at(tx: Tx, site: Site, announcement_id: int, at: int) -> None:
    job = jobs.NewJob(
        id=site.ids.next(),
        kind=JobKind.ANNOUNCE,
        lane=_LANE,
        payload=msgspec.json.encode(Announce(announcement_id)),
        run_at=at,
    )
    await jobs.add(tx, [job], site.now())
    tx.after_commit(site.wake_workers)


async def _require(tx: Tx, site: Site, announcement_id: int) -> None:
    if not await store.is_shown(tx, announcement_id, site.now()):
        raise NotFound


def _check(draft: Draft, now: int) -> None:
    if not draft.text.strip():
        raise Unprocessable("Validation failed: Text can't be blank")
    if len(draft.text) > MAX_TEXT:
        raise Unprocessable(f"Validation failed: Text is longer than {MAX_TEXT} characters")
    if draft.ends_at is not None and draft.ends_at <= max(now, draft.starts_at or 0):
        raise Unprocessable("Validation failed: The end must lie in the future, after the start")
    if draft.all_day and draft.starts_at is None:
        raise Unprocessable("Validation failed: What lasts all day needs a day that it starts on")
