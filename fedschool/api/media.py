"""Uploads for posts (docs.joinmastodon.org/methods/media).

Images are ready at once, so both versions of the upload answer 200 with the final `url`. A
`thumbnail` of the client's own is for videos and sound, which are not served yet: it is ignored.
"""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import status as entities
from fedschool.http import context, decode, limits
from fedschool.http.context import answer, site
from fedschool.http.decode import Upload
from fedschool.model.account import Viewer
from fedschool.model.status import Attachment
from fedschool.services import media

bp = Blueprint("media", __name__)


class UploadForm(msgspec.Struct, frozen=True):
    file: Upload | None = None
    description: str | None = None
    focus: str | None = None


def shown(item: Attachment) -> Response:
    return answer(entities.attachment(item, context.links()))


@bp.post("/api/v1/media")
@bp.post("/api/v2/media", endpoint="create_v2")
@auth.user("write:media")
async def create(viewer: Viewer) -> Response:
    context.limit(limits.MEDIA, f"account:{viewer.me}")
    form = await decode.body(UploadForm)
    file = form.file or Upload(b"")
    new = media.NewFile(
        data=file.data,
        content_type=file.content_type,
        description=form.description,
        focus=form.focus,
    )
    return shown(await media.upload(site(), viewer, new))


@bp.get("/api/v1/media/<media_id>")
@auth.user("write:media")
async def show(viewer: Viewer, media_id: str) -> Response:
    return shown(await media.get(site(), viewer, number(media_id)))


@bp.put("/api/v1/media/<media_id>")
@auth.user("write:media")
async def change(viewer: Viewer, media_id: str) -> Response:
    wanted = await decode.body(media.Change)
    return shown(await media.change(site(), viewer, number(media_id), wanted))


@bp.delete("/api/v1/media/<media_id>")
@auth.user("write:media")
async def delete(viewer: Viewer, media_id: str) -> Response:
    context.limit(limits.DELETES, f"account:{viewer.me}")
    await media.delete(site(), viewer, number(media_id))
    return answer({})
