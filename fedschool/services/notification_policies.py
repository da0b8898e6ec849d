"""Whose notifications a person wants at once, later or never, and those who wait to be let in."""

from collections.abc import Sequence

import msgspec

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.notification import Policy, PolicyView, RequestView, Verdict
from fedschool.model.timeline import Cursor, Page
from fedschool.site import Site
from fedschool.store import notification_policies as store

MAX_REQUESTS = 100


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends: `accept`, `filter` or `drop`; None leaves a rule as it is."""

    for_not_following: str | None = None
    for_not_followers: str | None = None
    for_new_accounts: str | None = None
    for_private_mentions: str | None = None
    for_limited_accounts: str | None = None
    for_bots: str | None = None


async def policy(site: Site, viewer: Viewer) -> PolicyView:
    """The viewer's policy, and how much waits because of it."""
    async with site.reading() as tx:
        return await store.policy(tx, viewer.me)


async def change(site: Site, viewer: Viewer, wanted: PolicyChange) -> PolicyView:
    """From now on; what was put aside before stays there. Raises Unprocessable."""
    changes = {
        name: _verdict(name, value)
        for name, value in msgspec.structs.asdict(wanted).items()
        if value is not None
    }
    async with site.writing() as tx:
        before = await store.policy(tx, viewer.me)
        after: Policy = msgspec.structs.replace(before.policy, **changes)
        await store.set_policy(tx, viewer.me, after)
    return PolicyView(after, before.requests, before.notifications)


async def requests(site: Site, viewer: Viewer, cursor: Cursor) -> Page[RequestView]:
    """Whose notifications wait, newest request first."""
    async with site.reading() as tx:
        return await store.requests(tx, viewer, cursor)


async def request(site: Site, viewer: Viewer, request_id: int) -> RequestView:
    """Raises NotFound."""
    async with site.reading() as tx:
        found = await store.request(tx, viewer, request_id)
    if found is None:
        raise NotFound
    return found


async def accept(site: Site, viewer: Viewer, request_id: int) -> None:
    """Tells what waits, and this sender's notifications from now on. Raises NotFound."""
    async with site.writing() as tx:
        if not await store.accept(tx, viewer.me, [request_id], site.now()):
            raise NotFound


async def dismiss(site: Site, viewer: Viewer, request_id: int) -> None:
    """Throws away what waits; the sender may come to wait again. Raises NotFound."""
    async with site.writing() as tx:
        if not await store.dismiss(tx, viewer.me, [request_id]):
            raise NotFound


async def accept_many(site: Site, viewer: Viewer, ids: Sequence[int]) -> None:
    """As `accept`, for those of `ids` that are the viewer's."""
    async with site.writing() as tx:
        await store.accept(tx, viewer.me, _bounded(ids), site.now())


async def dismiss_many(site: Site, viewer: Viewer, ids: Sequence[int]) -> None:
    """As `dismiss`, for those of `ids` that are the viewer's."""
    async with site.writing() as tx:
        await store.dismiss(tx, viewer.me, _bounded(ids))


def _verdict(name: str, value: str) -> Verdict:
    try:
        return Verdict(value)
    except ValueError as error:
        raise Unprocessable(f"Validation failed: {name} must be accept, filter or drop") from error


def _bounded(ids: Sequence[int]) -> Sequence[int]:
    if len(ids) > MAX_REQUESTS:
        raise Unprocessable(f"Validation failed: at most {MAX_REQUESTS} requests at once")
    return ids
