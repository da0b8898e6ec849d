"""Reports: filed, paged, worked on."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.moderation import Category, Report
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Call, Row, Tx, among, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_staff import reports
from fedschool.store.tables_statuses import statuses
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

r = reports.c
_ids = msgspec.json.Decoder(tuple[int, ...])
COLUMNS = [
    r.id, r.account_id, r.target_account_id, r.uri, r.category, r.comment, r.forwarded,
    r.status_ids, r.rule_ids, r.assigned_account_id, r.resolved_by_account_id, r.resolved_at,
    r.created_at, r.updated_at,
]  # fmt: skip
FilterShape = tuple[bool | None, bool, bool]


def report(row: Row) -> Report:
    (
        id_, account_id, target_id, uri, category, comment, forwarded, status_ids, rule_ids,
        assigned_id, resolved_by_id, resolved_at, created_at, updated_at,
    ) = row  # fmt: skip
    return Report(
        id=id_,
        account_id=account_id,
        target_id=target_id,
        uri=uri,
        category=Category(category),
        comment=comment,
        forwarded=bool(forwarded),
        status_ids=_ids.decode(status_ids),
        rule_ids=_ids.decode(rule_ids),
        assigned_id=assigned_id,
        resolved_by_id=resolved_by_id,
        resolved_at=resolved_at,
        created_at=created_at,
        updated_at=updated_at,
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    new = insert(reports).values({column.name: p(column.name) for column in COLUMNS})
    return new.on_conflict_do_nothing().returning(r.id)


@statement
def _by_ids() -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(among(r.id, "ids"))


# A page: open ones by the partial index, one person's by a range of (account, id), else by key.
@statement
def _page(bounds: Shape, filter_: FilterShape) -> sa.Select[Any]:
    resolved, by_account, by_target = filter_
    query = sa.select(*COLUMNS)
    if resolved is not None:
        query = query.where(r.resolved_at.is_not(None) if resolved else r.resolved_at.is_(None))
    if by_account:
        query = query.where(r.account_id == p("account_id"))
    if by_target:
        query = query.where(r.target_account_id == p("target_id"))
    return bounded(query, r.id, bounds)


_CHANGING = (
    "category", "rule_ids", "assigned_account_id", "resolved_by_account_id", "resolved_at",
    "updated_at",
)  # fmt: skip


@statement
def _update() -> sa.sql.dml.Update:
    return sa.update(reports).where(r.id == p("id")).values({name: p(name) for name in _CHANGING})


# All open ones about one person, by the index on the target.
@statement
def _resolve_all() -> sa.sql.dml.Update:
    return (
        sa.update(reports)
        .where(r.target_account_id == p("target_id"), r.resolved_at.is_(None))
        .values(resolved_at=p("now"), resolved_by_account_id=p("by"), updated_at=p("now"))
    )


# What somebody filed lately: a range of (account_id, id).
@statement
def _filed() -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(
        r.account_id == p("account_id"), r.created_at > p("since")
    )


# What all of one server filed lately.
@statement
def _filed_from() -> sa.Select[Any]:
    return (
        sa.select(sa.func.count())
        .select_from(accounts)
        .join(reports, r.account_id == accounts.c.id)
        .where(accounts.c.domain == p("domain"), r.created_at > p("since"))
    )


# One author's posts among some URIs, by the unique index on them.
@statement
def _posts_by_uri() -> sa.Select[Any]:
    s = statuses.c
    return sa.select(s.id).where(
        among(s.uri, "uris"), s.account_id == p("account_id"), s.reblog_of_id.is_(None)
    )


async def insert_new(tx: Tx, item: Report) -> bool:
    """False for a Flag that is known."""
    return (
        await tx.value(
            _insert(),
            id=item.id,
            account_id=item.account_id,
            target_account_id=item.target_id,
            uri=item.uri,
            forwarded=int(item.forwarded),
            comment=item.comment,
            status_ids=msgspec.json.encode(item.status_ids).decode(),
            created_at=item.created_at,
            **_changing(item),
        )
        is not None
    )


async def update(tx: Tx, item: Report) -> None:
    """Writes what the staff changes."""
    await tx.run(_update(), id=item.id, **_changing(item))


def _changing(item: Report) -> dict[str, Any]:
    return {
        "category": item.category.value,
        "rule_ids": msgspec.json.encode(item.rule_ids).decode(),
        "assigned_account_id": item.assigned_id,
        "resolved_by_account_id": item.resolved_by_id,
        "resolved_at": item.resolved_at,
        "updated_at": item.updated_at,
    }


def by_ids_call(ids: Sequence[int]) -> Call:
    return _by_ids()(ids=list(ids))


async def by_id(tx: Tx, report_id: int) -> Report | None:
    row = await tx.one(_by_ids(), ids=[report_id])
    return report(row) if row else None


async def page(
    tx: Tx,
    cursor: Cursor,
    *,
    resolved: bool | None = None,
    account_id: int | None = None,
    target_id: int | None = None,
) -> Page[Report]:
    """Newest first; None is any."""
    values: dict[str, Any] = bounds_of(cursor)
    if account_id is not None:
        values["account_id"] = account_id
    if target_id is not None:
        values["target_id"] = target_id
    query = _page(shape(cursor), (resolved, account_id is not None, target_id is not None))
    found = [report(row) for row in await tx.all(query, **values)]
    if cursor.min_id is not None:
        found.reverse()
    return Page(found, found[-1].id, found[0].id) if found else Page([])


async def resolve_all(tx: Tx, target_id: int, by: int, now: int) -> None:
    """Every open report about the account is settled."""
    await tx.run(_resolve_all(), target_id=target_id, by=by, now=now)


async def filed(tx: Tx, account_id: int, since: int) -> int:
    """How many reports the account filed since then."""
    count: int = await tx.value(_filed(), account_id=account_id, since=since)
    return count


async def filed_from(tx: Tx, domain: str, since: int) -> int:
    """How many reports people of that server filed since then."""
    count: int = await tx.value(_filed_from(), domain=domain, since=since)
    return count


async def posts_by_uri(tx: Tx, account_id: int, uris: Sequence[str]) -> list[int]:
    """Those of the URIs that are posts of this account."""
    rows = await tx.all(_posts_by_uri(), uris=list(uris), account_id=account_id)
    return sorted(row[0] for row in rows)
