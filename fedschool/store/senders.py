"""Who may be at the other end: keys with their owners, and servers that are not listened to."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Account
from fedschool.ports.database import Tx, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import policies
from fedschool.store.base import account_keys, accounts, domain_policies


# A remote key and its owner, by the unique index on key_id.
@statement
def _by_key() -> sa.Select[Any]:
    k = account_keys.c
    return (
        sa.select(k.public_pem, *accounts_store.COLUMNS)
        .join_from(account_keys, accounts, accounts.c.id == k.account_id)
        .where(k.key_id == p("key_id"), accounts.c.domain != "")
    )


# A remote account by primary key, unless it or its server has been sent away.
@statement
def _welcome() -> sa.Select[Any]:
    d = domain_policies.c
    blocked = sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(domain_policies)
        .where(d.domain == accounts.c.domain, d.severity == policies.SUSPEND)
    )
    return sa.select(*accounts_store.COLUMNS).where(
        accounts.c.id == p("id"),
        accounts.c.domain != "",
        accounts.c.suspended_at.is_(None),
        ~blocked,
    )


async def by_key(tx: Tx, key_id: str, authority: str) -> tuple[bool, tuple[str, Account] | None]:
    """Whether the key's server is blocked, and the key (PEM) with its owner if it is known."""
    rows, found = await tx.batch([policies.severities_call(authority), _by_key()(key_id=key_id)])
    known = (found[0][0], accounts_store.account(tuple(found[0])[1:])) if found else None
    return policies.blocks(rows), known


async def welcome(tx: Tx, account_id: int) -> Account | None:
    """The remote account, if it is still here and heard."""
    row = await tx.one(_welcome(), id=account_id)
    return None if row is None else accounts_store.account(row)
