"""Client applications: registered by anybody, proven by a secret or, if public, by PKCE alone."""

import hashlib
import hmac
import re
import secrets
from urllib.parse import urlsplit

import msgspec

from fedschool.errors import FieldError, NotFound, OAuthRefusal, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.oauth import DEFAULT_SCOPE, OUT_OF_BAND, SCOPES, Client, Credentials
from fedschool.site import Site
from fedschool.store import oauth as store

NAME_LIMIT = 100
URI_LIMIT = 2000
URIS_LIMIT = 20
SECRET_BYTES = 32

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
# Schemes that run or show something in our page's name instead of leading to a client
_NOT_A_CLIENT = frozenset(
    {"javascript", "data", "vbscript", "file", "blob", "about", "view-source"}
)
_WEB = ("http", "https")


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What a developer's client says about itself."""

    name: str = ""
    redirect_uris: tuple[str, ...] = ()
    scopes: str = ""
    website: str | None = None
    confidential: bool = True


async def register(site: Site, asked: Registration) -> tuple[Client, str]:
    """The new client and its secret, which is never shown again; empty for a public client.

    Raises Unprocessable.
    """
    redirect_uris = tuple(dict.fromkeys(u for text in asked.redirect_uris for u in text.split()))
    scopes = tuple(dict.fromkeys(asked.scopes.split())) or (DEFAULT_SCOPE,)
    _check(asked, redirect_uris, scopes)
    secret = secrets.token_urlsafe(SECRET_BYTES) if asked.confidential else ""
    client = Client(
        id=site.ids.next(),
        name=asked.name.strip(),
        website=asked.website or None,
        redirect_uris=redirect_uris,
        scopes=scopes,
        client_id=secrets.token_urlsafe(SECRET_BYTES),
        confidential=asked.confidential,
        created_at=site.now(),
    )
    async with site.writing() as tx:
        await store.add_client(tx, client, digest(secret) if secret else "")
    return client, secret


async def prove(site: Site, sent: Credentials, *, may_be_public: bool = False) -> Client:
    """The client that these credentials belong to. Raises OAuthRefusal `invalid_client`."""
    found = None
    if sent.client_id and len(sent.client_id) <= URI_LIMIT:
        async with site.reading() as tx:
            found = await store.client_by_client_id(tx, sent.client_id)
    if found is None:
        raise _unproven()
    client, secret_hash = found
    if not client.confidential:
        if not may_be_public or sent.secret:
            raise _unproven()
        return client
    if not hmac.compare_digest(secret_hash, digest(sent.secret or "")):
        raise _unproven()
    return client


async def named(site: Site, client_id: str) -> Client | None:
    """The client of an authorization request, which carries no proof."""
    async with site.reading() as tx:
        found = await store.client_by_client_id(tx, client_id[:URI_LIMIT])
    return found[0] if found else None


async def of_viewer(site: Site, viewer: Viewer) -> Client:
    """The client whose token is in use. Raises NotFound."""
    async with site.reading() as tx:
        client = await store.client_by_id(tx, viewer.application_id or 0)
    if client is None:
        raise NotFound
    return client


def digest(secret: str) -> str:
    """How a random secret is stored; a slow hash adds nothing to 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_redirect_uri(uri: str) -> bool:
    """Whether a person's browser may be sent there with a code in its hand."""
    if uri == OUT_OF_BAND:
        return True
    if len(uri) > URI_LIMIT or not uri.isascii() or not uri.isprintable() or "#" in uri:
        return False
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    scheme = parts.scheme.lower()
    if not _SCHEME.fullmatch(scheme) or scheme in _NOT_A_CLIENT or any(c in uri for c in "\\\"'<>"):
        return False
    return bool(host) and parts.username is None if scheme in _WEB else len(uri) > len(scheme) + 1


def _check(asked: Registration, redirect_uris: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    name = asked.name.strip()
    if not name or len(name) > NAME_LIMIT:
        raise _wrong("client_name", "Application name", "can't be blank or too long")
    if not redirect_uris or len(redirect_uris) > URIS_LIMIT:
        raise _wrong("redirect_uris", "Redirect URI", f"must be 1 to {URIS_LIMIT} addresses")
    if not all(is_redirect_uri(uri) for uri in redirect_uris):
        raise _wrong("redirect_uris", "Redirect URI", "must be an absolute URI without fragment")
    if not set(scopes) <= set(SCOPES):
        raise _wrong("scopes", "Scopes", "doesn't match configured on the server.")
    if asked.website and not _is_website(asked.website):
        raise _wrong("website", "Website", "must be an http or https address")


def _is_website(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return len(text) <= URI_LIMIT and parts.scheme in _WEB and bool(parts.netloc)


def _wrong(field: str, label: str, why: str) -> Unprocessable:
    error = FieldError("ERR_INVALID", why)
    return Unprocessable(f"Validation failed: {label} {why}", {field: [error]})


def _unproven() -> OAuthRefusal:
    return OAuthRefusal(
        "invalid_client",
        "Client authentication failed due to unknown client, no client authentication "
        "included, or unsupported authentication method.",
        status=401,
    )
