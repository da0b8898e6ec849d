"""Somebody pressed "follow" or "reply" on another server, and named us as their own.

That server sends the browser here (WebFinger's `subscribe` template); nothing is fetched or
done for anybody who is not signed in.
"""

from urllib.parse import urlencode

import msgspec
from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from fedschool.errors import FedschoolError, NotFound
from fedschool.http import context, decode, limits
from fedschool.http.context import site
from fedschool.model.account import Account, Viewer
from fedschool.model.status import Status
from fedschool.services import accounts, relationships, remote, statuses
from fedschool.services.relationships import FollowOptions
from fedschool.web import session
from fedschool.web.signin import way_in
from fedschool.web.templating import page

bp = Blueprint("web_interact", __name__)

PATH = "/authorize_interaction"
MAX_URI = 2_048
NOT_FOUND = "Nobody, and no post, could be found at this address"


class FollowForm(msgspec.Struct, frozen=True):
    account_id: str = ""


@bp.get(PATH)
async def ask() -> Response | Redirect:
    """Shows who or what is meant, and asks a signed-in person what to do."""
    uri = request.args.get("uri", "").strip()
    if not uri or len(uri) > MAX_URI:
        raise NotFound(NOT_FOUND)
    who = await session.visitor()
    if who.session is None:
        return redirect(way_in(f"{PATH}?{urlencode({'uri': uri})}"), 303)
    viewer = who.session.viewer
    context.limit(limits.LOOK_UPS, f"account:{viewer.me}")
    found = await _meant(viewer, uri)
    if isinstance(found, Account):
        [standing] = await relationships.between(site(), viewer, [found.id])
        return await page("pages/follow.html", form=True, account=found, standing=standing)
    view = await statuses.get(site(), viewer, found.id)
    return await page("pages/answer.html", view=view)


@bp.post(PATH)
async def follow() -> Response | Redirect:
    who = await session.proven_form()
    if who.session is None:
        return redirect(way_in(session.HOME), 303)
    viewer = who.session.viewer
    sent = await decode.body(FollowForm)
    if not sent.account_id.isascii() or not sent.account_id.isdigit():
        raise NotFound
    account = await accounts.get(site(), viewer, int(sent.account_id[:19]))
    await relationships.follow(site(), viewer, account.id, FollowOptions())
    [standing] = await relationships.between(site(), viewer, [account.id])
    return await page("pages/follow.html", form=True, account=account, standing=standing)


async def _meant(viewer: Viewer, uri: str) -> Account | Status:
    """The account or post at an address, or with a handle. Raises NotFound."""
    try:
        if uri.startswith(("http://", "https://")):
            return await remote.resolve_uri(site(), uri)
        handle = uri.removeprefix("acct:").removeprefix("@")
        username, _, domain = handle.partition("@")
        if not domain:
            return await accounts.lookup(site(), viewer, username)
        return await remote.resolve_handle(site(), username, domain)
    except FedschoolError as error:
        raise NotFound(NOT_FOUND) from error
