"""Tells open streams, after COMMIT, what happened; best effort, as clients can ask again.

Only ids travel. Where nobody listens, nothing is looked up.
"""

from collections.abc import Sequence

import msgspec

from fedschool.model.status import Status, Visibility
from fedschool.model.streaming import Event, EventKind
from fedschool.ports.database import Tx
from fedschool.site import EVENTS, Site
from fedschool.store import streams

_encode = msgspec.msgpack.Encoder().encode


def published(tx: Tx, site: Site, status: Status) -> None:
    """A new status, for public and hashtag streams."""
    if _is_public(status):
        _tell(tx, site, Event(EventKind.UPDATE, status.id, public=True, local=status.local))


def entered(tx: Tx, site: Site, readers: Sequence[int], status_id: int) -> None:
    """A status entered the homes of `readers`."""
    _tell(tx, site, Event(EventKind.UPDATE, status_id, tuple(readers)))


def entered_lists(tx: Tx, site: Site, entries: Sequence[tuple[int, int]], status_id: int) -> None:
    """A status entered lists; `entries` are (list, its owner)."""
    lists, owners = tuple(one for one, _ in entries), tuple({owner for _, owner in entries})
    _tell(tx, site, Event(EventKind.UPDATE, status_id, owners, lists=lists))


def spoken(tx: Tx, site: Site, conversation_id: int, people: Sequence[int]) -> None:
    """Something was said in a private conversation of `people`."""
    _tell(tx, site, Event(EventKind.CONVERSATION, conversation_id, tuple(people)))


async def edited(tx: Tx, site: Site, status: Status) -> None:
    """A status changed, wherever it is shown."""
    if not site.bus.heard(EVENTS):
        return
    traces = await streams.traces(tx, status.id)
    readers = tuple(reader for reader, status_id in traces.homes if status_id == status.id)
    public = _is_public(status)
    _tell(tx, site, Event(EventKind.EDIT, status.id, readers, public=public, local=status.local))
    _tell_lists(tx, site, EventKind.EDIT, traces, status.id)


async def deleted(tx: Tx, site: Site, status: Status) -> None:
    """A status, and boosts of it, are about to go: call while they are in the tables."""
    if not site.bus.heard(EVENTS):
        return
    traces = await streams.traces(tx, status.id)
    homes: dict[int, list[int]] = {status.id: []}
    for reader, status_id in traces.homes:
        homes.setdefault(status_id, []).append(reader)
    for status_id, readers in homes.items():
        public = status_id == status.id and _is_public(status)
        event = Event(
            EventKind.DELETE,
            status_id,
            tuple(readers),
            public=public,
            local=status.local,
            tags=traces.tags if public else (),
        )
        _tell(tx, site, event)
    for status_id in {status_id for _, _, status_id in traces.lists}:
        _tell_lists(tx, site, EventKind.DELETE, traces, status_id)


def notified(tx: Tx, site: Site, account_id: int, notification_id: int) -> None:
    """A notification was written for `account_id`."""
    _tell(tx, site, Event(EventKind.NOTIFICATION, notification_id, (account_id,)))


def filters_changed(tx: Tx, site: Site, account_id: int) -> None:
    """The person's clients should ask for the filters again."""
    _tell(tx, site, Event(EventKind.FILTERS_CHANGED, 0, (account_id,)))


def announced(tx: Tx, site: Site, announcement_id: int, *, shown: bool) -> None:
    """An announcement is there, or is no more, for everybody."""
    kind = EventKind.ANNOUNCEMENT if shown else EventKind.ANNOUNCEMENT_DELETE
    _tell(tx, site, Event(kind, announcement_id, everybody=True))


def reacted(tx: Tx, site: Site, announcement_id: int, name: str) -> None:
    """Somebody chose an emoji under an announcement, or took it back."""
    _tell(tx, site, Event(EventKind.REACTION, announcement_id, everybody=True, name=name))


def _tell_lists(
    tx: Tx, site: Site, kind: EventKind, traces: streams.Traces, status_id: int
) -> None:
    entries = [(one, owner) for one, owner, entry in traces.lists if entry == status_id]
    if entries:
        lists, owners = tuple(one for one, _ in entries), tuple({owner for _, owner in entries})
        _tell(tx, site, Event(kind, status_id, owners, lists=lists))


def _is_public(status: Status) -> bool:
    return status.visibility is Visibility.PUBLIC and status.reblog_of_id is None


def _tell(tx: Tx, site: Site, event: Event) -> None:
    if (event.readers or event.public or event.everybody) and site.bus.heard(EVENTS):
        message = _encode(event)
        tx.after_commit(lambda: site.bus.publish(EVENTS, message))
