"""WebPushSubscription, and what a push message says."""

from typing import Any

from fedschool.entities.links import Links
from fedschool.model.push import ALERTS, PushSubscription
from fedschool.model.timeline import NotificationView

# By the names of notifications, as those of alerts.
_TITLES = {
    "mention": "{} mentioned you",
    "status": "{} just posted",
    "reblog": "{} boosted your post",
    "quote": "{} quoted your post",
    "follow": "{} follows you now",
    "follow_request": "{} asks to follow you",
    "favourite": "{} favourited your post",
    "update": "{} edited a post",
    "quoted_update": "{} edited a post that you quoted",
    "poll": "A poll has ended",
    "admin.sign_up": "{} signed up",
    "admin.report": "{} sent a report",
}
MAX_NAME = 100


def subscription(item: PushSubscription, server_key: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/WebPushSubscription; real servers write `id` as a number."""
    return {
        "id": item.id,
        "endpoint": item.endpoint,
        "standard": item.standard,
        "alerts": {name: name in item.alerts for name in ALERTS},
        "policy": item.policy.value,
        "server_key": server_key,
    }


def message(
    view: NotificationView, links: Links, *, access_token: str, locale: str, body: str
) -> dict[str, Any]:
    """What a client reads; apps insist on a number as `notification_id`, though ids are texts."""
    name = (view.account.display_name or view.account.username)[:MAX_NAME]
    return {
        "access_token": access_token,
        "preferred_locale": locale,
        "notification_id": view.id,
        "notification_type": view.type.value,
        "icon": links.avatar(view.account),
        "title": _TITLES.get(view.type.value, "{}").format(name),
        "body": body,
    }
