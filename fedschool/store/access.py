"""What acts for a person: applications with their tokens, and browsers that are signed in."""

from typing import Any

import sqlalchemy as sa

from fedschool.model.access import AuthorizedApp, BrowserSession
from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_users import applications, grants, sessions, tokens

t, a, s = tokens.c, applications.c, sessions.c


# A person's tokens by application: by the index on user_id.
@statement
def _applications() -> sa.Select[Any]:
    return (
        sa.select(a.id, a.name, a.website, t.scopes, t.created_at)
        .join_from(tokens, applications, a.id == t.application_id)
        .where(t.user_id == p("user_id"))
        .order_by(t.id)
    )


@statement
def _tokens() -> sa.Select[Any]:
    return sa.select(t.id).where(t.user_id == p("user_id"), t.application_id == p("application_id"))


# Codes that were not turned into a token yet.
@statement
def _delete_grants() -> sa.sql.dml.Delete:
    g = grants.c
    return sa.delete(grants).where(
        g.user_id == p("user_id"), g.application_id == p("application_id")
    )


@statement
def _sessions() -> sa.Select[Any]:
    return (
        sa.select(s.id, s.created_at, s.expires_at, s.session_hash)
        .where(s.user_id == p("user_id"), s.expires_at > p("now", sa.BigInteger))
        .order_by(s.id.desc())
    )


@statement
def _close() -> sa.sql.base.Executable:
    return sa.delete(sessions).where(s.id == p("id"), s.user_id == p("user_id")).returning(s.id)


async def authorized(tx: Tx, user_id: int) -> list[AuthorizedApp]:
    """The applications that hold tokens of the person's, by their first token."""
    found: dict[int, AuthorizedApp] = {}
    for id_, name, website, scopes, created_at in await tx.all(_applications(), user_id=user_id):
        before = found.get(id_)
        known = () if before is None else before.scopes
        found[id_] = AuthorizedApp(
            id=id_,
            name=name,
            website=website,
            scopes=tuple(dict.fromkeys((*known, *scopes.split()))),
            created_at=created_at if before is None else before.created_at,
        )
    return list(found.values())


async def tokens_of(tx: Tx, user_id: int, application_id: int) -> list[int]:
    rows = await tx.all(_tokens(), user_id=user_id, application_id=application_id)
    return [row[0] for row in rows]


async def forget_grants(tx: Tx, user_id: int, application_id: int) -> None:
    await tx.run(_delete_grants(), user_id=user_id, application_id=application_id)


async def browsers(tx: Tx, user_id: int, now: int, this: str | None) -> list[BrowserSession]:
    """Sessions that are open, the latest first; `this`: the hash of the one that asks."""
    rows = await tx.all(_sessions(), user_id=user_id, now=now)
    return [BrowserSession(row[0], row[1], row[2], row[3] == this) for row in rows]


async def close_browser(tx: Tx, user_id: int, session_id: int) -> bool:
    """False when the person has no such session."""
    return await tx.value(_close(), id=session_id, user_id=user_id) is not None
