"""Posts for later: planned, listed, put off, given up, and posted once at their time."""

import msgspec

from fedschool import log
from fedschool.activitypub.values import moment
from fedschool.errors import FedschoolError, FieldError, NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.job import JobKind, Publish
from fedschool.model.scheduled import Params, Scheduled, ScheduledPoll
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.services import media, posting
from fedschool.services.polls import PollDraft
from fedschool.services.posting import Draft
from fedschool.site import Site
from fedschool.store import accounts, jobs, relationships, users
from fedschool.store import scheduled as store

MIN_AHEAD = 5 * 60_000
MAX_A_DAY = 25
MAX_IN_ALL = 300
DAY = 86_400_000

_log = log.get(__name__)


async def schedule(
    site: Site, viewer: Viewer, draft: Draft, *, idempotency_key: str | None = None
) -> Scheduled:
    """Plans a post for `draft.scheduled_at`; a repeated key answers with the first one.

    Raises as `posting.post` would, and Unprocessable for a time that is not ahead enough.
    """
    key = idempotency_key[: posting.MAX_KEY] if idempotency_key else None
    horizon = site.now() - posting.KEY_LIFETIME
    async with site.reading() as tx:
        if key is not None:
            first = await store.by_key(tx, viewer.me, key, horizon)
            if first is not None:
                return first
    at = _time(site, draft.scheduled_at)
    item = Scheduled(
        id=site.ids.next(),
        account_id=viewer.me,
        scheduled_at=at,
        params=_params(await posting.checked(site, viewer, draft)),
        application_id=viewer.application_id,
        key=key,
        created_at=site.now(),
    )
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        if key is not None:
            await store.free_key(tx, viewer.me, key, horizon)
        if not await store.insert_new(tx, item):
            assert key is not None
            first = await store.by_key(tx, viewer.me, key, horizon)
            assert first is not None
            return first
        await _require_room(tx, item)
        await media.require_postable(tx, viewer, item.params.media_ids)
        if not await store.keep(tx, item):
            raise _invalid("media_ids", "Some of the attachments were not found")
        await _plan(tx, site, item.id, at)
        return await _own(tx, viewer, item.id)


async def page(site: Site, viewer: Viewer, cursor: Cursor) -> Page[Scheduled]:
    """The viewer's waiting posts, the last planned first."""
    async with site.reading() as tx:
        found = await store.page(tx, viewer.me, cursor)
    return Page(found, found[-1].id, found[0].id) if found else Page(())


async def get(site: Site, viewer: Viewer, scheduled_id: int) -> Scheduled:
    """Raises NotFound."""
    async with site.reading() as tx:
        return await _own(tx, viewer, scheduled_id)


async def put_off(
    site: Site, viewer: Viewer, scheduled_id: int, scheduled_at: str | None
) -> Scheduled:
    """Another time for a waiting post; None leaves it. Raises NotFound, Unprocessable."""
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        item = await _own(tx, viewer, scheduled_id)
        if not scheduled_at:
            return item
        item = msgspec.structs.replace(item, scheduled_at=_time(site, scheduled_at))
        await store.move(tx, item.id, item.scheduled_at)
        await _require_room(tx, item)
        await _plan(tx, site, item.id, item.scheduled_at)
    return item


async def cancel(site: Site, viewer: Viewer, scheduled_id: int) -> None:
    """It is not posted. Raises NotFound."""
    async with site.writing() as tx:
        await _own(tx, viewer, scheduled_id)
        await store.cancel(tx, scheduled_id, site.now())


async def publish(site: Site, job: Publish) -> None:
    """Carries out a job: posts what waits for this moment, once, and nothing if it was put off.

    What may not be posted any more stays where its author finds it.
    """
    async with site.reading() as tx:
        item = await store.one(tx, job.scheduled_id)
        if item is None or item.scheduled_at != job.at or not await _may_post(tx, item):
            return
    try:
        await _post(site, item)
    except FedschoolError as error:
        _log.info("scheduled post refused", why=type(error).__name__)


async def _post(site: Site, item: Scheduled) -> None:
    viewer = Viewer(account_id=item.account_id, local=True, application_id=item.application_id)

    async def take(tx: Tx) -> bool:
        return await store.take(tx, item.id, item.scheduled_at)

    draft = _draft(item.params)
    try:
        await posting.publish(site, viewer, draft, take)
    except NotFound:
        # What it answers is gone meanwhile; the words are still the author's.
        await posting.publish(
            site, viewer, msgspec.structs.replace(draft, in_reply_to_id=None), take
        )


async def _may_post(tx: Tx, item: Scheduled) -> bool:
    account = await accounts.by_id(tx, item.account_id)
    user = await users.by_account(tx, item.account_id)
    return (
        account is not None
        and account.suspended_at is None
        and user is not None
        and user.disabled_at is None
    )


async def _own(tx: Tx, viewer: Viewer, scheduled_id: int) -> Scheduled:
    item = await store.one(tx, scheduled_id)
    if item is None or item.account_id != viewer.me:
        raise NotFound
    return item


async def _require_room(tx: Tx, item: Scheduled) -> None:
    day = item.scheduled_at - item.scheduled_at % DAY
    in_all, on_day = await store.count(
        tx, item.account_id, day=day, next_day=day + DAY, but=item.id
    )
    if in_all >= MAX_IN_ALL:
        raise _invalid("scheduled_at", f"At most {MAX_IN_ALL} posts can be scheduled")
    if on_day >= MAX_A_DAY:
        raise _invalid("scheduled_at", f"At most {MAX_A_DAY} posts can be scheduled for one day")


async def _plan(tx: Tx, site: Site, scheduled_id: int, at: int) -> None:
    payload = msgspec.json.encode(Publish(scheduled_id, at))
    new = jobs.NewJob(site.ids.next(), JobKind.PUBLISH, JobKind.PUBLISH, payload, at)
    await jobs.add(tx, [new], site.now())


def _time(site: Site, given: str | None) -> int:
    at = moment(given)
    if at is None:
        raise _invalid("scheduled_at", "The date could not be read")
    if at < site.now() + MIN_AHEAD:
        raise _invalid("scheduled_at", "A post can be scheduled from five minutes ahead")
    return at


def _params(draft: Draft) -> Params:
    poll = None
    if draft.poll is not None and draft.poll.expires_in is not None:
        poll = ScheduledPoll(
            options=tuple(draft.poll.options),
            expires_in=draft.poll.expires_in,
            multiple=draft.poll.multiple,
            hide_totals=draft.poll.hide_totals,
        )
    assert draft.visibility is not None
    return Params(
        text=draft.status or "",
        visibility=draft.visibility,
        spoiler_text=draft.spoiler_text or "",
        sensitive=bool(draft.sensitive),
        language=draft.language,
        in_reply_to_id=int(draft.in_reply_to_id) if draft.in_reply_to_id else None,
        media_ids=tuple(int(media_id) for media_id in draft.media_ids),
        poll=poll,
        quoted_status_id=int(draft.quoted_status_id) if draft.quoted_status_id else None,
        quote_approval_policy=draft.quote_approval_policy or "nobody",
        local_only=bool(draft.local_only),
    )


def _draft(params: Params) -> Draft:
    poll = params.poll
    return Draft(
        status=params.text,
        visibility=params.visibility,
        spoiler_text=params.spoiler_text,
        sensitive=params.sensitive,
        language=params.language,
        in_reply_to_id=None if params.in_reply_to_id is None else str(params.in_reply_to_id),
        media_ids=[str(media_id) for media_id in params.media_ids],
        quoted_status_id=None if params.quoted_status_id is None else str(params.quoted_status_id),
        quote_approval_policy=params.quote_approval_policy,
        local_only=params.local_only,
        poll=None
        if poll is None
        else PollDraft(
            options=list(poll.options),
            expires_in=poll.expires_in,
            multiple=poll.multiple,
            hide_totals=poll.hide_totals,
        ),
    )


def _invalid(field: str, text: str) -> Unprocessable:
    return Unprocessable(f"Validation failed: {text}", {field: [FieldError("ERR_INVALID", text)]})
