"""Joining from a client (docs.joinmastodon.org/methods/accounts/#create)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.entities import oauth as entities
from fedschool.errors import Unprocessable
from fedschool.http import context, decode, limits
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.registration import SignUp
from fedschool.services import oauth, users

bp = Blueprint("api_signup", __name__)


class SignUpForm(msgspec.Struct, frozen=True):
    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = "en"
    reason: str | None = None


@bp.post("/api/v1/accounts")
@auth.application("write:accounts")
async def create(viewer: Viewer) -> Response:
    """A new person and a token, which works once the person may act."""
    if viewer.account_id is not None:
        raise Unprocessable("This method requires an application's own token")
    context.limit(limits.SIGN_UP, context.peer())
    form = await decode.body(SignUpForm)
    user = await users.sign_up(
        site(),
        SignUp(
            username=form.username,
            email=form.email,
            password=form.password,
            agreement=form.agreement,
            locale=form.locale,
            reason=form.reason or "",
        ),
        ip=context.address(),
    )
    token = await oauth.for_sign_up(site(), viewer, user)
    return answer(entities.token(token), headers={"Cache-Control": "no-store"})
