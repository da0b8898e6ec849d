"""Asking to join, in a browser."""

import msgspec
from quart import Blueprint, Response

from fedschool.errors import Forbidden, Unprocessable
from fedschool.http import context, decode, limits
from fedschool.http.context import site
from fedschool.model.registration import PASSWORD_MIN, REASON_LIMIT, USERNAME_LIMIT, SignUp
from fedschool.services import rules, users
from fedschool.settings import Registrations
from fedschool.web import session
from fedschool.web.templating import page

bp = Blueprint("web_signup", __name__)

PATH = "/auth/sign_up"


class SignUpForm(msgspec.Struct, frozen=True):
    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    reason: str = ""


@bp.get(PATH)
async def form() -> Response:
    if not users.open_to_sign_ups(site()):
        return await page("pages/sign_up_closed.html", contact=site().settings.contact_email)
    return await _form(SignUpForm(), {})


@bp.post(PATH)
async def sign_up() -> Response:
    await session.proven_form()
    sent = await decode.body(SignUpForm)
    context.limit(limits.SIGN_UP, context.peer())
    asked = SignUp(
        username=sent.username.strip().removeprefix("@"),
        email=sent.email.strip(),
        password=sent.password,
        agreement=sent.agreement,
        reason=sent.reason.strip(),
    )
    try:
        user = await users.sign_up(site(), asked, ip=context.address())
    except Unprocessable as error:
        problems = {name: errors[0].description for name, errors in error.details.items()}
        return await _form(sent, problems, error.status)
    except Forbidden as error:
        return await page(
            "pages/sign_up_closed.html", error.status, contact=site().settings.contact_email
        )
    return await page("pages/joined.html", user=user, username=asked.username)


async def _form(sent: SignUpForm, problems: dict[str, str], status: int = 200) -> Response:
    return await page(
        "pages/sign_up.html",
        status,
        form=True,
        sent=sent,
        problems=problems,
        by_approval=site().settings.registrations is Registrations.APPROVAL,
        confirm_email=site().settings.confirm_email,
        username_limit=USERNAME_LIMIT,
        password_min=PASSWORD_MIN,
        reason_limit=REASON_LIMIT,
        rules=await rules.shown(site()),
    )
