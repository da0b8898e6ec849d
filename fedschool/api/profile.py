"""The viewer's own profile as they edit it (docs.joinmastodon.org/methods/profile)."""

from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.accounts import ProfileForm, change_of
from fedschool.entities import profile as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import profiles

bp = Blueprint("profile", __name__)


@bp.get("/api/v1/profile")
@auth.user("read:accounts", "profile")
async def show(viewer: Viewer) -> Response:
    view = await profiles.credentials(site(), viewer)
    return answer(entities.profile(view.account, context.links()))


@bp.route("/api/v1/profile", methods=["PATCH", "PUT"])
@auth.user("write:accounts")
async def update(viewer: Viewer) -> Response:
    change = change_of(await decode.body(ProfileForm))
    view = await profiles.update(site(), viewer, change)
    return answer(entities.profile(view.account, context.links()))
