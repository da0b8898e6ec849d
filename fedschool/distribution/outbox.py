"""What leaves the server: one activity, one durable delivery for each inbox it concerns.

`leaves` is the one gate: whatever is not let through here never reaches another server.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fedschool.activitypub import render_activity, uris
from fedschool.activitypub.vocab import Document
from fedschool.distribution import doors
from fedschool.model.account import Account
from fedschool.model.job import Deliver, JobKind
from fedschool.model.status import Status, StatusView, Visibility
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import activities, interactions, jobs

Inboxes = Mapping[str, Sequence[str]]
"""Inboxes, each with the domains in the handles of those whose it is."""

_encode = msgspec.json.Encoder().encode


def leaves(status: Status) -> bool:
    """Whether anything about this status may go to another server."""
    return status.local and not status.local_only


def media_url(site: Site, key: str) -> str:
    """Where peers fetch a file of our media store."""
    return f"{site.settings.url}/media/{key}"


async def send(
    tx: Tx,
    site: Site,
    author: Account,
    document: Document,
    *,
    followers: bool = False,
    people: Sequence[int] = (),
) -> None:
    """Writes the activity and its deliveries: to the author's followers, to `people` (ids)."""
    inboxes = await open_inboxes(tx, site, author.id if followers else None, people)
    await post(tx, site, author, document, inboxes)


async def post(tx: Tx, site: Site, author: Account, document: Document, inboxes: Inboxes) -> None:
    """Writes the activity and its deliveries to `inboxes`, which `open_inboxes` let through."""
    if not inboxes:
        return
    now = site.now()
    activity_id = site.ids.next()
    await activities.insert_sent(
        tx,
        activity_id=activity_id,
        uri=document["id"],
        account_id=author.id,
        body=_encode(document),
        now=now,
    )
    lanes = {inbox: urlsplit(inbox).netloc.lower() for inbox in inboxes}
    # What is new waits with what is old where a host is failing.
    resting = await jobs.resting(tx, sorted(set(lanes.values())), now)
    await jobs.add(
        tx,
        [
            jobs.NewJob(
                id=site.ids.next(),
                kind=JobKind.DELIVER,
                lane=lane,
                payload=_encode(Deliver(activity_id, author.id, inbox, tuple(inboxes[inbox]))),
                run_at=resting.get(lane, now),
            )
            for inbox, lane in lanes.items()
        ],
        now,
    )
    tx.after_commit(site.wake_workers)


async def open_inboxes(tx: Tx, site: Site, author: int | None, people: Sequence[int]) -> Inboxes:
    """Where followers of `author` (None: nobody's) and `people` get what is sent.

    A server is shut by what its people's handles say as well as by where the inbox lies."""
    found = await activities.inboxes(tx, author, people)
    hosts = {inbox: uris.host_of(inbox) or "" for inbox, _ in found}
    shut = await doors.shut_among(tx, site, {*hosts.values(), *(domain for _, domain in found)})
    kept: dict[str, list[str]] = {}
    for inbox, domain in found:
        if not shut & {hosts[inbox], domain}:
            kept.setdefault(inbox, []).append(domain)
    return kept


async def created(tx: Tx, site: Site, view: StatusView) -> None:
    """A new local status goes out to those it is addressed to."""
    if not leaves(view.status):
        return
    document = render_activity.create(view, site.uris, lambda key: media_url(site, key))
    await _to_audience(tx, site, view, document, extra=())


async def edited(tx: Tx, site: Site, view: StatusView) -> None:
    """An edit goes to all who may see the post; of an open one, to all who may hold a copy."""
    if not leaves(view.status):
        return
    document = render_activity.update_note(view, site.uris, lambda key: media_url(site, key))
    extra: Sequence[int] = ()
    if view.status.visibility in (Visibility.PUBLIC, Visibility.UNLISTED):
        extra = await interactions.touched_by(tx, view.status.id)
    await _to_audience(tx, site, view, document, extra=extra)


async def counted(tx: Tx, site: Site, view: StatusView) -> None:
    """How the poll of a local status stands goes to all who may hold a copy."""
    if not leaves(view.status):
        return
    document = render_activity.update_poll(
        view, site.uris, lambda key: media_url(site, key), at=site.now()
    )
    await to_holders(tx, site, view, document)


async def to_holders(tx: Tx, site: Site, view: StatusView, document: Document) -> None:
    """Sends what is about a status that `leaves` to all who may hold a copy."""
    extra = await interactions.touched_by(tx, view.status.id)
    await _to_audience(tx, site, view, document, extra=extra)


async def deleted(tx: Tx, site: Site, view: StatusView) -> None:
    """Call before the status is gone from the tables: who holds a copy is read from them."""
    if not leaves(view.status):
        return
    if view.reblog is not None:
        document = render_activity.undo(
            f"{view.status.uri}#undo", render_activity.announce(view, site.uris)
        )
    else:
        document = render_activity.delete_note(view, site.uris)
    extra = await interactions.touched_by(tx, view.status.id)
    await _to_audience(tx, site, view, document, extra=extra)


async def boosted(tx: Tx, site: Site, view: StatusView) -> None:
    """A boost goes to the booster's followers and to the author of what is boosted."""
    assert view.reblog is not None
    if not leaves(view.status) or view.reblog.status.local_only:
        return
    document = render_activity.announce(view, site.uris)
    await _to_audience(tx, site, view, document, extra=(view.reblog.account.id,))


async def _to_audience(
    tx: Tx, site: Site, view: StatusView, document: Mapping[str, Any], extra: Sequence[int]
) -> None:
    people = {mention.account_id for mention in view.mentions} | set(extra)
    if view.reblog is not None:
        people.add(view.reblog.account.id)
    await send(
        tx,
        site,
        view.account,
        dict(document),
        followers=view.status.visibility is not Visibility.DIRECT,
        people=sorted(people),
    )
