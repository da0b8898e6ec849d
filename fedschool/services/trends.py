"""Trends: what is counted, how it becomes a list now and then, and what the staff says of it."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from fedschool.errors import NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.staff import Permission
from fedschool.model.status import Status, StatusView, Visibility
from fedschool.model.timeline import Cursor, Page
from fedschool.model.trend import CardView, StatusTrend, TagTrend, TrendKind
from fedschool.ports.database import Tx
from fedschool.services import audit, cards, staff
from fedschool.site import Site
from fedschool.store import cards as cards_store
from fedschool.store import curation, hydrate, uses
from fedschool.store import trends as store
from fedschool.store.trends import Reviewed, Score, Use
from fedschool.store.uses import DAY

T = TypeVar("T")

MIN_PEOPLE = 2
"""How many people must share something on one day to make it a trend."""

MIN_LIKES = 2
LIKED_DAYS = 3
HALF_LIFE = DAY
FADED = 0.25
KEPT = 200


async def register(tx: Tx, site: Site, status: Status, author: Account, *, holds: bool) -> None:
    """After a status was written: its hashtags and its link are used once more.

    `holds`: whether it has any. What only some may see, and what is limited, counts nowhere.
    """
    now = site.now()
    if not holds or status.visibility is not Visibility.PUBLIC or status.local_only:
        return
    if author.silenced_at is not None or status.created_at < now - uses.HISTORY_DAYS * DAY:
        return
    trending = author.discoverable and not status.sensitive and not status.spoiler_text
    await uses.use(tx, status.id, author.id, status.created_at, trending=trending)


async def refresh(site: Site) -> None:
    """Computes the lists anew: a trend is used by more people than the day before, and fades."""
    now = site.now()
    for kind in (TrendKind.TAG, TrendKind.LINK):
        async with site.reading() as tx:
            used = await store.uses(tx, kind, now // DAY)
            before = await store.scores(tx, kind)
        async with site.writing() as tx:
            await store.put(tx, kind, _shared(used, before, now))
    async with site.reading() as tx:
        liked = await store.liked(tx, now // DAY - LIKED_DAYS)
    async with site.writing() as tx:
        await store.put(tx, TrendKind.STATUS, _liked(liked, now))
        await uses.forget(tx, now)


async def tags(site: Site, viewer: Viewer, limit: int, offset: int) -> list[TagTrend]:
    """Hashtags that many begin to use."""
    async with site.reading() as tx:
        found = await store.ranked(tx, TrendKind.TAG, limit, offset, open_=_open(site))
        return await _tags(tx, viewer, found)


async def links(site: Site, limit: int, offset: int) -> list[CardView]:
    """Pages that many begin to share."""
    async with site.reading() as tx:
        found = await store.ranked(tx, TrendKind.LINK, limit, offset, open_=_open(site))
        return await _links(tx, found)


async def statuses(site: Site, viewer: Viewer, limit: int, offset: int) -> list[StatusView]:
    """Posts that many like."""
    async with site.reading() as tx:
        found = await store.ranked(
            tx, TrendKind.STATUS, limit, offset, open_=_open(site), viewer=viewer
        )
        return await hydrate.statuses_of(tx, viewer, [one.id for one in found])


async def linking(site: Site, viewer: Viewer, url: str, cursor: Cursor) -> Page[StatusView]:
    """Public posts with a link that trends, of people who want to be found. Raises NotFound."""
    address = cards.normal(url)
    if address is None:
        raise NotFound
    async with site.reading() as tx:
        card_id = await store.trending_link(tx, address, open_=_open(site))
        if card_id is None:
            raise NotFound
        query = store.linking(viewer, card_id, cursor, site.now())
        oldest_first = cursor.min_id is not None
        ids, views = await hydrate.page(tx, viewer, query, oldest_first=oldest_first)
    return Page(views, ids[-1], ids[0]) if ids else Page(())


# The staff's side: everything that trends, and what may.


async def all_tags(site: Site, viewer: Viewer, limit: int, offset: int) -> list[TagTrend]:
    """Raises Forbidden, as the others below."""
    await staff.require(site, viewer, Permission.MANAGE_TAXONOMIES)
    async with site.reading() as tx:
        found = await store.ranked(tx, TrendKind.TAG, limit, offset, open_=None)
        return await _tags(tx, viewer, found)


async def all_links(site: Site, viewer: Viewer, limit: int, offset: int) -> list[CardView]:
    await staff.require(site, viewer, Permission.MANAGE_TAXONOMIES)
    async with site.reading() as tx:
        found = await store.ranked(tx, TrendKind.LINK, limit, offset, open_=None)
        return await _links(tx, found)


async def all_statuses(site: Site, viewer: Viewer, limit: int, offset: int) -> list[StatusTrend]:
    await staff.require(site, viewer, Permission.MANAGE_TAXONOMIES)
    async with site.reading() as tx:
        found = await store.ranked(tx, TrendKind.STATUS, limit, offset, open_=None)
        return await _statuses(tx, viewer, found)


async def review_tag(site: Site, viewer: Viewer, tag_id: int, *, allowed: bool) -> TagTrend:
    """What the staff decides holds at once. Raises Forbidden, NotFound; as the others below."""
    await staff.require(site, viewer, Permission.MANAGE_TAXONOMIES)
    async with site.writing() as tx:
        found = _only(await _tags(tx, viewer, [Reviewed(tag_id, allowed)]))
        await _review(tx, site, viewer, TrendKind.TAG, tag_id, allowed=allowed)
    return found


async def review_link(site: Site, viewer: Viewer, card_id: int, *, allowed: bool) -> CardView:
    await staff.require(site, viewer, Permission.MANAGE_TAXONOMIES)
    async with site.writing() as tx:
        found = _only(await _links(tx, [Reviewed(card_id, allowed)]))
        await _review(tx, site, viewer, TrendKind.LINK, card_id, allowed=allowed)
    return found


async def review_status(
    site: Site, viewer: Viewer, status_id: int, *, allowed: bool
) -> StatusTrend:
    await staff.require(site, viewer, Permission.MANAGE_TAXONOMIES)
    async with site.writing() as tx:
        found = _only(await _statuses(tx, viewer, [Reviewed(status_id, allowed)]))
        await _review(tx, site, viewer, TrendKind.STATUS, status_id, allowed=allowed)
    return found


async def _review(
    tx: Tx, site: Site, viewer: Viewer, kind: TrendKind, subject_id: int, *, allowed: bool
) -> None:
    await store.review(tx, kind, subject_id, allowed=allowed, now=site.now())
    action = "trend.approve" if allowed else "trend.reject"
    target = f"{kind.value}/{subject_id}"
    await audit.record(tx, site, actor=viewer.me, action=action, target=target, detail={})


async def _tags(tx: Tx, viewer: Viewer, found: Sequence[Reviewed]) -> list[TagTrend]:
    views = await curation.tags_by_id(tx, viewer.account_id, [one.id for one in found], tx.now())
    return [TagTrend(views[one.id], one.allowed) for one in found if one.id in views]


async def _links(tx: Tx, found: Sequence[Reviewed]) -> list[CardView]:
    ids = [one.id for one in found]
    shown = await cards_store.by_ids(tx, ids)
    used = await uses.histories(tx, TrendKind.LINK, ids, tx.now())
    return [
        CardView(card=shown[one.id], history=used[one.id], allowed=one.allowed)
        for one in found
        if one.id in shown
    ]


async def _statuses(tx: Tx, viewer: Viewer, found: Sequence[Reviewed]) -> list[StatusTrend]:
    allowed = {one.id: one.allowed for one in found}
    views = await hydrate.statuses_of(tx, viewer, list(allowed))
    return [StatusTrend(view, allowed[view.status.id]) for view in views]


def _only(found: Sequence[T]) -> T:
    if not found:
        raise NotFound
    return found[0]


def _open(site: Site) -> bool:
    """Whether what nobody looked at yet is shown."""
    return not site.settings.trend_review


def _shared(used: Sequence[Use], before: Mapping[int, Score], now: int) -> list[Score]:
    """Trends fade from their peak; they rise with the square of what is new today."""
    fresh = {one.subject_id: _rise(one) for one in used}
    found = []
    for subject_id in {*fresh, *before}:
        old = before.get(subject_id)
        peak, peak_at = (0.0, now) if old is None else (old.peak, old.peak_at)
        rise = fresh.get(subject_id, 0.0)
        if rise > _faded(peak, peak_at, now):
            peak, peak_at = rise, now
        found.append(Score(subject_id, _faded(peak, peak_at, now), peak, peak_at))
    return _strongest(found)


def _rise(use: Use) -> float:
    if use.today < max(MIN_PEOPLE, use.yesterday):
        return 0.0
    return (use.today - use.yesterday) ** 2 / max(use.yesterday, 1)


def _liked(liked: Sequence[tuple[int, int, int]], now: int) -> list[Score]:
    found = [
        Score(status_id, _faded(likes**2, written_at, now), float(likes**2), written_at)
        for status_id, written_at, likes in liked
        if likes >= MIN_LIKES
    ]
    return _strongest(found)


def _faded(peak: float, since: int, now: int) -> float:
    return float(peak * 0.5 ** (max(0, now - since) / HALF_LIFE))


def _strongest(found: list[Score]) -> list[Score]:
    alive = [one for one in found if one.score >= FADED]
    return sorted(alive, key=lambda one: (-one.score, -one.subject_id))[:KEPT]
