"""Who is at the browser, and the proof that a form comes from our own page.

Two cookies, each 256 random bits: one for somebody signed in, of which the database keeps only
the hash, and one for a stranger who was shown a form. A form's token is made from the cookie,
so that it is worth nothing in another browser and nothing after signing out.
"""

import hashlib
import hmac
import re
import secrets

import msgspec
from quart import g, request
from werkzeug.sansio.response import Response

from fedschool.errors import Forbidden
from fedschool.http.context import site
from fedschool.services import sessions
from fedschool.services.sessions import Session

FIELD = "csrf"
HOME = "/"
SECRET_BYTES = 32

_SECRET = re.compile(r"[A-Za-z0-9_-]{20,100}")
# One reading only: no second slash or escape in the path that somebody could decode once more
_OWN_PATH = re.compile(r"(?:/[A-Za-z0-9_@.~-]+)*/?(?:\?[A-Za-z0-9_@.~/?:&=+%,;!*'()-]*)?")


class Visitor(msgspec.Struct, frozen=True):
    """`secret` is the cookie's value: the session's, or a stranger's (new where none came)."""

    session: Session | None
    secret: str

    @property
    def form_token(self) -> str:
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()


async def visitor() -> Visitor:
    """Who is at the browser; looked up once in a request."""
    known: Visitor | None = g.get("visitor")
    if known is None:
        known = g.visitor = await _look_up()
    return known


async def proven_form() -> Visitor:
    """The visitor whose page sent this form. Raises Forbidden for any other origin of it."""
    who = await visitor()
    sent = (await request.form).get(FIELD, "")
    if not hmac.compare_digest(sent.encode(), who.form_token.encode()):
        raise Forbidden("This form has grown old. Go back, reload the page, and try again")
    return who


def remember(response: Response, secret: str) -> None:
    """Signs the browser in, for as long as a session lives."""
    _set(response, _session_cookie(), secret, sessions.LIFETIME // 1000)
    g.pop("visitor", None)


def forget(response: Response) -> None:
    """Signs the browser out."""
    response.delete_cookie(
        _session_cookie(), path="/", secure=site().settings.secure, httponly=True, samesite="Lax"
    )


def remember_visit(response: Response, who: Visitor) -> None:
    """A stranger's cookie, until the browser closes."""
    if request.cookies.get(_visit_cookie()) != who.secret:
        _set(response, _visit_cookie(), who.secret, None)


def own_path(text: str | None) -> str:
    """The way back that a form names, if it is surely one of ours; else the start page."""
    return text if text and _OWN_PATH.fullmatch(text) and text.startswith("/") else HOME


async def _look_up() -> Visitor:
    secret = _cookie(_session_cookie())
    if secret is not None:
        found = await sessions.find(site(), secret)
        if found is not None:
            return Visitor(found, secret)
    return Visitor(None, _cookie(_visit_cookie()) or secrets.token_urlsafe(SECRET_BYTES))


def _cookie(name: str) -> str | None:
    value = request.cookies.get(name, "")
    return value if _SECRET.fullmatch(value) else None


def _set(response: Response, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=site().settings.secure,
        httponly=True,
        samesite="Lax",
    )


def _session_cookie() -> str:
    return _name("fedschool")


def _visit_cookie() -> str:
    return _name("fedschool-visit")


def _name(plain: str) -> str:
    # Cookies know no ports, and labs run several instances on one host.
    port = site().settings.host.partition(":")[2]
    name = f"{plain}-{port}" if port else plain
    # `__Host-` keeps a neighbour under the same domain from planting a cookie of its own.
    return f"__Host-{name}" if site().settings.secure else name
