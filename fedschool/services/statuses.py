"""Statuses: post, show, edit, delete; threads and histories."""

from collections.abc import Sequence

import msgspec

from fedschool.distribution import fanout, outbox
from fedschool.distribution.notify import notify
from fedschool.errors import FieldError, Forbidden, NotFound, NotImplementedYet, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.job import Fanout
from fedschool.model.status import (
    Attachment,
    ContextView,
    Status,
    StatusEdit,
    StatusView,
    Visibility,
)
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services.composing import Composed, compose_text
from fedschool.site import Site
from fedschool.store import accounts, hydrate, media, statuses, timelines, users
from fedschool.text import compose

MAX_MEDIA = 4
KEY_LIFETIME = 3_600_000
MAX_KEY = 200


class PollDraft(msgspec.Struct, frozen=True, kw_only=True):
    options: list[str] = []


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends to post (docs.joinmastodon.org/methods/statuses/#create)."""

    status: str | None = None
    media_ids: list[str] = []
    in_reply_to_id: str | None = None
    sensitive: bool | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    language: str | None = None
    scheduled_at: str | None = None
    poll: PollDraft | None = None
    quoted_status_id: str | None = None


class MediaAttributes(msgspec.Struct, frozen=True, kw_only=True):
    """A change of an attachment that comes with an edit."""

    id: str
    description: str | None = None
    focus: str | None = None


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends to edit; what is absent becomes empty, as in Mastodon."""

    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[str] | None = None
    media_attributes: list[MediaAttributes] = []
    poll: PollDraft | None = None


async def post(
    site: Site, viewer: Viewer, draft: Draft, *, idempotency_key: str | None = None
) -> StatusView:
    """Publishes a status; a repeated key answers with the first one's.

    Raises NotFound for an unknown parent, Unprocessable, NotImplementedYet (polls, schedules,
    quotes).
    """
    _require_served(draft)
    text = (draft.status or "").strip()
    warning = (draft.spoiler_text or "").strip()
    media_ids = _media_ids(draft.media_ids)
    if not text and not warning and not media_ids:
        raise _invalid("text", "ERR_BLANK", "Validation failed: Text can't be blank")
    if not text and warning and not media_ids:
        text, warning = warning, ""
    _require_fits(site, text, warning)
    key = idempotency_key[:MAX_KEY] if idempotency_key else None
    async with site.reading() as tx:
        if key is not None and (first := await _by_key(tx, site, viewer, key)) is not None:
            return first
        user = await users.by_account(tx, viewer.me)
        assert user is not None
        parent = await _parent(tx, viewer, draft.in_reply_to_id)
    visibility = _visibility(draft.visibility or user.default_visibility, parent)
    language = _language(draft.language) or user.default_language or user.locale
    composed = await compose_text(site, text)

    async with site.writing() as tx:
        if key is not None and (first := await _by_key(tx, site, viewer, key)) is not None:
            return first
        author = await accounts.by_id(tx, viewer.me)
        assert author is not None
        if parent is not None and await statuses.visible(tx, viewer, parent.id) is None:
            raise NotFound
        status = _new_status(
            site,
            author,
            parent,
            content=composed.html,
            text=text,
            spoiler_text=warning,
            sensitive=bool(draft.sensitive) or bool(warning) or user.default_sensitive,
            visibility=visibility,
            language=language,
            application_id=viewer.application_id,
        )
        await statuses.insert_new(tx, status)
        if not await media.attach(tx, status.id, viewer.me, media_ids):
            raise _invalid("media_ids", "ERR_INVALID", "Some of the attachments were not found")
        await write_names(tx, site, status, composed)
        await count_in(tx, status)
        if key is not None:
            await statuses.remember_key(tx, viewer.me, key, status.id, site.now())
        view = await hydrate.one(tx, viewer, status.id)
        assert view is not None
        await announce_new(tx, site, view, [account.id for account in composed.mentions])
    return view


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
    up, down, depth = (40, 60, 20) if stranger else (4_096, 4_096, 4_096)
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


async def edit(site: Site, viewer: Viewer, status_id: int, change: Edit) -> StatusView:
    """A new version of the viewer's own status, sent to all who hold the old one."""
    if change.poll is not None:
        raise NotImplementedYet("Polls are not served yet")
    text = (change.status or "").strip()
    warning = (change.spoiler_text or "").strip()
    wanted_media = None if change.media_ids is None else _media_ids(change.media_ids)
    _require_fits(site, text, warning)
    async with site.reading() as tx:
        await _own(tx, viewer, status_id)
    composed = await compose_text(site, text)

    async with site.writing() as tx:
        before = await _own(tx, viewer, status_id)
        media_before = await media.of_status(tx, status_id)
        kept = media_before if wanted_media is None else wanted_media
        if not text and not warning and not kept:
            raise _invalid("text", "ERR_BLANK", "Validation failed: Text can't be blank")
        now = site.now()
        await keep_version(tx, site, before, media_before)
        if wanted_media is not None:
            await media.retire(tx, status_id)
            if not await media.attach(tx, status_id, viewer.me, wanted_media):
                raise _invalid("media_ids", "ERR_INVALID", "Some of the attachments were not found")
        await _describe(tx, status_id, change.media_attributes)
        after = msgspec.structs.replace(
            before,
            text=text,
            content=composed.html,
            spoiler_text=warning,
            sensitive=bool(change.sensitive) or bool(warning),
            language=_language(change.language) or before.language,
            edited_at=now,
        )
        await statuses.edit(tx, after)
        await write_names(tx, site, after, composed)
        await write_version(tx, site, after, await media.of_status(tx, status_id))
        view = await hydrate.one(tx, viewer, status_id)
        assert view is not None
        for account in composed.mentions:
            await notify(
                tx,
                site,
                to=account.id,
                kind=NotificationType.MENTION,
                sender=viewer.me,
                status_id=status_id,
            )
        await tell_boosters(tx, site, after)
        await outbox.edited(tx, site, view)
    return view


async def delete(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    """Deletes the viewer's own status here and elsewhere; answers what it was, for redrafting."""
    async with site.writing() as tx:
        status = await _own(tx, viewer, status_id)
        view = await _shown(tx, viewer, status_id)
        await outbox.deleted(tx, site, view)
        await media.detach(tx, status_id, site.now())
        await erase(tx, site, status)
    return view


async def source(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.reading() as tx:
        await _own(tx, viewer, status_id)
        return await _shown(tx, viewer, status_id)


async def history(site: Site, viewer: Viewer, status_id: int) -> tuple[Account, list[StatusEdit]]:
    """The author and all versions, the original first."""
    async with site.reading() as tx:
        view = await _shown(tx, viewer, status_id)
        versions = await statuses.edits(tx, status_id)
    if not versions:
        versions = [version_of(view.status, view.attachments, view.status.created_at)]
    return view.account, versions


async def fan_out(site: Site, job: Fanout) -> None:
    """Carries out a fan-out job."""
    await fanout.run(site, job)


# Pieces of a transaction, shared by what our people write and what arrives from elsewhere.


async def announce_new(tx: Tx, site: Site, view: StatusView, mentioned: Sequence[int]) -> None:
    """After a status was written: the author's home, notifications, homes, other servers."""
    status = view.status
    if view.account.local:
        await timelines.enter_homes(tx, [status.account_id], status.id)
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
    await accounts.count(tx, status.account_id, "statuses_count", -1)
    if status.in_reply_to_id is not None:
        await statuses.count(tx, status.in_reply_to_id, "replies_count", -1)
    if status.reblog_of_id is not None:
        await statuses.count(tx, status.reblog_of_id, "reblogs_count", -1)
    await statuses.delete(tx, status, site.now())


async def keep_version(
    tx: Tx, site: Site, before: Status, attachments: Sequence[Attachment]
) -> None:
    """Before the first edit: the original becomes the history's first entry."""
    if before.edited_at is None:
        version = version_of(before, tuple(attachments), before.created_at)
        await statuses.insert_edit(tx, site.ids.next(), version)


async def write_version(
    tx: Tx, site: Site, after: Status, attachments: Sequence[Attachment]
) -> None:
    """After an edit: the new version joins the history."""
    at = after.edited_at or after.created_at
    await statuses.insert_edit(tx, site.ids.next(), version_of(after, tuple(attachments), at))


def version_of(status: Status, attachments: tuple[Attachment, ...], at: int) -> StatusEdit:
    return StatusEdit(
        status_id=status.id,
        content=status.content,
        text=status.text,
        spoiler_text=status.spoiler_text,
        sensitive=status.sensitive,
        created_at=at,
        attachments=attachments,
    )


async def tell_boosters(tx: Tx, site: Site, status: Status) -> None:
    """Local people who boosted a status hear that it was edited."""
    for account_id in await statuses.local_boosters(tx, status.id):
        await notify(
            tx,
            site,
            to=account_id,
            kind=NotificationType.UPDATE,
            sender=status.account_id,
            status_id=status.id,
        )


def _new_status(site: Site, author: Account, parent: Status | None, **given: object) -> Status:
    status_id = site.ids.next()
    return msgspec.convert(
        {
            "id": status_id,
            "uri": site.uris.status(author.username, status_id),
            "url": site.uris.status_url(author.username, status_id),
            "account_id": author.id,
            "local": True,
            "local_only": parent is not None and parent.local_only,
            "in_reply_to_id": None if parent is None else parent.id,
            "in_reply_to_account_id": None if parent is None else parent.account_id,
            "in_reply_to_uri": None if parent is None else parent.uri,
            "conversation_id": status_id if parent is None else parent.conversation_id,
            "created_at": site.now(),
            **given,
        },
        Status,
    )


async def _by_key(tx: Tx, site: Site, viewer: Viewer, key: str) -> StatusView | None:
    horizon = site.now() - KEY_LIFETIME
    status_id = await statuses.status_of_key(tx, viewer.me, key, horizon)
    return None if status_id is None else await hydrate.one(tx, viewer, status_id)


async def _parent(tx: Tx, viewer: Viewer, text: str | None) -> Status | None:
    if not text:
        return None
    found = await statuses.visible(tx, viewer, int(text)) if text.isdigit() else None
    if found is None or found.reblog_of_id is not None:
        raise NotFound("The post you are trying to reply to does not appear to exist.")
    return found


async def _own(tx: Tx, viewer: Viewer, status_id: int) -> Status:
    status = await statuses.visible(tx, viewer, status_id)
    if status is None or status.account_id != viewer.me:
        raise NotFound
    if status.reblog_of_id is not None:
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


async def _describe(tx: Tx, status_id: int, changes: Sequence[MediaAttributes]) -> None:
    by_id = {str(item.id): item for item in await media.of_status(tx, status_id)}
    for change in changes:
        item = by_id.get(change.id)
        if item is None:
            raise _invalid("media_attributes", "ERR_INVALID", "An attachment was not found")
        if change.description is not None:
            item = msgspec.structs.replace(item, description=change.description[:1_500])
        await media.describe(tx, item)


def _threaded(root: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Depth first, siblings by age: how a thread is read."""
    children: dict[int, list[int]] = {}
    for child, parent in sorted(pairs):
        children.setdefault(parent, []).append(child)
    order: list[int] = []
    waiting = [root]
    while waiting:
        current = waiting.pop()
        if current != root:
            order.append(current)
        waiting.extend(reversed(children.get(current, [])))
    return order


def _require_served(draft: Draft) -> None:
    for given, name in (
        (draft.poll, "Polls"),
        (draft.scheduled_at, "Scheduled posts"),
        (draft.quoted_status_id, "Quote posts"),
    ):
        if given:
            raise NotImplementedYet(f"{name} are not served yet")


def _media_ids(given: Sequence[str]) -> list[int]:
    if len(given) > MAX_MEDIA:
        raise _invalid("media_ids", "ERR_TOO_LONG", f"At most {MAX_MEDIA} files can be attached")
    if not all(text.isdigit() and len(text) < 20 for text in given):
        raise _invalid("media_ids", "ERR_INVALID", "Some of the attachments were not found")
    return list(dict.fromkeys(int(text) for text in given))


def _require_fits(site: Site, text: str, warning: str) -> None:
    limit = site.settings.max_characters
    if compose.length(text) + len(warning) > limit:
        raise _invalid(
            "text", "ERR_TOO_LONG", f"Validation failed: Text character limit of {limit} exceeded"
        )


def _visibility(asked: str, parent: Status | None) -> Visibility:
    try:
        visibility = Visibility(asked)
    except ValueError as error:
        raise _invalid("visibility", "ERR_INCLUSION", "Visibility is not one of ours") from error
    if parent is not None and parent.visibility is Visibility.DIRECT:
        return Visibility.DIRECT
    return visibility


def _language(given: str | None) -> str | None:
    if not given:
        return None
    code = given.strip()
    if not (2 <= len(code) <= 16 and code.replace("-", "").isalnum() and code.isascii()):
        raise _invalid("language", "ERR_INVALID", "The language is not an ISO 639 code")
    return code


def _invalid(field: str, code: str, text: str) -> Unprocessable:
    return Unprocessable(text, {field: [FieldError(code, text)]})
