"""What open streams ask: who still may listen, and where a status shows for each listener."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.model.account import Viewer
from fedschool.model.status import StatusView
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Call, Tx, among, p, statement
from fedschool.store import hydrate, list_entries, timelines
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_statuses import status_tags, statuses, tags
from fedschool.store.tables_timelines import home_entries, lists
from fedschool.store.tables_timelines import list_entries as entries
from fedschool.store.tables_users import tokens, users


# Tokens that exist and whose people may act, by primary keys.
@statement
def _standing() -> sa.Select[Any]:
    u = users.c
    return (
        sa.select(tokens.c.id)
        .join_from(tokens, users, u.id == tokens.c.user_id)
        .join(accounts, accounts.c.id == u.account_id)
        .where(
            among(tokens.c.id, "ids"),
            u.confirmed_at.is_not(None),
            u.approved_at.is_not(None),
            u.disabled_at.is_(None),
            accounts.c.suspended_at.is_(None),
        )
    )


# Homes that hold a status or a boost of it, by the indexes on status_id and reblog_of_id.
@statement
def _homes() -> sa.Select[Any]:
    h, s = home_entries.c, statuses.c
    which = p("status_id", sa.BigInteger)
    boosts = sa.select(s.id).where(s.reblog_of_id == which)
    return sa.union_all(
        sa.select(h.account_id, h.status_id).where(h.status_id == which),
        sa.select(h.account_id, h.status_id).where(h.status_id.in_(boosts)),
    )  # type: ignore[return-value]


# Lists that hold a status or a boost of it, with their owners, by the same indexes.
@statement
def _lists() -> sa.Select[Any]:
    e, s = entries.c, statuses.c
    which = p("status_id", sa.BigInteger)
    boosts = sa.select(s.id).where(s.reblog_of_id == which)
    held = sa.union_all(
        sa.select(e.list_id, e.status_id).where(e.status_id == which),
        sa.select(e.list_id, e.status_id).where(e.status_id.in_(boosts)),
    ).subquery()
    return sa.select(held.c.list_id, lists.c.account_id, held.c.status_id).join_from(
        held, lists, lists.c.id == held.c.list_id
    )


@statement
def _tags() -> sa.Select[Any]:
    return (
        sa.select(tags.c.name)
        .join_from(status_tags, tags, tags.c.id == status_tags.c.tag_id)
        .where(status_tags.c.status_id == p("status_id"))
    )


class Traces(msgspec.Struct, frozen=True):
    """Where a status is: (reader, status or boost of it) for homes, (list, owner, the same) for
    lists, and its hashtags (folded).
    """

    homes: tuple[tuple[int, int], ...]
    lists: tuple[tuple[int, int, int], ...]
    tags: tuple[str, ...]


class Watcher(msgspec.Struct, frozen=True):
    """A listener, and the timelines in which a status may show: `tags` by name (folded), `lists`
    of their own.
    """

    viewer: Viewer
    home: bool = False
    public: bool = False
    tags: tuple[str, ...] = ()
    lists: tuple[int, ...] = ()


class Sighting(msgspec.Struct, frozen=True):
    """A status as one watcher sees it, and those of the asked timelines that show it."""

    view: StatusView
    home: bool
    public: bool
    tags: frozenset[str]
    lists: frozenset[int]


async def standing(tx: Tx, token_ids: Sequence[int]) -> set[int]:
    """Those of the tokens that still stand for somebody who may act."""
    return {row[0] for row in await tx.all(_standing(), ids=list(token_ids))}


async def traces(tx: Tx, status_id: int) -> Traces:
    asked = [question()(status_id=status_id) for question in (_homes, _lists, _tags)]
    homes, held, names = await tx.batch(asked)
    return Traces(
        homes=tuple((row[0], row[1]) for row in homes),
        lists=tuple((row[0], row[1], row[2]) for row in held),
        tags=tuple(row[0] for row in names),
    )


async def sightings(
    tx: Tx, status_id: int, watchers: Sequence[Watcher], now: int
) -> list[Sighting | None]:
    """For each watcher, in order: the status, if one of their timelines shows it at its place.

    The timelines themselves are asked, each for this one id, so that a stream shows nothing that
    its timeline would hide. One batch for all watchers.
    """
    names = sorted({name for watcher in watchers for name in watcher.tags})
    known = await timelines.tag_ids(tx, names) if names else {}
    asked = [_asked(status_id, watcher, known, now) for watcher in watchers]
    results = await tx.batch([call for calls in asked for call in calls.values()])
    found: list[Sighting | None] = []
    start = 0
    for watcher, calls in zip(watchers, asked, strict=True):
        part = dict(zip(calls, results[start : start + len(calls)], strict=True))
        start += len(calls)
        shows = {place for place, rows in part.items() if isinstance(place, str) and rows}
        hydrating = [rows for place, rows in part.items() if isinstance(place, int)]
        views = await hydrate.views(tx, watcher.viewer, [status_id], hydrating) if shows else ()
        found.append(_sighting(views[0], shows) if views else None)
    return found


_HOME, _PUBLIC, _TAG, _LIST = "home", "public", "#", "list "


def _asked(
    status_id: int, watcher: Watcher, known: dict[str, int], now: int
) -> dict[str | int, Call]:
    """Calls by place; those that hydrate by number."""
    viewer = watcher.viewer
    here = Cursor(max_id=status_id + 1, since_id=status_id - 1, limit=1)
    calls: dict[str | int, Call] = dict(enumerate(hydrate.calls(viewer, [status_id])))
    if watcher.home:
        calls[_HOME] = timelines.home(viewer.me, here, now)
    if watcher.public:
        calls[_PUBLIC] = timelines.public(
            viewer, here, local=False, remote=False, only_media=False, now=now
        )
    for name in watcher.tags:
        if name in known:
            calls[_TAG + name] = timelines.tagged(
                viewer, here, any_=[known[name]], all_=(), none=(), local=False, remote=False,
                only_media=False, now=now,
            )  # fmt: skip
    for list_id in watcher.lists:
        calls[f"{_LIST}{list_id}"] = list_entries.timeline(viewer.me, list_id, here, now)
    return calls


def _sighting(view: StatusView, shows: set[str]) -> Sighting:
    return Sighting(
        view=view,
        home=_HOME in shows,
        public=_PUBLIC in shows,
        tags=frozenset(place[1:] for place in shows if place.startswith(_TAG)),
        lists=frozenset(
            int(place.removeprefix(_LIST)) for place in shows if place.startswith(_LIST)
        ),
    )
