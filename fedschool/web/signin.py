"""Signing in and out."""

from urllib.parse import urlencode

import msgspec
from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from fedschool.errors import Forbidden, Unauthenticated
from fedschool.http import context, decode, limits
from fedschool.http.context import site
from fedschool.services import sessions, users
from fedschool.web import session
from fedschool.web.templating import page

bp = Blueprint("web_signin", __name__)

PATH = "/auth/sign_in"


class SignInForm(msgspec.Struct, frozen=True):
    login: str = ""
    password: str = ""
    next: str | None = None


def way_in(then: str) -> str:
    """The address of the sign-in page that leads on to `then`, a path of ours."""
    return f"{PATH}?{urlencode({'next': then})}"


@bp.get(PATH)
async def form() -> Response:
    return await _form(session.own_path(request.args.get("next")))


@bp.post(PATH)
async def sign_in() -> Response | Redirect:
    who = await session.proven_form()
    sent = await decode.body(SignInForm)
    then = session.own_path(sent.next)
    context.limit(limits.SIGN_IN, context.peer())
    context.limit(limits.SIGN_IN, f"login {sent.login.strip().lower()[:254]}")
    try:
        secret = await sessions.sign_in(site(), sent.login, sent.password, ip=context.address())
    except (Unauthenticated, Forbidden) as error:
        return await _form(then, status=error.status, login=sent.login, error=error.public)
    if who.session is not None:
        await sessions.sign_out(site(), who.secret)
    response = redirect(then, 303)
    session.remember(response, secret)
    return response


@bp.post("/auth/sign_out")
async def sign_out() -> Response | Redirect:
    who = await session.proven_form()
    if who.session is not None:
        await sessions.sign_out(site(), who.secret)
    response = redirect(session.HOME, 303)
    session.forget(response)
    return response


async def _form(
    then: str, *, status: int = 200, login: str = "", error: str | None = None
) -> Response:
    return await page(
        "pages/sign_in.html",
        status,
        form=True,
        then=then,
        login=login,
        error=error,
        may_join=users.open_to_sign_ups(site()),
    )
