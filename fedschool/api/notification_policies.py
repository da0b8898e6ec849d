"""Policies and requests (docs.joinmastodon.org/methods/notifications/#get-policy and below)."""

import msgspec
from quart import Blueprint, Response

from fedschool import ids
from fedschool.api import auth, paging
from fedschool.api.auth import number
from fedschool.entities import notification as entities
from fedschool.http import context, decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.services import notification_policies as policies
from fedschool.services.notification_policies import PolicyChange

bp = Blueprint("notification_policies", __name__)
REQUESTS = "/api/v1/notifications/requests"


class FirstPolicyForm(msgspec.Struct, frozen=True, kw_only=True):
    """The first version's rules, on or off."""

    filter_not_following: bool | None = None
    filter_not_followers: bool | None = None
    filter_new_accounts: bool | None = None
    filter_private_mentions: bool | None = None


class RequestsForm(msgspec.Struct, frozen=True):
    id: list[str] = []


@bp.get("/api/v2/notifications/policy")
@auth.user("read:notifications")
async def policy(viewer: Viewer) -> Response:
    return answer(entities.policy(await policies.policy(site(), viewer)))


@bp.route("/api/v2/notifications/policy", methods=["PATCH", "PUT"])
@auth.user("write:notifications")
async def change_policy(viewer: Viewer) -> Response:
    wanted = await decode.body(PolicyChange)
    return answer(entities.policy(await policies.change(site(), viewer, wanted)))


@bp.get("/api/v1/notifications/policy")
@auth.user("read:notifications")
async def first_policy(viewer: Viewer) -> Response:
    return answer(entities.policy_v1(await policies.policy(site(), viewer)))


@bp.route("/api/v1/notifications/policy", methods=["PATCH", "PUT"])
@auth.user("write:notifications")
async def change_first_policy(viewer: Viewer) -> Response:
    form = await decode.body(FirstPolicyForm)
    wanted = PolicyChange(
        for_not_following=_verdict(form.filter_not_following),
        for_not_followers=_verdict(form.filter_not_followers),
        for_new_accounts=_verdict(form.filter_new_accounts),
        for_private_mentions=_verdict(form.filter_private_mentions),
    )
    return answer(entities.policy_v1(await policies.change(site(), viewer, wanted)))


@bp.get(REQUESTS)
@auth.user("read:notifications")
async def requests(viewer: Viewer) -> Response:
    found = await policies.requests(site(), viewer, paging.cursor(40, 80))
    links = context.links()
    return paging.answer_page(found, [entities.request(view, links) for view in found.items])


@bp.get(f"{REQUESTS}/<request_id>")
@auth.user("read:notifications")
async def request(viewer: Viewer, request_id: str) -> Response:
    view = await policies.request(site(), viewer, number(request_id))
    return answer(entities.request(view, context.links()))


@bp.get(f"{REQUESTS}/merged")
@auth.user("read:notifications")
async def merged(_viewer: Viewer) -> Response:
    # What is accepted is told in the same transaction: there is never anything left to do.
    return answer({"merged": True})


@bp.post(f"{REQUESTS}/<request_id>/accept")
@auth.user("write:notifications")
async def accept(viewer: Viewer, request_id: str) -> Response:
    await policies.accept(site(), viewer, number(request_id))
    return answer({})


@bp.post(f"{REQUESTS}/<request_id>/dismiss")
@auth.user("write:notifications")
async def dismiss(viewer: Viewer, request_id: str) -> Response:
    await policies.dismiss(site(), viewer, number(request_id))
    return answer({})


@bp.post(f"{REQUESTS}/accept")
@auth.user("write:notifications")
async def accept_many(viewer: Viewer) -> Response:
    await policies.accept_many(site(), viewer, await _asked())
    return answer({})


@bp.post(f"{REQUESTS}/dismiss")
@auth.user("write:notifications")
async def dismiss_many(viewer: Viewer) -> Response:
    await policies.dismiss_many(site(), viewer, await _asked())
    return answer({})


async def _asked() -> list[int]:
    """What can be ids; the rest is nobody's."""
    texts = (await decode.body(RequestsForm)).id
    return [value for text in texts if (value := ids.parse(text)) is not None]


def _verdict(filters: bool | None) -> str | None:
    if filters is None:
        return None
    return "filter" if filters else "accept"
