"""Private conversations (docs.joinmastodon.org/methods/conversations)."""

from quart import Blueprint, Response

from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import conversation as entities
from fedschool.http import context
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.conversation import ConversationView
from fedschool.services import conversations

bp = Blueprint("conversations", __name__)


@bp.get("/api/v1/conversations")
@auth.user("read:statuses")
async def page(viewer: Viewer) -> Response:
    found = await conversations.page(site(), viewer, paging.cursor(20, 40))
    links = context.links()
    return paging.answer_page(found, [entities.conversation(view, links) for view in found.items])


@bp.post("/api/v1/conversations/<conversation_id>/read")
@auth.user("write:conversations")
async def read(viewer: Viewer, conversation_id: str) -> Response:
    wanted = number(conversation_id)
    return _shown(await conversations.mark(site(), viewer, wanted, unread=False))


@bp.post("/api/v1/conversations/<conversation_id>/unread")
@auth.user("write:conversations")
async def unread(viewer: Viewer, conversation_id: str) -> Response:
    wanted = number(conversation_id)
    return _shown(await conversations.mark(site(), viewer, wanted, unread=True))


@bp.delete("/api/v1/conversations/<conversation_id>")
@auth.user("write:conversations")
async def delete(viewer: Viewer, conversation_id: str) -> Response:
    await conversations.delete(site(), viewer, number(conversation_id))
    return answer({})


def _shown(view: ConversationView) -> Response:
    return answer(entities.conversation(view, context.links()))
