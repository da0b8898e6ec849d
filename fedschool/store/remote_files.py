"""Where other servers' pictures lie, as long as what they belong to may be shown."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.base import accounts, media_attachments, statuses

a, m = accounts.c, media_attachments.c


class RemoteFile(msgspec.Struct, frozen=True):
    """`domain` is the server of the account that shows it, which need not be the URL's host."""

    url: str
    domain: str


# An image of a status that is there, by a person who is not suspended; primary keys all the way.
@statement
def _attachment() -> sa.Select[Any]:
    return (
        sa.select(m.remote_url, a.domain)
        .join_from(media_attachments, statuses, statuses.c.id == m.status_id)
        .join(accounts, a.id == statuses.c.account_id)
        .where(
            m.id == p("id"),
            m.kind == "image",
            m.key.is_(None),
            m.remote_url.is_not(None),
            a.suspended_at.is_(None),
        )
    )


@statement
def _picture(kind: str) -> sa.Select[Any]:
    url, key = a[f"{kind}_remote_url"], a[f"{kind}_key"]
    return sa.select(url, a.domain).where(
        a.id == p("id"), url.is_not(None), key.is_(None), a.suspended_at.is_(None)
    )


async def attachment(tx: Tx, media_id: int) -> RemoteFile | None:
    return _file(await tx.one(_attachment(), id=media_id))


async def avatar(tx: Tx, account_id: int) -> RemoteFile | None:
    return _file(await tx.one(_picture("avatar"), id=account_id))


async def header(tx: Tx, account_id: int) -> RemoteFile | None:
    return _file(await tx.one(_picture("header"), id=account_id))


def _file(row: Row | None) -> RemoteFile | None:
    return None if row is None else RemoteFile(row[0], row[1])
