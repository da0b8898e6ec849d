"""People's filters, and the sieve that is made of one person's."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Viewer
from fedschool.model.filters import Filter, FilterAction, FilterContext, FilteredStatus, Keyword
from fedschool.ports.database import Call, Row, Tx, p, statement
from fedschool.store.tables_filters import (
    filter_keywords,
    filter_statuses,
    filter_versions,
    filters,
)
from fedschool.text.sieve import Sieve

f = filters.c
k = filter_keywords.c
s = filter_statuses.c
v = filter_versions.c

_contexts = msgspec.json.Decoder(tuple[FilterContext, ...])
_NAMES = ("id", "account_id", "title", "action", "contexts", "expires_at")


# Whether somebody has filters, and their state: by the primary key.
@statement
def _version() -> sa.Select[Any]:
    return sa.select(v.version).where(v.account_id == p("account_id"))


@statement
def _moved() -> sa.sql.dml.Insert:
    new = insert(filter_versions).values(account_id=p("account_id"), version=1)
    return new.on_conflict_do_update(index_elements=["account_id"], set_={"version": v.version + 1})


# A person's filters, their keywords and statuses, in the order in which they were made.
@statement
def _filters() -> sa.Select[Any]:
    return (
        sa.select(*(f[name] for name in _NAMES))
        .where(f.account_id == p("account_id"))
        .order_by(f.id)
    )


@statement
def _keywords() -> sa.Select[Any]:
    return (
        sa.select(k.filter_id, k.id, k.keyword, k.whole_word)
        .join_from(filters, filter_keywords, k.filter_id == f.id)
        .where(f.account_id == p("account_id"))
        .order_by(k.id)
    )


@statement
def _statuses() -> sa.Select[Any]:
    return (
        sa.select(s.filter_id, s.id, s.status_id)
        .join_from(filters, filter_statuses, s.filter_id == f.id)
        .where(f.account_id == p("account_id"))
        .order_by(s.id)
    )


@statement
def _insert() -> sa.sql.dml.Insert:
    return sa.insert(filters).values({name: p(name) for name in _NAMES})


@statement
def _change() -> sa.sql.dml.Update:
    names = ("title", "action", "contexts", "expires_at")
    return sa.update(filters).where(f.id == p("id")).values({name: p(name) for name in names})


@statement
def _delete(table: sa.Table) -> sa.sql.dml.Delete:
    return sa.delete(table).where(table.c.id == p("id"))


@statement
def _put_keyword() -> sa.sql.dml.Insert:
    names = ("id", "filter_id", "keyword", "whole_word")
    new = insert(filter_keywords).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["id"],
        set_={name: new.excluded[name] for name in ("keyword", "whole_word")},
    )


@statement
def _insert_status() -> sa.sql.dml.Insert:
    names = ("id", "filter_id", "status_id")
    return insert(filter_statuses).values({name: p(name) for name in names})


def version_call(account_id: int) -> Call:
    """What `sieve` starts from: nothing for those who never had a filter."""
    return _version()(account_id=account_id)


async def sieve(tx: Tx, viewer: Viewer, versions: Sequence[Row]) -> Sieve | None:
    """The viewer's sieve, from memory where it is current; `versions` are of `version_call`."""
    if not versions:
        return None
    key = ("sieve", viewer.me, versions[0][0])
    kept: Sieve | None = None if tx.recent is None else tx.recent.get(key)
    if kept is None:
        kept = Sieve(await of(tx, viewer.me))
        if tx.recent is not None:
            tx.recent.put(key, kept)
    return kept


async def of(tx: Tx, account_id: int) -> list[Filter]:
    """A person's filters, whole, oldest first."""
    calls = [each(account_id=account_id) for each in (_filters(), _keywords(), _statuses())]
    rows, words, single = await tx.batch(calls)
    keywords: defaultdict[int, list[Keyword]] = defaultdict(list)
    for filter_id, id_, keyword, whole_word in words:
        entry = Keyword(id=id_, keyword=keyword, whole_word=bool(whole_word))
        keywords[filter_id].append(entry)
    statuses: defaultdict[int, list[FilteredStatus]] = defaultdict(list)
    for filter_id, id_, status_id in single:
        statuses[filter_id].append(FilteredStatus(id_, status_id))
    return [
        Filter(
            id=id_,
            account_id=owner,
            title=title,
            action=FilterAction(action),
            contexts=_contexts.decode(contexts),
            expires_at=expires_at,
            keywords=tuple(keywords[id_]),
            statuses=tuple(statuses[id_]),
        )
        for id_, owner, title, action, contexts, expires_at in rows
    ]


async def moved(tx: Tx, account_id: int) -> None:
    """Call after every change to a person's filters."""
    await tx.run(_moved(), account_id=account_id)


async def insert_new(tx: Tx, item: Filter) -> None:
    """The filter alone, without what is in it."""
    await tx.run(_insert(), account_id=item.account_id, **_values(item))


async def change(tx: Tx, item: Filter) -> None:
    await tx.run(_change(), **_values(item))


async def delete(tx: Tx, filter_id: int) -> None:
    await tx.run(_delete(filters), id=filter_id)


async def put_keyword(tx: Tx, filter_id: int, item: Keyword) -> None:
    """Writes a keyword, or changes the one of this id."""
    await tx.run(
        _put_keyword(),
        id=item.id,
        filter_id=filter_id,
        keyword=item.keyword,
        whole_word=int(item.whole_word),
    )


async def delete_keyword(tx: Tx, keyword_id: int) -> None:
    await tx.run(_delete(filter_keywords), id=keyword_id)


async def insert_status(tx: Tx, filter_id: int, item: FilteredStatus) -> None:
    await tx.run(_insert_status(), id=item.id, filter_id=filter_id, status_id=item.status_id)


async def delete_status(tx: Tx, entry_id: int) -> None:
    await tx.run(_delete(filter_statuses), id=entry_id)


def _values(item: Filter) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "action": item.action.value,
        "contexts": msgspec.json.encode(item.contexts).decode(),
        "expires_at": item.expires_at,
    }
