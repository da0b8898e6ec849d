"""What the staff's dashboard shows: measures by day, dimensions, and who comes back."""

import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from fedschool import __version__, ids
from fedschool.activitypub import uris
from fedschool.errors import Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.measures import (
    DAY,
    Cohort,
    Dimension,
    Frequency,
    Measure,
    Period,
    Return,
    Share,
)
from fedschool.model.staff import Permission
from fedschool.ports.database import Tx
from fedschool.services import measuring, staff
from fedschool.site import Site
from fedschool.store import figures, instance, policies
from fedschool.store import measures as store

MAX_DAYS = 400
DAYS = 30
MAX_KEYS = 30
MAX_LIMIT = 100
DEFAULT_LIMIT = 10


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is about: a hashtag (`id`), or a server."""

    id: str | None = None
    domain: str | None = None
    include_subdomains: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Keys with what each is about, and the days."""

    keys: tuple[str, ...]
    period: Period
    about: Mapping[str, About]
    limit: int = DEFAULT_LIMIT

    def of(self, key: str) -> About:
        return self.about.get(key, About())


def period(site: Site, start_at: str | None, end_at: str | None) -> Period:
    """From two dates or moments (ISO 8601); the last 30 days for those that are not given.

    Raises Unprocessable.
    """
    last = _day(end_at, "end_at") if end_at else site.now() // DAY
    first = _day(start_at, "start_at") if start_at else last - DAYS + 1
    if not first <= last < first + MAX_DAYS:
        raise Unprocessable(f"Validation failed: the period must be of 1 to {MAX_DAYS} days")
    return Period(first, last)


async def measures(site: Site, viewer: Viewer, asked: Asked) -> list[Measure]:
    """One for each known key, in their order. Raises Forbidden, Unprocessable."""
    await staff.require(site, viewer, Permission.VIEW_DASHBOARD)
    await measuring.flush(site)
    async with site.reading() as tx:
        return [await _MEASURES[key](tx, key, asked) for key in _known(asked.keys, _MEASURES)]


async def dimensions(site: Site, viewer: Viewer, asked: Asked) -> list[Dimension]:
    """One for each known key, in their order. Raises Forbidden, Unprocessable."""
    await staff.require(site, viewer, Permission.VIEW_DASHBOARD)
    await measuring.flush(site)
    async with site.reading() as tx:
        return [
            Dimension(key, tuple(await _DIMENSIONS[key](tx, site, asked, asked.of(key))))
            for key in _known(asked.keys, _DIMENSIONS)
        ]


async def retention(
    site: Site, viewer: Viewer, within: Period, frequency: Frequency
) -> list[Cohort]:
    """Who joined in each part of the period, and how many of them came back in each later one.

    Raises Forbidden.
    """
    await staff.require(site, viewer, Permission.VIEW_DASHBOARD)
    await measuring.flush(site)
    async with site.reading() as tx:
        born, came = await store.cohorts(tx, within)
    parts = sorted({_part(day, frequency) for day in within.days})
    cohort_of = {user: _part(day, frequency) for user, day in born}
    here = {(user, _part(day, frequency)) for user, day in came}
    here |= set(cohort_of.items())
    return [
        Cohort(
            at=start * DAY,
            frequency=frequency,
            data=tuple(_returns(start, parts, cohort_of, here)),
        )
        for start in parts
    ]


def _returns(
    start: int, parts: Sequence[int], cohort_of: Mapping[int, int], here: set[tuple[int, int]]
) -> list[Return]:
    members = [user for user, part in cohort_of.items() if part == start]
    found = []
    for part in parts:
        if part < start:
            continue
        value = sum((user, part) in here for user in members)
        found.append(Return(part * DAY, value, value / len(members) if members else 0.0))
    return found


# Measures

_Measured = Callable[[Tx, str, Asked], Awaitable[Measure]]


async def _active_users(tx: Tx, key: str, asked: Asked) -> Measure:
    total, days = await store.active(tx, asked.period)
    before, _ = await store.active(tx, asked.period.before)
    return Measure(key=key, total=total, previous=before, data=_data(asked.period, days))


async def _new_users(tx: Tx, key: str, asked: Asked) -> Measure:
    days = await store.new_users(tx, asked.period)
    return _summed(key, asked, days, await store.new_users(tx, asked.period.before))


async def _interactions(tx: Tx, key: str, asked: Asked) -> Measure:
    days = await figures.series(tx, "interactions", [""], asked.period)
    before = await figures.series(tx, "interactions", [""], asked.period.before)
    return _summed(key, asked, days, before)


async def _opened_reports(tx: Tx, key: str, asked: Asked) -> Measure:
    days = await store.opened_reports(tx, asked.period)
    return _summed(key, asked, days, await store.opened_reports(tx, asked.period.before))


async def _resolved_reports(tx: Tx, key: str, asked: Asked) -> Measure:
    days = await store.resolved_reports(tx, asked.period)
    return _summed(key, asked, days, await store.resolved_reports(tx, asked.period.before))


def _of_tag(place: int) -> _Measured:
    async def measure(tx: Tx, key: str, asked: Asked) -> Measure:
        tag_id = _tag_id(key, asked.of(key))
        whole, days = await store.tag(tx, tag_id, asked.period)
        before, _ = await store.tag(tx, tag_id, asked.period.before)
        each = {day: row[place] for day, row in days.items()}
        return Measure(
            key=key, total=whole[place], previous=before[place], data=_data(asked.period, each)
        )

    return measure


def _of_server(name: str) -> _Measured:
    """Their totals are of all times, as far as is known here."""

    async def measure(tx: Tx, key: str, asked: Asked) -> Measure:
        domains = await _domains(tx, key, asked.of(key))
        days = await figures.series(tx, name, domains, asked.period)
        whole = await store.servers(tx, domains)
        return Measure(key=key, total=whole[name], data=_data(asked.period, days))

    return measure


async def _instance_media(tx: Tx, key: str, asked: Asked) -> Measure:
    domains = await _domains(tx, key, asked.of(key))
    days = await figures.series(tx, "media_bytes", domains, asked.period)
    whole = await figures.series(tx, "media_bytes", domains, Period(0, 1 << 30))
    return Measure(key=key, total=sum(whole.values()), unit="bytes", data=_data(asked.period, days))


async def _instance_reports(tx: Tx, key: str, asked: Asked) -> Measure:
    domains = await _domains(tx, key, asked.of(key))
    days = await store.opened_reports(tx, asked.period, domains)
    total = await store.all_reports(tx, domains)
    return Measure(key=key, total=total, data=_data(asked.period, days))


_MEASURES: dict[str, _Measured] = {
    "active_users": _active_users,
    "new_users": _new_users,
    "interactions": _interactions,
    "opened_reports": _opened_reports,
    "resolved_reports": _resolved_reports,
    "tag_uses": _of_tag(0),
    "tag_accounts": _of_tag(1),
    "tag_servers": _of_tag(2),
    "instance_accounts": _of_server("accounts"),
    "instance_media_attachments": _instance_media,
    "instance_reports": _instance_reports,
    "instance_statuses": _of_server("statuses"),
    "instance_follows": _of_server("follows"),
    "instance_followers": _of_server("followers"),
}


# Dimensions

_Dimensioned = Callable[[Tx, Site, Asked, About], Awaitable[list[Share]]]


async def _languages(tx: Tx, _site: Site, asked: Asked, _about: About) -> list[Share]:
    return _shares(await store.locales(tx, asked.period, asked.limit))


async def _sources(tx: Tx, _site: Site, asked: Asked, _about: About) -> list[Share]:
    rows = await store.sources(tx, asked.period, asked.limit)
    return [
        Share(key=name or "web", name=name or "Website", value=str(value)) for name, value in rows
    ]


async def _servers(tx: Tx, site: Site, asked: Asked, _about: About) -> list[Share]:
    rows = await figures.greatest(tx, "statuses", asked.period, asked.limit)
    return _shares([(domain or site.uris.host, value) for domain, value in rows])


async def _space_usage(tx: Tx, _site: Site, _asked: Asked, _about: About) -> list[Share]:
    media = await figures.series(tx, "media_total", [""], Period(0, 0))
    name = "PostgreSQL" if tx.dialect == "postgresql" else "SQLite"
    return [
        _space(tx.dialect, name, await store.database_size(tx)),
        _space("media", "Media storage", sum(media.values())),
    ]


async def _software_versions(tx: Tx, _site: Site, _asked: Asked, _about: About) -> list[Share]:
    database = "PostgreSQL" if tx.dialect == "postgresql" else "SQLite"
    found = [
        ("fedschool", "fedschool", __version__),
        ("python", "Python", platform.python_version()),
        (tx.dialect, database, await store.database_version(tx)),
    ]
    return [Share(key=key, name=name, value=value, human=value) for key, name, value in found]


async def _tag_servers(tx: Tx, site: Site, asked: Asked, about: About) -> list[Share]:
    tag_id = _tag_id("tag_servers", about)
    rows = await store.tag_shares(tx, tag_id, "domain", asked.period, asked.limit)
    return _shares([(domain or site.uris.host, value) for domain, value in rows])


async def _tag_languages(tx: Tx, _site: Site, asked: Asked, about: About) -> list[Share]:
    tag_id = _tag_id("tag_languages", about)
    return _shares(await store.tag_shares(tx, tag_id, "language", asked.period, asked.limit))


async def _instance_accounts(tx: Tx, _site: Site, asked: Asked, about: About) -> list[Share]:
    domains = await _domains(tx, "instance_accounts", about)
    return _shares(await store.server_accounts(tx, domains, asked.limit))


async def _instance_languages(tx: Tx, _site: Site, asked: Asked, about: About) -> list[Share]:
    [domain, *_] = await _domains(tx, "instance_languages", about)
    rows = await figures.greatest(tx, "languages", asked.period, asked.limit, begins=f"{domain} ")
    return _shares([(subject.partition(" ")[2], value) for subject, value in rows])


_DIMENSIONS: dict[str, _Dimensioned] = {
    "languages": _languages,
    "sources": _sources,
    "servers": _servers,
    "space_usage": _space_usage,
    "software_versions": _software_versions,
    "tag_servers": _tag_servers,
    "tag_languages": _tag_languages,
    "instance_accounts": _instance_accounts,
    "instance_languages": _instance_languages,
}


def _known(keys: Sequence[str], table: Mapping[str, object]) -> list[str]:
    if len(keys) > MAX_KEYS:
        raise Unprocessable(f"Validation failed: there may be at most {MAX_KEYS} keys")
    return [key for key in dict.fromkeys(keys) if key in table]


def _day(text: str, name: str) -> int:
    if len(text) > 40:
        raise Unprocessable(f"Validation failed: {name} is not a date")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unprocessable(f"Validation failed: {name} is not a date") from error
    if not 1970 <= moment.year < 9000:
        raise Unprocessable(f"Validation failed: {name} is not a date")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int(aware.timestamp()) * 1000 // DAY)


def _part(day: int, frequency: Frequency) -> int:
    """The day that the part of the calendar begins with."""
    if frequency is Frequency.DAY:
        return day
    moment = datetime.fromtimestamp(day * DAY // 1000, UTC)
    return day - moment.day + 1


def _data(within: Period, days: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Every day of the period, in ms, with its figure."""
    return tuple((day * DAY, days.get(day, 0)) for day in within.days)


def _summed(key: str, asked: Asked, days: Mapping[int, int], before: Mapping[int, int]) -> Measure:
    return Measure(
        key=key,
        total=sum(days.values()),
        previous=sum(before.values()),
        data=_data(asked.period, days),
    )


def _shares(rows: Sequence[tuple[str, int]]) -> list[Share]:
    return [Share(key=name, name=name, value=str(value)) for name, value in rows]


def _space(key: str, name: str, size: int) -> Share:
    return Share(key=key, name=name, value=str(size), human=human_bytes(size), unit="bytes")


def human_bytes(size: int) -> str:
    """`3.2 MB`."""
    value, unit = float(size), "Bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.0f} {unit}" if unit == "Bytes" else f"{value:.1f} {unit}"


def _tag_id(key: str, about: About) -> int:
    found = ids.parse(about.id or "")
    if found is None:
        raise Unprocessable(f"Validation failed: {key} needs the id of a hashtag")
    return found


async def _domains(tx: Tx, key: str, about: About) -> list[str]:
    authority = uris.authority_of((about.domain or "").strip())
    if authority is None:
        raise Unprocessable(f"Validation failed: {key} needs a domain")
    if not about.include_subdomains:
        return [authority]
    return [authority, *policies.covered(authority, await instance.all_domains(tx))]
