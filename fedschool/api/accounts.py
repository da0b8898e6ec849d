"""Accounts and the viewer's own profile (docs.joinmastodon.org/methods/accounts)."""

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.entities import account as entities
from fedschool.errors import Malformed, NotFound, NotImplementedYet, Unprocessable
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.http.decode import Upload
from fedschool.model.account import Viewer
from fedschool.services import accounts, profiles
from fedschool.services.profiles import Credentials, FieldDraft, ProfileChange

bp = Blueprint("accounts", __name__)


class Batch(msgspec.Struct, frozen=True):
    id: list[str] = []


class LookupQuery(msgspec.Struct, frozen=True):
    acct: str = ""


class SearchQuery(msgspec.Struct, frozen=True):
    q: str = ""
    limit: int = 40
    offset: int = 0
    resolve: bool = False
    following: bool = False


class FieldForm(msgspec.Struct, frozen=True):
    name: str | None = None
    value: str | None = None


class SourceForm(msgspec.Struct, frozen=True):
    privacy: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


class ProfileForm(msgspec.Struct, frozen=True):
    """Files may come as nothing, as an empty file or as an empty text: all leave the picture."""

    display_name: str | None = None
    note: str | None = None
    avatar: Upload | str | None = None
    avatar_description: str | None = None
    header: Upload | str | None = None
    header_description: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_featured: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    attribution_domains: list[str] | None = None
    fields_attributes: list[FieldForm] | None = None
    source: SourceForm | None = None


def shown(view: Credentials) -> Response:
    body = entities.credentials(view.account, view.user, view.follow_requests, context.links())
    return answer(body)


def parse_ids(texts: list[str]) -> list[int]:
    """What can be an id; the rest belongs to nobody."""
    return [value for text in texts if (value := ids.parse(text)) is not None]


@bp.get("/api/v1/accounts")
@auth.anybody("read:accounts")
async def many(viewer: Viewer) -> Response:
    wanted = parse_ids(decode.query(Batch).id)
    found = await accounts.get_many(site(), viewer, wanted)
    return answer(entities.accounts(found, context.links()))


@bp.get("/api/v1/accounts/<account_id>")
@auth.anybody("read:accounts")
async def show(viewer: Viewer, account_id: str) -> Response:
    found = await accounts.get(site(), viewer, number(account_id))
    return answer(entities.account(found, context.links()))


@bp.get("/api/v1/accounts/lookup")
@auth.anybody("read:accounts")
async def lookup(viewer: Viewer) -> Response:
    acct = decode.query(LookupQuery).acct
    if not acct:
        raise NotFound
    found = await accounts.lookup(site(), viewer, acct)
    return answer(entities.account(found, context.links()))


@bp.get("/api/v1/accounts/search")
@auth.user("read:accounts")
async def search(viewer: Viewer) -> Response:
    asked = decode.query(SearchQuery)
    if asked.limit < 0 or asked.offset < 0:
        raise Malformed("limit and offset must not be negative")
    wanted = accounts.Search(
        text=asked.q,
        limit=max(1, min(asked.limit, 80)),
        offset=asked.offset,
        resolve=asked.resolve,
        following=asked.following,
    )
    found = await accounts.search(site(), viewer, wanted)
    return answer(entities.accounts(found, context.links()))


@bp.get("/api/v1/accounts/verify_credentials")
@auth.user("read:accounts", "profile")
async def verify_credentials(viewer: Viewer) -> Response:
    return shown(await profiles.credentials(site(), viewer))


@bp.route("/api/v1/accounts/update_credentials", methods=["PATCH", "PUT"])
@auth.user("write:accounts")
async def update_credentials(viewer: Viewer) -> Response:
    change = change_of(await decode.body(ProfileForm))
    return shown(await profiles.update(site(), viewer, change))


@bp.delete("/api/v1/profile/avatar")
@auth.user("write:accounts")
async def remove_avatar(viewer: Viewer) -> Response:
    return shown(await profiles.remove_avatar(site(), viewer))


@bp.delete("/api/v1/profile/header")
@auth.user("write:accounts")
async def remove_header(viewer: Viewer) -> Response:
    return shown(await profiles.remove_header(site(), viewer))


@bp.post("/api/v1/accounts/<account_id>/email_subscriptions")
@auth.anybody()
async def subscribe_by_mail(viewer: Viewer, account_id: str) -> Response:
    """No account's posts are sent by mail here, and none says that they are."""
    await accounts.get(site(), viewer, number(account_id))
    raise NotImplementedYet("Posts are not sent by e-mail here")


@bp.get("/api/v1/preferences")
@auth.user("read:accounts")
async def preferences(viewer: Viewer) -> Response:
    view = await profiles.credentials(site(), viewer)
    return answer(entities.preferences(view.user))


def change_of(form: ProfileForm) -> ProfileChange:
    """What a form of the profile asks for."""
    source = form.source or SourceForm()
    fields = form.fields_attributes
    return ProfileChange(
        display_name=form.display_name,
        note=form.note,
        fields=None
        if fields is None
        else tuple(FieldDraft(row.name or "", row.value or "") for row in fields),
        avatar=_file(form.avatar),
        avatar_description=form.avatar_description,
        header=_file(form.header),
        header_description=form.header_description,
        locked=form.locked,
        bot=form.bot,
        discoverable=form.discoverable,
        indexable=form.indexable,
        hide_collections=form.hide_collections,
        show_featured=form.show_featured,
        show_media=form.show_media,
        show_media_replies=form.show_media_replies,
        attribution_domains=None
        if form.attribution_domains is None
        else tuple(form.attribution_domains),
        privacy=source.privacy or None,
        sensitive=source.sensitive,
        language=source.language,
        quote_policy=source.quote_policy,
    )


def _file(sent: Upload | str | None) -> bytes | None:
    if isinstance(sent, Upload):
        return sent.data
    if sent:
        raise Unprocessable("Validation failed: a picture must be sent as a file")
    return None
