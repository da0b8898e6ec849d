"""Web push: clients subscribe, and are woken when something concerns their person."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from fedschool import log
from fedschool.entities import push as entities
from fedschool.errors import FieldError, NotFound, RemoteFailure, RemoteRefused, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.filters import FilterAction, FilterContext
from fedschool.model.job import Job, Push
from fedschool.model.push import PushPolicy, PushSubscription
from fedschool.model.timeline import NotificationView
from fedschool.services.jobs import DONE, HOUR, Verdict, backoff
from fedschool.site import Site
from fedschool.store import notifications, streams, users
from fedschool.store import push as store
from fedschool.text import html

if TYPE_CHECKING:
    from fedschool.ports.webpush import Message

_log = log.get(__name__)
MAX_BODY = 140
MAX_ANSWER = 64 << 10
# Nobody wants to be woken for what happened the day before yesterday.
GIVE_UP_AFTER = 48 * HOUR
SIGNED_FOR = 12 * HOUR
# Each is a message for each notification; nobody reads on more devices.
PER_PERSON = 50
TTL_SECONDS = 48 * 3_600
TIMEOUT_S = 20.0
MAX_RETRY_AFTER = 24 * HOUR


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks for (docs.joinmastodon.org/methods/push/#create)."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool
    alerts: frozenset[str]
    policy: str


async def subscribe(site: Site, viewer: Viewer, token: str, wish: Wish) -> PushSubscription:
    """In place of the token's earlier subscription; a person's oldest ones make room.

    Raises Unprocessable.

    `token` is the access token itself, which messages must carry; it is kept sealed.
    """
    _check(site, wish)
    assert viewer.token_id is not None
    new = PushSubscription(
        id=site.ids.next(),
        token_id=viewer.token_id,
        account_id=viewer.me,
        endpoint=wish.endpoint,
        p256dh=wish.p256dh,
        auth=wish.auth,
        standard=wish.standard,
        alerts=wish.alerts,
        policy=_policy(wish.policy),
        sealed_token=site.secrets.seal(token),
        created_at=site.now(),
    )
    async with site.writing() as tx:
        await store.put(tx, new)
        await store.keep_newest(tx, new.account_id, PER_PERSON)
    return new


async def get(site: Site, viewer: Viewer) -> PushSubscription:
    """The token's subscription. Raises NotFound."""
    assert viewer.token_id is not None
    async with site.reading() as tx:
        found = await store.of_token(tx, viewer.token_id)
    if found is None:
        raise NotFound
    return found


async def change(
    site: Site, viewer: Viewer, alerts: frozenset[str], policy: str
) -> PushSubscription:
    """What is told from now on. Raises NotFound, Unprocessable."""
    wanted = _policy(policy)
    assert viewer.token_id is not None
    async with site.writing() as tx:
        if not await store.change(tx, viewer.token_id, alerts, wanted):
            raise NotFound
    return await get(site, viewer)


async def unsubscribe(site: Site, viewer: Viewer) -> None:
    """Fine when there is none."""
    assert viewer.token_id is not None
    async with site.writing() as tx:
        await store.delete_of_token(tx, viewer.token_id)


async def run(site: Site, job: Job) -> Verdict:
    """Sends one message; a subscription that its push service no longer knows is forgotten."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  with the first message

    asked = msgspec.json.decode(job.payload, type=Push)
    found = await _load(site, asked)
    if found is None:
        return DONE
    item, view, locale = found
    try:
        token = site.secrets.unseal(item.sealed_token)
    except InvalidTag:
        # The instance's secret is another one now: the client must subscribe again.
        await _forget(site, item)
        return DONE
    message = _message(site, item, view, locale, token)
    headers = message.headers | {
        "content-type": "application/octet-stream",
        "ttl": str(TTL_SECONDS),
        "urgency": "normal",
    }
    try:
        response = await site.http.post(
            item.endpoint, message.body, headers=headers, max_bytes=MAX_ANSWER, timeout_s=TIMEOUT_S
        )
    except RemoteRefused:
        _log.info("push refused", host=job.lane)
        return DONE
    except RemoteFailure as failure:
        return _again(site, job, failure.public)
    if response.status in (404, 410):
        await _forget(site, item)
        return DONE
    if response.status in (408, 429) or response.status >= 500:
        wait = response.headers.get("retry-after", "")
        return _again(site, job, f"answered {response.status}", wait)
    if not 200 <= response.status < 300:
        _log.info("push refused", host=job.lane, status=response.status)
    return DONE


async def _forget(site: Site, item: PushSubscription) -> None:
    async with site.writing() as tx:
        await store.delete(tx, item.id)


def _again(site: Site, job: Job, why: str, wait: str = "") -> Verdict:
    """`wait`: the seconds that the push service asks for, if it does."""
    now = site.now()
    if now - job.created_at > GIVE_UP_AFTER:
        _log.info("push given up", host=job.lane, why=why)
        return DONE
    asked = int(wait) * 1_000 if wait.isascii() and wait.isdecimal() and len(wait) < 9 else 0
    return Verdict(now + max(backoff(job.attempts), min(asked, MAX_RETRY_AFTER)), why)


async def _load(site: Site, asked: Push) -> tuple[PushSubscription, NotificationView, str] | None:
    """None when there is nothing to tell any more, or nobody who may be told."""
    async with site.reading() as tx:
        item = await store.by_id(tx, asked.subscription_id)
        if item is None or not await streams.standing(tx, [item.token_id]):
            return None
        viewer = Viewer(account_id=item.account_id, local=True, token_id=item.token_id)
        view = await notifications.one(tx, viewer, asked.notification_id, site.now())
        user = await users.by_account(tx, item.account_id)
    if view is None or user is None or _is_hidden(view):
        return None
    return item, view, user.locale


def _is_hidden(view: NotificationView) -> bool:
    """Whether the person's own filters keep it out of their sight."""
    return view.status is not None and any(
        result.filter.action is FilterAction.HIDE
        and FilterContext.NOTIFICATIONS in result.filter.contexts
        for result in view.status.filtered
    )


def _message(
    site: Site, item: PushSubscription, view: NotificationView, locale: str, token: str
) -> "Message":
    from fedschool.ports.webpush import read_subscriber  # noqa: PLC0415  see Site.vapid

    said = entities.message(view, site.links, access_token=token, locale=locale, body=_told(view))
    payload = msgspec.json.encode(said)
    parts = urlsplit(item.endpoint)
    expires = (site.now() + SIGNED_FOR) // 1_000
    signed = site.vapid.sign(f"{parts.scheme}://{parts.netloc}", site.settings.url, expires)
    to = read_subscriber(item.p256dh, item.auth)
    return site.vapid.encrypt(payload, to, standard=item.standard, token=signed)


def _told(view: NotificationView) -> str:
    """The beginning of what it is about; a warning instead of what it warns of."""
    if view.status is None:
        return html.to_plain(view.account.note)[:MAX_BODY]
    shown = view.status.reblog or view.status
    plain = shown.status.spoiler_text or html.to_plain(shown.status.content)
    return plain if len(plain) <= MAX_BODY else plain[: MAX_BODY - 1] + "…"


def _check(site: Site, wish: Wish) -> None:
    from fedschool.ports.webpush import read_subscriber  # noqa: PLC0415  see Site.vapid

    try:
        read_subscriber(wish.p256dh, wish.auth)
    except ValueError as error:
        raise _invalid("keys", "The keys of the subscription cannot be read") from error
    if not wish.endpoint.isascii() or not site.http.may_ask(wish.endpoint):
        raise _invalid("endpoint", "The endpoint is not an address that this server asks")


def _policy(text: str) -> PushPolicy:
    try:
        return PushPolicy(text)
    except ValueError as error:
        raise _invalid("policy", "The policy is not one of ours") from error


def _invalid(field: str, text: str) -> Unprocessable:
    return Unprocessable(f"Validation failed: {text}", {field: [FieldError("ERR_INVALID", text)]})
