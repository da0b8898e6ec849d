"""Client applications, grants and access tokens. Secrets are here only as SHA-256 hashes."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.account import Role
from fedschool.model.oauth import Client, Grant
from fedschool.ports.database import Row, Tx, p, statement
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_users import applications, grants, tokens, users

c = applications.c
g = grants.c
t = tokens.c
u = users.c
a = accounts.c

_CLIENT: list[sa.ColumnElement[Any]] = [
    c.id, c.name, c.website, c.redirect_uris, c.scopes, c.client_id, c.secret_hash, c.created_at,
]  # fmt: skip
_GRANT: list[sa.ColumnElement[Any]] = [
    g.id, g.application_id, g.user_id, g.redirect_uri, g.scopes, g.code_challenge, g.expires_at,
    g.used_at, g.token_id,
]  # fmt: skip


def _client(row: Row) -> Client:
    id_, name, website, redirect_uris, scopes, client_id, secret_hash, created_at = row
    return Client(
        id=id_,
        name=name,
        website=website,
        redirect_uris=tuple(redirect_uris.split()),
        scopes=tuple(scopes.split()),
        client_id=client_id,
        confidential=secret_hash != "",
        created_at=created_at,
    )


# One application by a unique index.
@statement
def _client_by(column: str) -> sa.Select[Any]:
    return sa.select(*_CLIENT).where(c[column] == p(column))


@statement
def _add_client() -> sa.sql.dml.Insert:
    names = [column.name for column in _CLIENT]
    return insert(applications).values({n: p(n) for n in names}).on_conflict_do_nothing()


async def add_client(tx: Tx, client: Client, secret_hash: str) -> None:
    """`secret_hash` is empty for a public client. A client id that is known stays as it is."""
    await tx.run(
        _add_client(),
        id=client.id,
        name=client.name,
        website=client.website,
        redirect_uris=" ".join(client.redirect_uris),
        scopes=" ".join(client.scopes),
        client_id=client.client_id,
        secret_hash=secret_hash,
        created_at=client.created_at,
    )


async def client_by_id(tx: Tx, application_id: int) -> Client | None:
    row = await tx.one(_client_by("id"), id=application_id)
    return _client(row) if row else None


async def client_by_client_id(tx: Tx, client_id: str) -> tuple[Client, str] | None:
    """The client and its secret's hash."""
    row = await tx.one(_client_by("client_id"), client_id=client_id)
    return (_client(row), row[6]) if row else None


class Bearer(msgspec.Struct, frozen=True):
    """A token's row with its person's standing; user fields are None for an app's token."""

    token_id: int
    application_id: int
    scopes: str
    user_id: int | None
    account_id: int | None
    role: str | None
    confirmed_at: int | None
    approved_at: int | None
    disabled_at: int | None
    suspended_at: int | None

    @property
    def rank(self) -> Role:
        return Role(self.role or Role.TEACHER)


# Who a token stands for, by the unique index on its hash.
@statement
def _bearer() -> sa.Select[Any]:
    return (
        sa.select(
            t.id, t.application_id, t.scopes, t.user_id, u.account_id, u.role, u.confirmed_at,
            u.approved_at, u.disabled_at, a.suspended_at,
        )
        .select_from(tokens)
        .outerjoin(users, u.id == t.user_id)
        .outerjoin(accounts, a.id == u.account_id)
        .where(t.token_hash == p("token_hash"))
    )  # fmt: skip


@statement
def _add_token() -> sa.sql.dml.Insert:
    names = ["id", "token_hash", "application_id", "user_id", "scopes", "created_at"]
    return sa.insert(tokens).values({name: p(name) for name in names})


@statement
def _delete_token() -> sa.sql.dml.Delete:
    return sa.delete(tokens).where(t.id == p("id"))


async def bearer(tx: Tx, token_hash: str) -> Bearer | None:
    row = await tx.one(_bearer(), token_hash=token_hash)
    return Bearer(*row) if row else None


async def add_token(
    tx: Tx,
    *,
    token_id: int,
    token_hash: str,
    application_id: int,
    user_id: int | None,
    scopes: str,
    now: int,
) -> None:
    """A token; `user_id` None stands for the application itself."""
    await tx.run(
        _add_token(),
        id=token_id,
        token_hash=token_hash,
        application_id=application_id,
        user_id=user_id,
        scopes=scopes,
        created_at=now,
    )


async def delete_token(tx: Tx, token_id: int) -> None:
    await tx.run(_delete_token(), id=token_id)


# One grant by the unique index on its code's hash.
@statement
def _grant() -> sa.Select[Any]:
    return sa.select(*_GRANT).where(g.code_hash == p("code_hash"))


@statement
def _add_grant() -> sa.sql.dml.Insert:
    names = [
        "id", "code_hash", "application_id", "user_id", "redirect_uri", "scopes",
        "code_challenge", "expires_at",
    ]  # fmt: skip
    return sa.insert(grants).values({name: p(name) for name in names})


# Whoever comes first uses it; a second waits for the row and then finds it used.
@statement
def _use_grant() -> sa.sql.dml.Update:
    return sa.update(grants).where(g.id == p("id"), g.used_at.is_(None)).values(used_at=p("now"))


@statement
def _link_grant() -> sa.sql.dml.Update:
    return sa.update(grants).where(g.id == p("id")).values(token_id=p("token_id"))


# One person's grants that are long over, by the index on user_id.
@statement
def _forget_grants() -> sa.sql.dml.Delete:
    return sa.delete(grants).where(g.user_id == p("user_id"), g.expires_at < p("before"))


async def add_grant(tx: Tx, grant: Grant, code_hash: str, forget_before: int) -> None:
    """Adds a grant, and forgets the person's grants that ran out before `forget_before`."""
    await tx.run(_forget_grants(), user_id=grant.user_id, before=forget_before)
    await tx.run(
        _add_grant(),
        id=grant.id,
        code_hash=code_hash,
        application_id=grant.application_id,
        user_id=grant.user_id,
        redirect_uri=grant.redirect_uri,
        scopes=grant.scopes,
        code_challenge=grant.code_challenge,
        expires_at=grant.expires_at,
    )


async def grant_by_code(tx: Tx, code_hash: str) -> Grant | None:
    row = await tx.one(_grant(), code_hash=code_hash)
    return Grant(**dict(zip(Grant.__struct_fields__, row, strict=True))) if row else None


async def use_grant(tx: Tx, grant_id: int, now: int) -> bool:
    """False when it was used before."""
    return await tx.run(_use_grant(), id=grant_id, now=now) == 1


async def link_grant(tx: Tx, grant_id: int, token_id: int) -> None:
    """Remembers what the grant was used for, so that a second use can take it back."""
    await tx.run(_link_grant(), id=grant_id, token_id=token_id)
