"""Preview cards: one row a page, shared by all statuses that link to it."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.card import Card, CardType
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store.base import changed
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_cards import cards, status_cards
from fedschool.store.tables_statuses import statuses

c, l = cards.c, status_cards.c  # noqa: E741  short names as in the other modules

FRESH = 14 * 86_400_000
LOST = 86_400_000
"""After how long (ms) a job that was planned and never ended is planned again."""

CHUNK = 500

COLUMNS: list[sa.ColumnElement[Any]] = [
    c.id, c.url, c.type, c.title, c.description, c.language, c.author_name, c.author_url,
    c.provider_name, c.provider_url, c.html, c.width, c.height, c.image_key,
    c.image_description, c.blurhash, c.published_at, *accounts_store.COLUMNS,
]  # fmt: skip
_OWN = 17
_WRITTEN = (
    "type", "title", "description", "language", "author_name", "author_url", "provider_name",
    "provider_url", "html", "width", "height", "image_key", "image_description", "blurhash",
    "published_at",
)  # fmt: skip


class Planned(msgspec.Struct, frozen=True):
    """A page that is to be fetched, and the picture that it had until now."""

    url: str
    image_key: str | None
    failures: int


def card(row: Row) -> Card:
    """A row of COLUMNS; a suspended author is not named."""
    (
        id_, url, type_, title, description, language, author_name, author_url, provider_name,
        provider_url, html, width, height, image_key, image_description, blurhash, published_at,
    ) = row[:_OWN]  # fmt: skip
    author = None if row[_OWN] is None else accounts_store.account(row[_OWN:])
    return Card(
        id=id_,
        url=url,
        type=CardType(type_),
        title=title,
        description=description,
        language=language,
        author_name=author_name,
        author_url=author_url,
        author=None if author is None or author.suspended_at is not None else author,
        provider_name=provider_name,
        provider_url=provider_url,
        html=html,
        width=width,
        height=height,
        image_key=image_key,
        image_description=image_description,
        blurhash=blurhash,
        published_at=published_at,
    )


def with_authors() -> sa.Join:
    """The cards and the accounts that wrote their pages, for COLUMNS."""
    return sa.outerjoin(cards, accounts, accounts.c.id == c.author_account_id)


# The cards of some statuses, by primary keys.
@statement
def of_statuses() -> sa.Select[Any]:
    return (
        sa.select(l.status_id, *COLUMNS)
        .select_from(sa.join(status_cards, with_authors(), c.id == l.card_id))
        .where(among(l.status_id, "ids"), c.ready == 1)
    )


# Cards by primary key.
@statement
def _by_ids() -> sa.Select[Any]:
    return sa.select(*COLUMNS).select_from(with_authors()).where(among(c.id, "ids"), c.ready == 1)


# The page's one row: new, or old enough to be looked at again. Nothing is returned while
# somebody looks at it, or where it is too early.
@statement
def _plan() -> sa.sql.base.Executable:
    now, big = p("now", sa.BigInteger), sa.BigInteger
    new = insert(cards).values(
        id=p("id"), url=p("url"), planned_at=p("now", big), created_at=p("now", big)
    )
    due = sa.and_(
        sa.or_(c.fetched_at.is_(None), c.fetched_at <= p("stale", big)),
        sa.or_(c.planned_at.is_(None), c.planned_at <= p("lost", big)),
        sa.or_(c.again_at.is_(None), c.again_at <= now),
    )
    return new.on_conflict_do_update(
        index_elements=["url"], set_={"planned_at": new.excluded.planned_at}, where=due
    ).returning(c.id)


@statement
def _by_url() -> sa.Select[Any]:
    return sa.select(c.id).where(c.url == p("url"))


@statement
def _planned() -> sa.Select[Any]:
    return sa.select(c.url, c.image_key, c.failures).where(
        c.id == p("id"), c.planned_at.is_not(None)
    )


@statement
def _show() -> sa.sql.base.Executable:
    new = insert(status_cards).values(status_id=p("status_id"), card_id=p("card_id"))
    return new.on_conflict_do_update(
        index_elements=["status_id"], set_={"card_id": new.excluded.card_id}
    )


@statement
def _hide() -> sa.sql.dml.Delete:
    return sa.delete(status_cards).where(l.status_id == p("status_id"))


@statement
def _finish() -> sa.sql.dml.Update:
    return (
        sa.update(cards)
        .where(c.id == p("id"))
        .values(
            {name: p(name) for name in _WRITTEN}
            | {
                "author_account_id": p("author_id"),
                "ready": 1,
                "fetched_at": p("now"),
                "planned_at": sa.null(),
                "again_at": sa.null(),
                "failures": 0,
            }
        )
    )


@statement
def _fail(forget: bool) -> sa.sql.dml.Update:
    values: dict[str, Any] = {
        "planned_at": sa.null(),
        "again_at": p("again_at"),
        "failures": c.failures + 1,
    }
    if forget:
        values |= {"ready": 0, "image_key": sa.null(), "fetched_at": sa.null()}
    return sa.update(cards).where(c.id == p("id")).values(values)


# The statuses that show a card are other ones than before, by the index on card_id.
@statement
def _showing() -> sa.sql.dml.Update:
    shown = sa.select(l.status_id).where(l.card_id == p("id"))
    return changed(statuses).where(statuses.c.id.in_(shown))


# Cards that no status shows any more, a chunk at a time by the index on their time.
@statement
def _unused() -> sa.sql.base.Executable:
    shown = sa.exists(
        sa.select(sa.literal_column("1")).select_from(status_cards).where(l.card_id == c.id)
    )
    chosen = (
        sa.select(c.id).where(c.created_at < p("before"), ~shown).order_by(c.created_at)
    ).limit(CHUNK)
    return sa.delete(cards).where(c.id.in_(chosen)).returning(c.image_key)


async def plan(tx: Tx, *, card_id: int, url: str, now: int) -> tuple[int, bool]:
    """The page's id (`card_id` where it is new), and whether it is to be fetched now."""
    planned = await tx.value(
        _plan(), id=card_id, url=url, now=now, stale=now - FRESH, lost=now - LOST
    )
    if planned is not None:
        return planned, True
    known: int = await tx.value(_by_url(), url=url)
    return known, False


async def planned(tx: Tx, card_id: int) -> Planned | None:
    """None when nobody waits for it any more."""
    row = await tx.one(_planned(), id=card_id)
    return None if row is None else Planned(*row)


async def show(tx: Tx, status_id: int, card_id: int) -> None:
    """The status shows this card, once it is ready, instead of another one."""
    await tx.run(_show(), status_id=status_id, card_id=card_id)


async def hide(tx: Tx, status_id: int) -> None:
    await tx.run(_hide(), status_id=status_id)


async def finish(tx: Tx, item: Card, now: int) -> None:
    """Writes what was found."""
    values = {name: getattr(item, name) for name in _WRITTEN} | {"type": item.type.value}
    author_id = None if item.author is None else item.author.id
    await tx.run(_finish(), id=item.id, author_id=author_id, now=now, **values)
    await tx.run(_showing(), id=item.id)


async def fail(tx: Tx, card_id: int, again_at: int, *, forget: bool) -> None:
    """Nobody asks again before `again_at` (ms). `forget`: what was known does not hold either."""
    await tx.run(_fail(forget), id=card_id, again_at=again_at)
    if forget:
        await tx.run(_showing(), id=card_id)


async def by_ids(tx: Tx, ids: list[int]) -> dict[int, Card]:
    rows = await tx.all(_by_ids(), ids=ids)
    return {row[0]: card(row) for row in rows}


async def id_of(tx: Tx, url: str) -> int | None:
    found: int | None = await tx.value(_by_url(), url=url)
    return found


async def sweep(tx: Tx, before: int) -> list[str | None]:
    """Removes cards from before that moment (ms) that nothing shows; the pictures they had."""
    return [row[0] for row in await tx.all(_unused(), before=before)]
