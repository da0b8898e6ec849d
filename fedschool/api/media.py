"""Uploads for posts (docs.joinmastodon.org/methods/media).

Images are ready at once, and both versions of the upload answer 200 with the final `url`. Films
and sounds take their time: the second version answers 202 without a `url`, and whoever asks again
gets 206 until it is there; the first version waits.
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
from fedschool.model.status import Attachment, MediaState
from fedschool.services import media

bp = Blueprint("media", __name__)


class UploadForm(msgspec.Struct, frozen=True):
    file: Upload | None = None
    description: str | None = None
    focus: str | None = None
    thumbnail: Upload | None = None


class ChangeForm(msgspec.Struct, frozen=True):
    description: str | None = None
    focus: str | None = None
    thumbnail: Upload | None = None


def shown(item: Attachment, unfinished: int = 206) -> Response:
    ready = item.state is MediaState.READY
    return answer(entities.attachment(item, context.links()), 200 if ready else unfinished)


@bp.post("/api/v2/media")
@auth.user("write:media")
async def create(viewer: Viewer) -> Response:
    return shown(await _upload(viewer, wait=False), 202)


@bp.post("/api/v1/media")
@auth.user("write:media")
async def create_and_wait(viewer: Viewer) -> Response:
    return shown(await _upload(viewer, wait=True))


async def _upload(viewer: Viewer, *, wait: bool) -> Attachment:
    context.limit(limits.MEDIA, f"account:{viewer.me}")
    form = await decode.body(UploadForm)
    file = form.file or Upload(b"")
    new = media.NewFile(
        data=file.data,
        content_type=file.content_type,
        description=form.description,
        focus=form.focus,
        thumbnail=b"" if form.thumbnail is None else form.thumbnail.data,
    )
    return await media.upload(site(), viewer, new, wait=wait)


@bp.get("/api/v1/media/<media_id>")
@auth.user("write:media")
async def show(viewer: Viewer, media_id: str) -> Response:
    return shown(await media.get(site(), viewer, number(media_id)))


@bp.put("/api/v1/media/<media_id>")
@auth.user("write:media")
async def change(viewer: Viewer, media_id: str) -> Response:
    form = await decode.body(ChangeForm)
    if form.thumbnail is not None:
        context.limit(limits.MEDIA, f"account:{viewer.me}")
    wanted = media.Change(
        description=form.description,
        focus=form.focus,
        thumbnail=b"" if form.thumbnail is None else form.thumbnail.data,
    )
    return shown(await media.change(site(), viewer, number(media_id), wanted))


@bp.delete("/api/v1/media/<media_id>")
@auth.user("write:media")
async def delete(viewer: Viewer, media_id: str) -> Response:
    context.limit(limits.DELETES, f"account:{viewer.me}")
    await media.delete(site(), viewer, number(media_id))
    return answer({})
