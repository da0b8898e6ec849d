"""Who may be at the other end: keys with their owners, and servers that are not listened to."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Account
from fedschool.model.servers import Standing
from fedschool.ports.database import Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import policies
from fedschool.store.tables_accounts import account_keys, accounts


# A remote key and its owner, by the unique index on key_id.
@statement
def _by_key() -> sa.Select[Any]:
    k = account_keys.c
    return (
        sa.select(k.public_pem, *accounts_store.COLUMNS)
        .join_from(account_keys, accounts, accounts.c.id == k.account_id)
        .where(k.key_id == p("key_id"), accounts.c.domain != "")
    )


# A remote account by primary key, unless it has been sent away.
@statement
def _welcome() -> sa.Select[Any]:
    return sa.select(*accounts_store.COLUMNS).where(
        accounts.c.id == p("id"), accounts.c.domain != "", accounts.c.suspended_at.is_(None)
    )


async def by_key(
    tx: Tx, key_id: str, authority: str
) -> tuple[Standing, tuple[str, Account] | None]:
    """What holds for the key's server, and the key (PEM) with its owner if it is known."""
    rows, found = await tx.batch([policies.standing_call(authority), _by_key()(key_id=key_id)])
    known = (found[0][0], accounts_store.account(tuple(found[0])[1:])) if found else None
    return policies.judge(rows), known


async def welcome(tx: Tx, account_id: int) -> Account | None:
    """The remote account, if it is still here and not suspended."""
    row = await tx.one(_welcome(), id=account_id)
    return None if row is None else accounts_store.account(row)
