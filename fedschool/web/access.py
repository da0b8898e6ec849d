"""The page where people see what acts for them, and end it."""

from quart import Blueprint, Response, redirect
from werkzeug.wrappers import Response as Redirect

from fedschool import ids
from fedschool.errors import Forbidden, NotFound
from fedschool.http.context import site
from fedschool.services import access
from fedschool.web import session, signin
from fedschool.web.scopes import sentences
from fedschool.web.session import Visitor
from fedschool.web.templating import page

bp = Blueprint("web_access", __name__)
PATH = "/settings/applications"


@bp.get(PATH)
async def show() -> Response | Redirect:
    who = await session.visitor()
    if who.session is None:
        return redirect(signin.way_in(PATH), 303)
    found = await access.of(site(), who.session.user.id, secret=who.secret)
    permissions = {app.id: sentences(" ".join(app.scopes)) for app in found.applications}
    return await page("pages/applications.html", found=found, permissions=permissions)


@bp.post(f"{PATH}/<application_id>/revoke")
async def revoke(application_id: str) -> Redirect:
    user_id = _user(await session.proven_form())
    await access.revoke(site(), user_id, _id(application_id))
    return redirect(PATH, 303)


@bp.post(f"{PATH}/sessions/<session_id>/close")
async def close(session_id: str) -> Redirect:
    user_id = _user(await session.proven_form())
    await access.close(site(), user_id, _id(session_id))
    return redirect(PATH, 303)


def _user(who: Visitor) -> int:
    if who.session is None:
        raise Forbidden
    return who.session.user.id


def _id(text: str) -> int:
    found = ids.parse(text)
    if found is None:
        raise NotFound
    return found
