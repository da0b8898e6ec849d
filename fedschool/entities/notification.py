"""GroupedNotificationsResults, NotificationPolicy in both versions, and NotificationRequest."""

from collections.abc import Collection, Mapping
from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import moderation
from fedschool.entities import status as statuses
from fedschool.entities.fallback import fallback
from fedschool.entities.links import Links, moment
from fedschool.model.account import Account
from fedschool.model.notification import (
    GroupsView,
    NotificationGroup,
    PolicyView,
    RequestView,
    Verdict,
)

_BEFORE_V2 = ("not_following", "not_followers", "new_accounts", "private_mentions")


def groups(
    view: GroupsView,
    links: Links,
    *,
    partial: bool = False,
    supported: Collection[str] | None = None,
) -> dict[str, Any]:
    """docs.joinmastodon.org/methods/grouped_notifications/#GroupedNotificationsResults

    `partial`: of everybody but each group's latest, only what an avatar needs. `supported`: the
    types that the client knows, where it says so.
    """
    people = {item.id: item for item in view.accounts}
    latest = {item.accounts[0] for item in view.groups if item.accounts}
    body: dict[str, Any] = {
        "accounts": [
            accounts.account(item, links)
            for item in view.accounts
            if not partial or item.id in latest
        ],
        "statuses": statuses.statuses(view.statuses, links),
        "notification_groups": [
            group(item, view, links) | _fallback(item, view, people, supported)
            for item in view.groups
        ],
    }
    if partial:
        rest = (item for item in view.accounts if item.id not in latest)
        body["partial_accounts"] = [_avatar(item, links) for item in rest]
    return body


def group(item: NotificationGroup, view: GroupsView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/methods/grouped_notifications/#NotificationGroup"""
    body: dict[str, Any] = {
        "group_key": item.key,
        "notifications_count": item.count,
        "type": item.type.value,
        "most_recent_notification_id": item.newest_id,
        "sample_account_ids": [str(account_id) for account_id in item.accounts],
    }
    if item.page_max_id is not None and item.page_latest_at is not None:
        body["page_min_id"] = str(item.page_min_id)
        body["page_max_id"] = str(item.page_max_id)
        body["latest_page_notification_at"] = moment(item.page_latest_at)
    if item.status_id is not None:
        body["status_id"] = str(item.status_id)
    return body | moderation.subject(item.subject_id, view.subjects, links)


def policy(view: PolicyView) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/NotificationPolicy"""
    rules = {name: getattr(view.policy, name).value for name in view.policy.__struct_fields__}
    return {**rules, "summary": _summary(view)}


def policy_v1(view: PolicyView) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/V1_NotificationPolicy: a rule accepts, or it filters."""
    rules = {
        f"filter_{name}": getattr(view.policy, f"for_{name}") is not Verdict.ACCEPT
        for name in _BEFORE_V2
    }
    return {**rules, "summary": _summary(view)}


def request(view: RequestView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/NotificationRequest"""
    last = view.last_status
    return {
        "id": str(view.id),
        "created_at": moment(view.created_at),
        "updated_at": moment(view.updated_at),
        "notifications_count": str(view.count),
        "account": accounts.account(view.account, links),
        "last_status": None if last is None else statuses.status(last, links),
    }


def _fallback(
    item: NotificationGroup,
    view: GroupsView,
    people: Mapping[int, Account],
    supported: Collection[str] | None,
) -> dict[str, Any]:
    who = people.get(item.accounts[0]) if item.accounts else None
    if who is None:
        return {}
    return fallback(item.type, who, item.subject_id, view.subjects, supported)


def _summary(view: PolicyView) -> dict[str, int]:
    return {
        "pending_requests_count": view.requests,
        "pending_notifications_count": view.notifications,
    }


def _avatar(item: Account, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/methods/grouped_notifications/#PartialAccountWithAvatar"""
    whole = accounts.account(item, links)
    names = ("id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot")
    return {name: whole[name] for name in names}
