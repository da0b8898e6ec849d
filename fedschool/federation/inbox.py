"""The inboxes (ActivityPub 7.1): whichever is used, an activity is taken in the same way."""

from quart import Blueprint, Response

from fedschool.errors import NotFound
from fedschool.federation import authenticate
from fedschool.http.context import site
from fedschool.services import discovery, inbox, synchronization

bp = Blueprint("inbox", __name__)


@bp.post("/inbox")
@bp.post("/actor/inbox")
async def shared() -> Response:
    return await _take_in()


@bp.post("/users/<username>/inbox")
async def personal(username: str) -> Response:
    if await discovery.person(site(), username) is None:
        raise NotFound
    return await _take_in()


async def _take_in() -> Response:
    signed = await authenticate.sender(site())
    if signed is not None:
        await inbox.accept(site(), signed.sender, signed.body, signature=signed.signature)
        if signed.synchronization:
            await synchronization.heard(site(), signed.sender, signed.synchronization)
    return Response(b"", 202, content_type="text/plain")
