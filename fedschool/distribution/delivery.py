"""One delivery: a signed POST to one inbox, and what its answer means."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from fedschool.activitypub import synchronization, uris
from fedschool.activitypub.keys import SigningKey
from fedschool.activitypub.vocab import PUBLIC
from fedschool.distribution import doors
from fedschool.distribution.knocking import Sign, knock
from fedschool.errors import RemoteFailure, RemoteRefused
from fedschool.model.job import Deliver
from fedschool.ports.database import Tx
from fedschool.ports.http import Response
from fedschool.site import Site
from fedschool.store import accounts, activities
from fedschool.store import synchronization as store

CONTENT_TYPE = "application/activity+json"
ACCEPTED = (200, 201, 202, 204)
DAY = 86_400_000
MAX_RETRY_AFTER = DAY


class Outcome(StrEnum):
    """DONE, or never to be (GONE, REFUSED); RETRY: the host is not well; LATER: this one failed."""

    DONE = "done"
    GONE = "gone"
    REFUSED = "refused"
    RETRY = "retry"
    LATER = "later"


class Delivered(msgspec.Struct, frozen=True):
    """How it went. `retry_after` (ms) is what the server asked for, if it did."""

    outcome: Outcome
    detail: str = ""
    retry_after: int | None = None


class _Addressed(msgspec.Struct, frozen=True):
    to: list[str] | str = []
    cc: list[str] | str = []


_addressed = msgspec.json.Decoder(_Addressed).decode


async def signing_key(site: Site, account_id: int) -> SigningKey | None:
    """The account's key, loaded once and kept."""
    cached = site.keyring.signing.get(str(account_id))
    if cached is not None:
        return cached
    async with site.reading() as tx:
        pair = await accounts.key_of(tx, account_id)
    if pair is None or pair.private_pem is None:
        return None
    # Parsing a private key takes tens of milliseconds.
    key = await asyncio.to_thread(SigningKey, pair.key_id, pair.private_pem)
    site.keyring.signing.put(str(account_id), key)
    return key


async def deliver(site: Site, job: Deliver) -> Delivered:
    """Posts the activity. Never raises for what the other side does."""
    async with site.reading() as tx:
        activity = await activities.sent(tx, job.activity_id)
        shut = await _is_shut(tx, site, job)
    if shut:
        return Delivered(Outcome.REFUSED, "the server is blocked")
    if activity is None:
        return Delivered(Outcome.GONE, "the activity is no longer kept")
    key = await signing_key(site, job.account_id)
    if key is None:
        return Delivered(Outcome.GONE, "the author is gone")
    headers = {"Content-Type": CONTENT_TYPE, **await _synchronization(site, job, activity.body)}

    async def post(way: Sign) -> Response:
        def sign(
            method: str, url: str, headers: Mapping[str, str], body: bytes | None
        ) -> dict[str, str]:
            return way(key, method, url, headers, body, site.now())

        return await site.http.post(job.inbox, activity.body, headers=headers, sign=sign)

    try:
        response = await knock(site, job.inbox, post)
    except RemoteRefused as error:
        return Delivered(Outcome.REFUSED, error.public)
    except RemoteFailure as error:
        return Delivered(Outcome.RETRY, f"{error.public} ({type(error.__cause__).__name__})")
    return _judged(response.status, response.headers.get("retry-after", ""))


async def _synchronization(site: Site, job: Deliver, body: bytes) -> dict[str, str]:
    """With what is for followers alone goes whom of that server we take for one (FEP-8fcf)."""
    sent = _addressed(body)
    named = {
        uri
        for given in (sent.to, sent.cc)
        for uri in ([given] if isinstance(given, str) else given)
    }
    if not named or PUBLIC in named:
        return {}
    async with site.reading() as tx:
        author = await accounts.by_id(tx, job.account_id)
        if author is None or author.followers_url not in named:
            return {}
        parts = urlsplit(job.inbox)
        origin = f"{parts.scheme}://{parts.netloc}"
        found = await store.followers_below(tx, author.id, origin)
    url = site.uris.followers_synchronization(author.username)
    return {synchronization.HEADER: synchronization.header(author.followers_url, url, found)}


async def _is_shut(tx: Tx, site: Site, job: Deliver) -> bool:
    """Whether the inbox's server is, or those of all the people whose inbox it is."""
    host = uris.host_of(job.inbox) or ""
    shut = await doors.shut_among(tx, site, {host, *job.domains})
    return host in shut or bool(job.domains and shut.issuperset(job.domains))


def _judged(status: int, retry_after: str) -> Delivered:
    detail = f"HTTP {status}"
    if status in ACCEPTED:
        return Delivered(Outcome.DONE, detail)
    if status in (404, 410):
        return Delivered(Outcome.GONE, detail)
    if status in (401, 408):
        # A peer that cannot fetch our key just now answers 401, too.
        return Delivered(Outcome.LATER, detail)
    if status == 429 or status >= 500 or 300 <= status < 400:
        seconds = retry_after.isdecimal() and len(retry_after) < 9
        asked = int(retry_after) * 1000 if seconds else None
        if asked is not None:
            asked = min(asked, MAX_RETRY_AFTER)
        return Delivered(Outcome.RETRY, detail, asked)
    return Delivered(Outcome.REFUSED, detail)
