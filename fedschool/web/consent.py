"""The page on which a person lets a client in, or does not (RFC 6749, 4.1.1)."""

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from fedschool.errors import Malformed, OAuthRefusal
from fedschool.http import decode
from fedschool.http.context import site
from fedschool.model.oauth import OUT_OF_BAND
from fedschool.services import grants
from fedschool.services.grants import Asked, Question
from fedschool.web import scopes, session, signin
from fedschool.web.templating import SELF, page

bp = Blueprint("web_consent", __name__)

PATH = "/oauth/authorize"

_HOST = re.compile(r"[A-Za-z0-9.-]+")


class Decision(msgspec.Struct, frozen=True):
    decision: str = ""


@bp.errorhandler(OAuthRefusal)
async def _refused(error: OAuthRefusal) -> Response:
    return await page("pages/refused.html", error.status, code=error.code, description=error.public)


@bp.get(PATH)
async def ask() -> Response | Redirect:
    asked = decode.query(Asked)
    question = await grants.question(site(), asked)
    who = await session.visitor()
    if who.session is None or asked.force_login:
        return redirect(signin.way_in(_again(asked)), 303)
    return await page(
        "pages/authorize.html",
        form=True,
        form_action=f"{SELF} {_source(asked.redirect_uri)}".strip(),
        question=question,
        destination=_destination(question),
        permissions=scopes.sentences(question.scopes),
        fields=_fields(asked),
        other_account=signin.way_in(_again(asked)),
    )


@bp.post(PATH)
async def answer() -> Response | Redirect:
    who = await session.proven_form()
    asked = decode.convert((await request.form).to_dict(), Asked)
    question = await grants.question(site(), asked)
    if who.session is None:
        return redirect(signin.way_in(_again(asked)), 303)
    decision = (await decode.body(Decision)).decision
    if decision == "allow":
        code = await grants.allow(site(), who.session.viewer, question)
        if question.out_of_band:
            return await page("pages/code.html", question=question, code=code)
        return redirect(question.answer(code=code), 303)
    if decision != "deny":
        raise Malformed("The form must say yes or no")
    if question.out_of_band:
        return await page("pages/denied.html", question=question)
    return redirect(
        question.answer(error="access_denied", error_description="The person said no."), 303
    )


def _fields(asked: Asked) -> dict[str, str]:
    """The request once more, for the form and for the way back after signing in."""
    named: dict[str, Any] = msgspec.structs.asdict(asked)
    return {
        name: value for name, value in named.items() if isinstance(value, str) and name != "lang"
    }


def _again(asked: Asked) -> str:
    return f"{PATH}?{urlencode(_fields(asked))}"


def _destination(question: Question) -> str | None:
    """Where an allowed client takes the person, in few words; None for a code on our page."""
    uri = question.asked.redirect_uri
    if uri == OUT_OF_BAND:
        return None
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme in ("http", "https") else f"an app ({parts.scheme}:)"


def _source(uri: str) -> str:
    """The redirect's target as a CSP source; browsers hold a form's redirects to it."""
    if uri == OUT_OF_BAND:
        return ""
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or ""):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"
