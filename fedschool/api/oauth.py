"""Client applications and their tokens (docs.joinmastodon.org/methods/apps, /oauth)."""

import base64
import binascii
from urllib.parse import unquote_plus

import msgspec
from quart import Blueprint, Response, request

from fedschool.api import auth
from fedschool.entities import oauth as entities
from fedschool.errors import Malformed, OAuthRefusal, TooLarge, Unprocessable
from fedschool.http import context, decode, limits
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.oauth import AccessToken, Credentials
from fedschool.services import applications, grants, oauth, users

bp = Blueprint("api_oauth", __name__)

# RFC 7591's way to register a client that cannot keep a secret
_PUBLIC = "none"
_PRIVATE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class AppForm(msgspec.Struct, frozen=True):
    client_name: str = ""
    redirect_uris: list[str] = []
    scopes: list[str] = []
    website: str | None = None
    confidential: bool = True
    token_endpoint_auth_method: str | None = None


class TokenForm(msgspec.Struct, frozen=True):
    grant_type: str = ""
    client_id: str | None = None
    client_secret: str | None = None
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str | None = None
    scope: str | None = None
    username: str = ""
    password: str = ""


class RevokeForm(msgspec.Struct, frozen=True):
    token: str = ""
    client_id: str | None = None
    client_secret: str | None = None


@bp.errorhandler(OAuthRefusal)
async def _refused(error: OAuthRefusal) -> Response:
    headers = dict(_PRIVATE)
    if error.status == 401 and _basic() is not None:
        headers["WWW-Authenticate"] = 'Basic realm="OAuth client"'
    body = {"error": error.code, "error_description": error.public}
    return answer(body, error.status, headers)


@bp.post("/api/v1/apps")
async def register() -> Response:
    context.limit(limits.APPS, context.peer())
    form = await decode.body(AppForm)
    asked = applications.Registration(
        name=form.client_name,
        redirect_uris=tuple(form.redirect_uris),
        scopes=" ".join(form.scopes),
        website=form.website,
        confidential=form.confidential and form.token_endpoint_auth_method != _PUBLIC,
    )
    client, secret = await applications.register(site(), asked)
    body = entities.credential_application(client, secret, site().vapid.public_key)
    return answer(body, headers=_PRIVATE)


@bp.get("/api/v1/apps/verify_credentials")
@auth.application()
async def verify_credentials(viewer: Viewer) -> Response:
    client = await applications.of_viewer(site(), viewer)
    return answer(entities.application(client, site().vapid.public_key))


@bp.post("/oauth/token")
async def token() -> Response:
    form = await _form(TokenForm)
    return answer(entities.token(await _granted(form)), headers=_PRIVATE)


async def _granted(form: TokenForm) -> AccessToken:
    sent = _credentials(form.client_id, form.client_secret)
    if form.grant_type == "authorization_code":
        return await grants.redeem(site(), sent, form.code, form.redirect_uri, form.code_verifier)
    if form.grant_type == "client_credentials":
        context.limit(limits.APP_TOKENS, context.peer())
        return await oauth.for_client(site(), sent, form.scope)
    if form.grant_type == "password":
        context.limit(limits.SIGN_IN, context.peer())
        return await oauth.for_password(
            site(), sent, form.username, form.password, form.scope, ip=context.address()
        )
    raise oauth.unsupported_grant()


@bp.post("/oauth/revoke")
async def revoke() -> Response:
    form = await _form(RevokeForm)
    sent = _credentials(form.client_id, form.client_secret)
    await oauth.revoke(site(), sent, form.token)
    return answer({}, headers=_PRIVATE)


@bp.route("/oauth/userinfo", methods=["GET", "POST"])
@auth.user("profile")
async def userinfo(viewer: Viewer) -> Response:
    """Who signed in, as OpenID Connect's claims say it."""
    account = await users.profile(site(), viewer)
    claims = {
        "iss": f"{site().settings.url}/",
        "sub": account.uri,
        "name": account.display_name or account.username,
        "preferred_username": account.username,
        "profile": account.url,
        "picture": site().links.avatar(account),
    }
    return answer(claims, headers=_PRIVATE)


@bp.get("/.well-known/oauth-authorization-server")
async def metadata() -> Response:
    settings = site().settings
    grant_types = ["authorization_code", "client_credentials"]
    if settings.oauth_password_grant:
        grant_types.append("password")
    return answer(entities.server_metadata(settings.url, grant_types))


async def _form(type_: type[decode.S]) -> decode.S:
    """The request's fields; what cannot be read is refused in OAuth's own words."""
    try:
        return await decode.body(type_)
    except (Malformed, Unprocessable, TooLarge) as error:
        raise OAuthRefusal("invalid_request", error.public) from error


def _credentials(client_id: str | None, secret: str | None) -> Credentials:
    """What the client proves itself with: HTTP Basic (RFC 6749, 2.3.1) or fields."""
    return _basic() or Credentials(client_id, secret)


def _basic() -> Credentials | None:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return Credentials()
    client_id, _, secret = text.partition(":")
    return Credentials(unquote_plus(client_id), unquote_plus(secret))
