"""A person's yes to a client: asked on a page, traded for a token (RFC 6749, 4.1; RFC 7636)."""

import base64
import hashlib
import hmac
import re
import secrets
from urllib.parse import urlencode

import msgspec

from fedschool.errors import OAuthRefusal
from fedschool.model.account import Viewer
from fedschool.model.oauth import OUT_OF_BAND, AccessToken, Client, Credentials, Grant
from fedschool.ports.database import Tx
from fedschool.services import applications, oauth
from fedschool.services.applications import digest
from fedschool.site import Site
from fedschool.store import oauth as store

LIFETIME = 10 * 60 * 1000
# Used grants are remembered for a while, so that a stolen code still ends its token.
MEMORY = 24 * 3600 * 1000
CODE_BYTES = 32
STATE_LIMIT = 4_096
S256 = "S256"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An authorization request as the client's link carries it."""

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str | None = None
    state: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    force_login: bool = False
    lang: str | None = None


class Question(msgspec.Struct, frozen=True):
    """A request that was found in order: what the person is asked to allow."""

    client: Client
    scopes: str
    asked: Asked

    @property
    def out_of_band(self) -> bool:
        return self.asked.redirect_uri == OUT_OF_BAND

    def answer(self, **told: str) -> str:
        """Where the browser goes with the answer; `state` goes back as it came."""
        uri = self.asked.redirect_uri
        if self.asked.state is not None:
            told["state"] = self.asked.state
        return f"{uri}{'&' if '?' in uri else '?'}{urlencode(told)}"


async def question(site: Site, asked: Asked) -> Question:
    """What a person must decide. Raises OAuthRefusal.

    Refusals are shown, never redirected: anybody can register a client, and a redirect without
    a person's decision would lend our name to any address (RFC 9700, 4.11.2).
    """
    client = await applications.named(site, asked.client_id)
    if client is None:
        raise OAuthRefusal("invalid_client", "This application is not known here.", status=401)
    if asked.redirect_uri not in client.redirect_uris:
        raise OAuthRefusal(
            "invalid_redirect_uri", "The redirect URI is not one that the application registered."
        )
    if asked.response_type != "code":
        raise OAuthRefusal("unsupported_response_type", "Only the response type `code` is known.")
    if asked.state is not None and len(asked.state) > STATE_LIMIT:
        raise OAuthRefusal("invalid_request", "The state is too long.")
    _check_challenge(client, asked)
    return Question(client, oauth.granted(asked.scope, client.scopes), asked)


async def allow(site: Site, viewer: Viewer, question: Question) -> str:
    """The person says yes: a code that the client can trade once, within ten minutes."""
    assert viewer.user_id is not None
    code = secrets.token_urlsafe(CODE_BYTES)
    now = site.now()
    grant = Grant(
        id=site.ids.next(),
        application_id=question.client.id,
        user_id=viewer.user_id,
        redirect_uri=question.asked.redirect_uri,
        scopes=question.scopes,
        code_challenge=question.asked.code_challenge or None,
        expires_at=now + LIFETIME,
        used_at=None,
        token_id=None,
    )
    async with site.writing() as tx:
        await store.add_grant(tx, grant, digest(code), now - MEMORY)
    return code


async def redeem(
    site: Site, sent: Credentials, code: str, redirect_uri: str, verifier: str | None
) -> AccessToken:
    """Trades a code for its token. A second use fails and ends the token of the first.

    Raises OAuthRefusal.
    """
    client = await applications.prove(site, sent, may_be_public=True)
    async with site.writing() as tx:
        token = await _redeem(tx, site, client, code, redirect_uri, verifier)
    if token is None:
        raise OAuthRefusal(
            "invalid_grant",
            "The provided authorization grant is invalid, expired, revoked, does not match the "
            "redirection URI used in the authorization request, or was issued to another client.",
        )
    return token


async def _redeem(
    tx: Tx, site: Site, client: Client, code: str, redirect_uri: str, verifier: str | None
) -> AccessToken | None:
    grant = await store.grant_by_code(tx, digest(code))
    if grant is None or grant.application_id != client.id:
        return None
    if grant.used_at is None:
        fits = (
            grant.redirect_uri == redirect_uri
            and grant.expires_at > site.now()
            and _fits(grant.code_challenge, verifier)
        )
        if not fits:
            return None
        if await store.use_grant(tx, grant.id, site.now()):
            token = await oauth.issue(tx, site, client, grant.user_id, grant.scopes)
            await store.link_grant(tx, grant.id, token.id)
            return token
        grant = await store.grant_by_code(tx, digest(code))
    if grant is not None and grant.token_id is not None:
        await oauth.withdraw(tx, site, grant.token_id)
    return None


def _check_challenge(client: Client, asked: Asked) -> None:
    if not asked.code_challenge:
        if not client.confidential:
            raise OAuthRefusal("invalid_request", "A public application must use PKCE.")
        return
    if asked.code_challenge_method != S256:
        raise OAuthRefusal("invalid_request", "The code challenge method must be S256.")
    if not _CHALLENGE.fullmatch(asked.code_challenge):
        raise OAuthRefusal("invalid_request", "The code challenge is not a SHA-256 in base64url.")


def _fits(challenge: str | None, verifier: str | None) -> bool:
    """Whether the verifier belongs to the challenge; neither may come without the other."""
    if not challenge or not verifier:
        return not challenge and not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made.decode(), challenge)
