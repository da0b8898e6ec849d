"""Links on profiles that are shown as proven: the page behind them names the profile, in turn."""

import contextlib
from collections.abc import Mapping

import msgspec

from fedschool import log
from fedschool.activitypub import uris
from fedschool.distribution import doors
from fedschool.errors import FedschoolError, RemoteRefused
from fedschool.model.account import Account, ProfileField
from fedschool.model.job import JobKind, Verify
from fedschool.model.servers import Severity
from fedschool.ports.database import Tx
from fedschool.ports.http import SignRequest
from fedschool.site import Site
from fedschool.store import accounts, jobs
from fedschool.text import me_links

_log = log.get(__name__)
MAX_PAGES = 8
TIMEOUT_S = 10.0
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


async def plan(tx: Tx, site: Site, account: Account) -> None:
    """A job looks at the links of the profile that are not proven yet, if there are any."""
    addresses = [url for field in account.fields if (url := _unproven(field))]
    if not addresses or account.suspended_at is not None:
        return
    payload = msgspec.json.encode(Verify(account.id))
    lane = f"verify:{uris.host_of(addresses[0]) or ''}"
    job = jobs.NewJob(site.ids.next(), JobKind.VERIFY, lane, payload, site.now())
    await jobs.add(tx, [job], site.now())
    tx.after_commit(site.wake_workers)


def carried_over(
    fields: tuple[ProfileField, ...], before: tuple[ProfileField, ...]
) -> tuple[ProfileField, ...]:
    """What was proven stays so while it stays the same."""
    known = {(old.name, old.value): old.verified_at for old in before}
    return tuple(
        msgspec.structs.replace(field, verified_at=known.get((field.name, field.value)))
        for field in fields
    )


async def run(site: Site, job: Verify) -> None:
    """Looks at the pages and writes down which of them name the profile."""
    async with site.reading() as tx:
        account = await accounts.by_id(tx, job.account_id)
    if account is None or account.suspended_at is not None:
        return
    proven: set[str] = set()
    for field in [item for item in account.fields if _unproven(item)][:MAX_PAGES]:
        url = _unproven(field)
        assert url is not None
        if await _names(site, url, account):
            proven.add(field.value)
    if proven:
        await _mark(site, account.id, proven)


async def _mark(site: Site, account_id: int, proven: set[str]) -> None:
    now = site.now()
    async with site.writing() as tx:
        account = await accounts.by_id(tx, account_id)
        if account is None:
            return
        fields = tuple(
            msgspec.structs.replace(field, verified_at=now)
            if field.value in proven and field.verified_at is None
            else field
            for field in account.fields
        )
        await accounts.update(tx, msgspec.structs.replace(account, fields=fields))


async def _names(site: Site, url: str, account: Account) -> bool:
    with contextlib.suppress(FedschoolError):
        response = await site.http.get(
            url,
            headers={"Accept": "text/html"},
            max_bytes=me_links.MAX_PAGE,
            timeout_s=TIMEOUT_S,
            sign=_asking(site),
        )
        if response.status == 200 and response.content_type in _PAGES:
            page = response.body.decode("utf-8", "replace")
            return me_links.names(page, account.url, account.uri)
    _log.debug("profile link not proven", host=uris.host_of(url))
    return False


def _asking(site: Site) -> SignRequest:
    """Nothing is signed; but every hop is asked about before it is made."""

    async def sign(_: str, url: str, __: Mapping[str, str], ___: bytes | None) -> dict[str, str]:
        host = uris.host_of(url)
        if host is None or host == site.uris.host:
            raise RemoteRefused
        async with site.reading() as tx:
            # Websites are no servers of the network, so nobody has allowed them by name.
            if (await doors.standing(tx, host)).severity is Severity.SUSPEND:
                raise RemoteRefused
        return {}

    return sign


def _unproven(field: ProfileField) -> str | None:
    return me_links.whole_link(field.value) if field.verified_at is None else None
