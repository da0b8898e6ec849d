"""Push subscriptions (docs.joinmastodon.org/methods/push)."""

import msgspec
from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.entities import push as entities
from fedschool.errors import Unauthenticated
from fedschool.http import decode
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.push import PushSubscription
from fedschool.services import push

bp = Blueprint("push", __name__)


class Keys(msgspec.Struct, frozen=True):
    p256dh: str = ""
    auth: str = ""


class Subscription(msgspec.Struct, frozen=True):
    endpoint: str = ""
    keys: Keys = Keys()
    standard: bool = False


class Alerts(msgspec.Struct, frozen=True):
    mention: bool = False
    quote: bool = False
    status: bool = False
    reblog: bool = False
    follow: bool = False
    follow_request: bool = False
    favourite: bool = False
    poll: bool = False
    update: bool = False
    quoted_update: bool = False
    sign_up: bool = msgspec.field(name="admin.sign_up", default=False)
    report: bool = msgspec.field(name="admin.report", default=False)


class Data(msgspec.Struct, frozen=True):
    alerts: Alerts = Alerts()
    policy: str | None = None


class Form(msgspec.Struct, frozen=True):
    """The policy comes in `data` or beside it."""

    subscription: Subscription = Subscription()
    data: Data = Data()
    policy: str | None = None

    @property
    def alerts(self) -> frozenset[str]:
        sent = msgspec.to_builtins(self.data.alerts)
        return frozenset(name for name, wanted in sent.items() if wanted)

    @property
    def wanted_policy(self) -> str:
        return self.data.policy or self.policy or "all"


@bp.post("/api/v1/push/subscription")
@auth.user("push")
async def subscribe(viewer: Viewer) -> Response:
    form = await decode.body(Form)
    token = auth.bearer()
    if token is None:
        raise Unauthenticated
    wish = push.Wish(
        endpoint=form.subscription.endpoint,
        p256dh=form.subscription.keys.p256dh,
        auth=form.subscription.keys.auth,
        standard=form.subscription.standard,
        alerts=form.alerts,
        policy=form.wanted_policy,
    )
    return _answered(await push.subscribe(site(), viewer, token, wish))


@bp.get("/api/v1/push/subscription")
@auth.user("push")
async def show(viewer: Viewer) -> Response:
    return _answered(await push.get(site(), viewer))


@bp.put("/api/v1/push/subscription")
@auth.user("push")
async def change(viewer: Viewer) -> Response:
    form = await decode.body(Form)
    return _answered(await push.change(site(), viewer, form.alerts, form.wanted_policy))


@bp.delete("/api/v1/push/subscription")
@auth.user("push")
async def unsubscribe(viewer: Viewer) -> Response:
    await push.unsubscribe(site(), viewer)
    return answer({})


def _answered(item: PushSubscription) -> Response:
    return answer(entities.subscription(item, site().vapid.public_key))
