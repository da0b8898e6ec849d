"""Push subscriptions, one for each token; they go with it."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.push import PushPolicy, PushSubscription
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_users import push_subscriptions

s = push_subscriptions.c
_COLUMNS = [
    s.id, s.token_id, s.account_id, s.endpoint, s.p256dh, s.auth, s.standard, s.alerts, s.policy,
    s.sealed_token, s.created_at,
]  # fmt: skip


# One subscription by a unique index.
@statement
def _by(column: str) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(s[column] == p(column))


@statement
def _put() -> sa.sql.dml.Insert:
    names = [column.name for column in _COLUMNS]
    new = insert(push_subscriptions).values({name: p(name) for name in names})
    kept = {name: new.excluded[name] for name in names if name != "token_id"}
    return new.on_conflict_do_update(index_elements=[s.token_id], set_=kept)


@statement
def _change() -> sa.sql.dml.Update:
    return (
        sa.update(push_subscriptions)
        .where(s.token_id == p("token_id"))
        .values(alerts=p("alerts"), policy=p("policy"))
    )


@statement
def _delete(column: str) -> sa.sql.dml.Delete:
    return sa.delete(push_subscriptions).where(s[column] == p(column))


# What is older than a person's newest, by the index on account_id.
@statement
def _old() -> sa.sql.dml.Delete:
    mine = push_subscriptions.alias("mine").c
    newest = (
        sa.select(mine.id)
        .where(mine.account_id == p("account_id", sa.BigInteger))
        .order_by(mine.id.desc())
        .limit(p("keep", sa.Integer))
    )
    return sa.delete(push_subscriptions).where(
        s.account_id == p("account_id", sa.BigInteger), s.id.not_in(newest)
    )


def _follows(who: Any, whom: Any) -> sa.ColumnElement[bool]:
    f = follows.alias()
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(f)
        .where(f.c.account_id == who, f.c.target_id == whom)
    )


# A person's subscriptions that want to hear of the sender, by the index on account_id.
@statement
def _wanting() -> sa.Select[Any]:
    me, sender = p("account_id", sa.BigInteger), p("sender", sa.BigInteger)
    return sa.select(s.id, s.endpoint, s.alerts).where(
        s.account_id == me,
        sa.or_(
            s.policy == PushPolicy.ALL.value,
            sa.and_(s.policy == PushPolicy.FOLLOWED.value, _follows(me, sender)),
            sa.and_(s.policy == PushPolicy.FOLLOWER.value, _follows(sender, me)),
        ),
    )


async def of_token(tx: Tx, token_id: int) -> PushSubscription | None:
    return _subscription(await tx.one(_by("token_id"), token_id=token_id))


async def by_id(tx: Tx, subscription_id: int) -> PushSubscription | None:
    return _subscription(await tx.one(_by("id"), id=subscription_id))


async def put(tx: Tx, item: PushSubscription) -> None:
    """In place of the token's earlier one."""
    values = msgspec.structs.asdict(item)
    values |= {
        "standard": int(item.standard),
        "alerts": _written(item.alerts),
        "policy": item.policy.value,
    }
    await tx.run(_put(), **values)


async def keep_newest(tx: Tx, account_id: int, keep: int) -> None:
    """Forgets a person's older subscriptions."""
    await tx.run(_old(), account_id=account_id, keep=keep)


async def change(tx: Tx, token_id: int, alerts: frozenset[str], policy: PushPolicy) -> bool:
    """False when the token has none."""
    changed = await tx.run(
        _change(), token_id=token_id, alerts=_written(alerts), policy=policy.value
    )
    return changed > 0


async def delete_of_token(tx: Tx, token_id: int) -> None:
    await tx.run(_delete("token_id"), token_id=token_id)


async def delete(tx: Tx, subscription_id: int) -> None:
    await tx.run(_delete("id"), id=subscription_id)


async def wanting(tx: Tx, account_id: int, sender: int, alert: str) -> list[tuple[int, str]]:
    """(id, endpoint) of the subscriptions that are to be told."""
    rows = await tx.all(_wanting(), account_id=account_id, sender=sender)
    return [(row[0], row[1]) for row in rows if alert in row[2].split()]


def _written(alerts: frozenset[str]) -> str:
    return " ".join(sorted(alerts))


def _subscription(row: Row | None) -> PushSubscription | None:
    if row is None:
        return None
    values = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    values["standard"] = bool(values["standard"])
    values["alerts"] = frozenset(values["alerts"].split())
    values["policy"] = PushPolicy(values["policy"])
    return PushSubscription(**values)
