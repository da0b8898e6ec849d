"""Access tokens: who one stands for, what it covers, and how a client comes by it (RFC 6749)."""

import secrets
from collections.abc import Iterable

from fedschool.errors import FedschoolError, NotFound, OAuthRefusal, Unauthenticated
from fedschool.model.account import User, Viewer
from fedschool.model.measures import DAY
from fedschool.model.oauth import (
    DEFAULT_SCOPE,
    FOLLOW,
    SCOPES,
    AccessToken,
    Client,
    Credentials,
)
from fedschool.ports.database import Tx
from fedschool.services import applications, users
from fedschool.services.applications import digest
from fedschool.site import TOKENS, Site
from fedschool.store import oauth as store
from fedschool.store import users as user_store

TOKEN_BYTES = 32
TOKEN_LIMIT = 512
# The client that tokens from the command line belong to; no redirect leads to it.
_COMMAND_LINE = "fedschool-command-line"


async def authenticate(site: Site, token: str) -> Viewer:
    """Who this access token stands for: a person, or an application alone (no `account_id`).

    Raises Unauthenticated for an unknown token, Forbidden where the person may not act.
    """
    if len(token) > TOKEN_LIMIT:
        raise Unauthenticated
    async with site.reading() as tx:
        found = await store.bearer(tx, digest(token))
    if found is None:
        raise Unauthenticated
    if found.user_id is not None:
        users.check_standing(
            found.confirmed_at, found.approved_at, found.disabled_at, found.suspended_at
        )
        site.presence.note(found.user_id, site.now() // DAY)
    return Viewer(
        account_id=found.account_id,
        local=found.account_id is not None,
        user_id=found.user_id,
        token_id=found.token_id,
        application_id=found.application_id,
        scopes=frozenset(found.scopes.split()),
        role=found.rank,
    )


def covers(scopes: frozenset[str], needed: str) -> bool:
    """Whether these scopes include `needed`: `read` includes `read:statuses`."""
    if needed in scopes:
        return True
    if needed in FOLLOW and "follow" in scopes:
        return True
    parent = needed.rpartition(":")[0]
    return parent != "" and covers(scopes, parent)


def granted(asked: str | None, allowed: Iterable[str]) -> str:
    """The scopes that a client asks for, in one form. Raises OAuthRefusal `invalid_scope`.

    Nothing asked is `read`. A client may ask for less than it was registered for.
    """
    wanted = dict.fromkeys((asked or "").split()) or {DEFAULT_SCOPE: None}
    within = frozenset(allowed)
    if not all(scope in SCOPES and covers(within, scope) for scope in wanted):
        raise OAuthRefusal(
            "invalid_scope", "The requested scope is invalid, unknown, or malformed."
        )
    return " ".join(wanted)


async def for_client(site: Site, sent: Credentials, scope: str | None) -> AccessToken:
    """A token for the application itself (RFC 6749, 4.4). Raises OAuthRefusal."""
    client = await applications.prove(site, sent)
    scopes = granted(scope, client.scopes)
    async with site.writing() as tx:
        return await issue(tx, site, client, None, scopes)


async def for_password(
    site: Site,
    sent: Credentials,
    login: str,
    password: str,
    scope: str | None,
    *,
    ip: str | None = None,
) -> AccessToken:
    """A token for a person's name and password (RFC 6749, 4.3), where the setting allows it.

    Raises OAuthRefusal.
    """
    if not site.settings.oauth_password_grant:
        raise unsupported_grant()
    client = await applications.prove(site, sent)
    scopes = granted(scope, client.scopes)
    try:
        user = await users.prove(site, login, password)
    except FedschoolError as error:
        raise OAuthRefusal("invalid_grant", error.public) from error
    async with site.writing() as tx:
        await users.seen_from(tx, site, user.id, ip)
        return await issue(tx, site, client, user.id, scopes)


async def for_sign_up(site: Site, viewer: Viewer, user: User) -> AccessToken:
    """The token that a client gets for the person it has just signed up."""
    client = await applications.of_viewer(site, viewer)
    async with site.writing() as tx:
        return await issue(tx, site, client, user.id, " ".join(sorted(viewer.scopes)))


async def token_for(site: Site, *, username: str, scopes: str) -> str:
    """A token made by an administrator on the command line. Raises NotFound, OAuthRefusal."""
    wanted = granted(scopes, SCOPES)
    async with site.writing() as tx:
        user = await user_store.by_username(tx, username)
        if user is None:
            raise NotFound(f"There is no login named {username}")
        client = await _command_line(tx, site)
        return (await issue(tx, site, client, user.id, wanted)).token


async def issue(
    tx: Tx, site: Site, client: Client, user_id: int | None, scopes: str
) -> AccessToken:
    """Writes a new token, of which only the hash is kept; `user_id` None is for the client."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    token = AccessToken(site.ids.next(), secret, scopes, site.now())
    await store.add_token(
        tx,
        token_id=token.id,
        token_hash=digest(secret),
        application_id=client.id,
        user_id=user_id,
        scopes=scopes,
        now=token.created_at,
    )
    return token


async def revoke(site: Site, sent: Credentials, token: str) -> None:
    """Ends a token (RFC 7009). Unknown tokens are fine; raises OAuthRefusal for somebody else's."""
    try:
        client = await applications.prove(site, sent, may_be_public=True)
    except OAuthRefusal as error:
        raise _not_yours() from error
    async with site.writing() as tx:
        found = await store.bearer(tx, digest(token[:TOKEN_LIMIT]))
        if found is None:
            return
        if found.application_id != client.id:
            raise _not_yours()
        await withdraw(tx, site, found.token_id)


async def withdraw(tx: Tx, site: Site, token_id: int) -> None:
    """Deletes a token, and tells open streams that it is gone."""
    await store.delete_token(tx, token_id)
    message = str(token_id).encode()
    tx.after_commit(lambda: site.bus.publish(TOKENS, message))


def unsupported_grant() -> OAuthRefusal:
    return OAuthRefusal(
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
    )


def _not_yours() -> OAuthRefusal:
    return OAuthRefusal(
        "unauthorized_client", "You are not authorized to revoke this token", status=403
    )


async def _command_line(tx: Tx, site: Site) -> Client:
    known = await store.client_by_client_id(tx, _COMMAND_LINE)
    if known is None:
        client = Client(
            id=site.ids.next(),
            name="fedschool",
            website=None,
            redirect_uris=(),
            scopes=SCOPES,
            client_id=_COMMAND_LINE,
            confidential=False,
            created_at=site.now(),
        )
        await store.add_client(tx, client, "")
        known = await store.client_by_client_id(tx, _COMMAND_LINE)
    assert known is not None
    return known[0]
