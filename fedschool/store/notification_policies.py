"""Whose notifications are told, put aside or dropped: policies, requests, permissions."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import ActorType, Role, Viewer
from fedschool.model.notification import Policy, PolicyView, RequestView, Verdict
from fedschool.model.status import Visibility
from fedschool.model.timeline import Cursor, NotificationType, Page
from fedschool.ports.database import Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import hydrate
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_notifications import (
    notification_permissions,
    notification_policies,
    notification_requests,
    notifications,
)
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_statuses import mentions, statuses
from fedschool.store.tables_users import users
from fedschool.store.timelines import Shape, bounded, bounds_of, shape

DAY = 86_400_000
FOLLOWER_AGE = 3 * DAY
ACCOUNT_AGE = 30 * DAY
COUNTED = 100

n = notifications.c
q = notification_requests.c
_UNSIFTED = (
    "status", "update", "poll", "moderation_warning", "severed_relationships", "admin.sign_up",
    "admin.report",
)  # fmt: skip
_BOTS = (ActorType.SERVICE.value, ActorType.APPLICATION.value)
_STAFF = (Role.MODERATOR.value, Role.ADMIN.value)
_receiver, _sender = accounts.alias("receiver"), accounts.alias("sender")


class Sifting(Enum):
    """How a kind of notification is looked at: not at all, by its sender, and as a mention."""

    NONE = 0
    SENDER = 1
    MENTION = 2


def sifting(kind: NotificationType) -> Sifting:
    """What the receiver asked to be told is not sifted."""
    if kind.value in _UNSIFTED:
        return Sifting.NONE
    return Sifting.MENTION if kind is NotificationType.MENTION else Sifting.SENDER


def people() -> sa.FromClause:
    """The local receiver with the policy, and the sender: no row where nobody here is meant.

    Parameters of this and the next two: `account_id`, `from_account_id`, `status_id`, `now`.
    """
    here = sa.and_(
        _receiver.c.id == p("account_id", sa.BigInteger),
        _receiver.c.domain == "",
        _receiver.c.suspended_at.is_(None),
    )
    both = sa.join(_receiver, _sender, sa.and_(here, _sender.c.id == _from()))
    return both.outerjoin(
        notification_policies, notification_policies.c.account_id == _receiver.c.id
    )


def dropped(how: Sifting) -> sa.ColumnElement[bool]:
    """Whether the receiver's policy forbids the notification."""
    return _meets(how, Verdict.DROP)


def filtered(how: Sifting) -> sa.ColumnElement[int]:
    """1 where the receiver's policy puts the notification aside."""
    return sa.case((_meets(how, Verdict.FILTER), sa.literal_column("1")), else_=_zero())


def _meets(how: Sifting, verdict: Verdict) -> sa.ColumnElement[bool]:
    if how is Sifting.NONE:
        return sa.literal_column("1") == _zero()
    policy = notification_policies.c
    rules = [
        sa.and_(
            sa.func.coalesce(policy[name], getattr(Policy(), name).value) == verdict.value, fits
        )
        for name, fits in _rules(how).items()
    ]
    return sa.and_(sa.or_(*rules), ~_spared())


def _rules(how: Sifting) -> dict[str, sa.ColumnElement[bool]]:
    now = p("now", sa.BigInteger)
    follow = follows.alias("follow")
    following = _exists(follow, follow.c.account_id == _to(), follow.c.target_id == _from())
    follower = _exists(
        follow,
        follow.c.account_id == _from(),
        follow.c.target_id == _to(),
        follow.c.created_at <= now - FOLLOWER_AGE,
    )
    rules = {
        "for_not_following": ~following,
        "for_not_followers": ~follower,
        "for_new_accounts": sa.and_(_sender.c.created_at > now - ACCOUNT_AGE, ~following),
        "for_limited_accounts": sa.and_(_sender.c.silenced_at.is_not(None), ~following),
        "for_bots": sa.and_(_sender.c.actor_type.in_(_BOTS), ~following),
    }
    if how is Sifting.MENTION:
        # colleagues of one instance are no strangers to each other
        rules["for_private_mentions"] = sa.and_(_sender.c.domain != "", _unasked(), ~following)
    return rules


def _unasked() -> sa.ColumnElement[bool]:
    """A direct status in a conversation where the receiver never named the sender."""
    s, mine, named = statuses.alias("told"), statuses.alias("mine"), mentions.alias("named")
    answered = _exists(
        sa.join(mine, named, named.c.status_id == mine.c.id),
        mine.c.conversation_id == s.c.conversation_id,
        mine.c.account_id == _to(),
        named.c.account_id == _from(),
    )
    return _exists(
        s,
        s.c.id == p("status_id", sa.BigInteger),
        s.c.visibility == Visibility.DIRECT.value,
        ~answered,
    )


def _spared() -> sa.ColumnElement[bool]:
    """Those whom the receiver accepted, and who look after this instance."""
    allowed = notification_permissions.c
    return sa.or_(
        _exists(
            notification_permissions,
            allowed.account_id == _to(),
            allowed.from_account_id == _from(),
        ),
        _exists(users, users.c.account_id == _from(), users.c.role.in_(_STAFF)),
    )


def _to() -> sa.BindParameter[Any]:
    return p("account_id", sa.BigInteger)


def _from() -> sa.BindParameter[Any]:
    return p("from_account_id", sa.BigInteger)


def _zero() -> sa.ColumnElement[int]:
    return sa.literal_column("0")


def _exists(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal_column("1")).select_from(table).where(*conditions))


_NAMES = Policy.__struct_fields__


@statement
def _policy() -> sa.Select[Any]:
    policy = notification_policies.c
    return sa.select(*(policy[name] for name in _NAMES)).where(policy.account_id == p("account_id"))


@statement
def _put_policy() -> sa.sql.dml.Insert:
    names = ("account_id", *_NAMES)
    new = insert(notification_policies).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id"], set_={name: new.excluded[name] for name in _NAMES}
    )


@statement
def _put_request() -> sa.sql.dml.Insert:
    names = ("id", "account_id", "from_account_id", "created_at", "updated_at")
    new = insert(notification_requests).values({name: p(name) for name in names})
    return new.on_conflict_do_update(
        index_elements=["account_id", "from_account_id"],
        set_={"updated_at": new.excluded.updated_at},
    )


def _waiting() -> "sa.Select[Any]":
    """The account's requests behind which something is put aside, by the partial index."""
    aside = _exists(
        notifications,
        n.account_id == q.account_id,
        n.from_account_id == q.from_account_id,
        n.filtered == sa.literal_column("1"),
    )
    active = _exists(
        accounts, accounts.c.id == q.from_account_id, accounts.c.suspended_at.is_(None)
    )
    columns = (q.id, q.from_account_id, q.created_at, q.updated_at)
    return sa.select(*columns).where(q.account_id == p("account_id", sa.BigInteger), aside, active)


# Requests: a range of (account_id, id).
@statement
def _requests(bounds: Shape) -> sa.Select[Any]:
    return bounded(_waiting(), q.id, bounds)


@statement
def _request() -> sa.Select[Any]:
    return _waiting().where(q.id == p("id"))


# How much is put aside of each of some senders, and the last status, by the partial index.
@statement
def _aside() -> sa.Select[Any]:
    return (
        sa.select(n.from_account_id, sa.func.count(), sa.func.max(n.status_id))
        .where(
            n.account_id == p("account_id"),
            among(n.from_account_id, "senders"),
            n.filtered == sa.literal_column("1"),
        )
        .group_by(n.from_account_id)
    )


# Both counts of what waits, no further than COUNTED.
@statement
def _summary() -> sa.Select[Any]:
    requests = _waiting().limit(COUNTED).subquery()
    aside = (
        sa.select(n.id)
        .where(n.account_id == p("account_id", sa.BigInteger), n.filtered == sa.literal_column("1"))
        .limit(COUNTED)
        .subquery()
    )
    return sa.select(
        sa.select(sa.func.count()).select_from(requests).scalar_subquery(),
        sa.select(sa.func.count()).select_from(aside).scalar_subquery(),
    )


def _of_requests() -> "sa.Select[Any]":
    return sa.select(q.from_account_id).where(
        q.account_id == p("account_id", sa.BigInteger), among(q.id, "ids")
    )


@statement
def _permit() -> sa.sql.dml.Insert:
    row = sa.select(
        p("account_id", sa.BigInteger), q.from_account_id, p("now", sa.BigInteger)
    ).where(q.account_id == p("account_id", sa.BigInteger), among(q.id, "ids"))
    names = ["account_id", "from_account_id", "created_at"]
    return insert(notification_permissions).from_select(names, row).on_conflict_do_nothing()


def _theirs() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        n.account_id == p("account_id", sa.BigInteger),
        n.from_account_id.in_(_of_requests()),
        n.filtered == sa.literal_column("1"),
    )


@statement
def _release() -> sa.sql.dml.Update:
    return sa.update(notifications).where(*_theirs()).values(filtered=_zero())


@statement
def _discard() -> sa.sql.dml.Delete:
    return sa.delete(notifications).where(*_theirs())


@statement
def _delete_requests() -> sa.sql.dml.Delete:
    return sa.delete(notification_requests).where(
        q.account_id == p("account_id"), among(q.id, "ids")
    )


async def put_request(
    tx: Tx, request_id: int, account_id: int, from_account_id: int, now: int
) -> None:
    """Something of the sender's was put aside: one request for all of it."""
    await tx.run(
        _put_request(),
        id=request_id,
        account_id=account_id,
        from_account_id=from_account_id,
        created_at=now,
        updated_at=now,
    )


async def policy(tx: Tx, account_id: int) -> PolicyView:
    """The person's policy, and how much waits (counted up to a hundred)."""
    rows, counts = await tx.batch(
        [_policy()(account_id=account_id), _summary()(account_id=account_id)]
    )
    kept = _read(rows[0]) if rows else Policy()
    return PolicyView(kept, counts[0][0], counts[0][1])


def _read(row: Row) -> Policy:
    return Policy(**{name: Verdict(value) for name, value in zip(_NAMES, row, strict=True)})


async def set_policy(tx: Tx, account_id: int, item: Policy) -> None:
    await tx.run(_put_policy(), account_id=account_id, **msgspec.structs.asdict(item))


async def requests(tx: Tx, viewer: Viewer, cursor: Cursor) -> Page[RequestView]:
    """Whose notifications wait, newest request first."""
    rows = list(await tx.all(_requests(shape(cursor)), account_id=viewer.me, **bounds_of(cursor)))
    if cursor.min_id is not None:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(await _views(tx, viewer, rows), next_id=rows[-1][0], prev_id=rows[0][0])


async def request(tx: Tx, viewer: Viewer, request_id: int) -> RequestView | None:
    rows = await tx.all(_request(), account_id=viewer.me, id=request_id)
    views = await _views(tx, viewer, rows) if rows else []
    return views[0] if views else None


async def accept(tx: Tx, account_id: int, ids: Sequence[int], now: int) -> int:
    """Tells what was put aside and, from now on, all of these senders; how many requests."""
    await tx.run(_permit(), account_id=account_id, ids=list(ids), now=now)
    await tx.run(_release(), account_id=account_id, ids=list(ids))
    return await tx.run(_delete_requests(), account_id=account_id, ids=list(ids))


async def dismiss(tx: Tx, account_id: int, ids: Sequence[int]) -> int:
    """Removes requests with what was put aside; how many requests."""
    await tx.run(_discard(), account_id=account_id, ids=list(ids))
    return await tx.run(_delete_requests(), account_id=account_id, ids=list(ids))


async def _views(tx: Tx, viewer: Viewer, rows: Sequence[Row]) -> list[RequestView]:
    senders = [row[1] for row in rows]
    found, aside = await tx.batch(
        [accounts_store.by_ids_call(senders), _aside()(account_id=viewer.me, senders=senders)]
    )
    known = {row[0]: accounts_store.account(row) for row in found}
    counts = {row[0]: (row[1], row[2]) for row in aside}
    wanted = [last for _, last in counts.values() if last is not None]
    shown = {view.status.id: view for view in await hydrate.statuses_of(tx, viewer, wanted)}
    return [
        RequestView(
            id=id_,
            account=known[sender],
            count=counts[sender][0],
            created_at=created_at,
            updated_at=updated_at,
            last_status=shown.get(counts[sender][1]),
        )
        for id_, sender, created_at, updated_at in rows
        if sender in known and sender in counts
    ]
