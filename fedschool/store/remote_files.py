"""Where other servers' pictures lie, as long as what they belong to may be shown."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_media import emojis, media_attachments
from fedschool.store.tables_statuses import statuses

a, e, m = accounts.c, emojis.c, media_attachments.c


class RemoteFile(msgspec.Struct, frozen=True):
    """`domain` is the server of the account that shows it, which need not be the URL's host.

    `kind` is that of the file: image, video, gifv or audio.
    """

    url: str
    domain: str
    kind: str = "image"


# A file of a status that is there, by a person who is not suspended; primary keys all the way.
@statement
def _attachment() -> sa.Select[Any]:
    return (
        sa.select(m.remote_url, a.domain, m.kind, m.preview_remote_url)
        .join_from(media_attachments, statuses, statuses.c.id == m.status_id)
        .join(accounts, a.id == statuses.c.account_id)
        .where(
            m.id == p("id"),
            m.kind != "unknown",
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


# An emoji of another server, by primary key.
@statement
def _emoji() -> sa.Select[Any]:
    return sa.select(e.remote_url, e.domain).where(
        e.id == p("id"), e.domain != "", e.remote_url.is_not(None)
    )


async def attachment(tx: Tx, media_id: int) -> RemoteFile | None:
    row = await tx.one(_attachment(), id=media_id)
    return None if row is None else RemoteFile(row[0], row[1], row[2])


async def preview(tx: Tx, media_id: int) -> RemoteFile | None:
    """The small picture: of an image itself, of a film what its server gave for it."""
    row = await tx.one(_attachment(), id=media_id)
    if row is None:
        return None
    url = row[0] if row[2] == "image" else row[3]
    return None if url is None else RemoteFile(url, row[1])


async def emoji(tx: Tx, emoji_id: int) -> RemoteFile | None:
    return _file(await tx.one(_emoji(), id=emoji_id))


async def avatar(tx: Tx, account_id: int) -> RemoteFile | None:
    return _file(await tx.one(_picture("avatar"), id=account_id))


async def header(tx: Tx, account_id: int) -> RemoteFile | None:
    return _file(await tx.one(_picture("header"), id=account_id))


def _file(row: Row | None) -> RemoteFile | None:
    return None if row is None else RemoteFile(row[0], row[1])
