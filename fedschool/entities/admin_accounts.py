"""Admin::Account and Admin::Report: what the staff's clients are shown."""

from collections.abc import Iterable
from typing import Any

import msgspec

from fedschool.entities import account as accounts
from fedschool.entities import status as statuses
from fedschool.entities.links import Links, moment
from fedschool.entities.rule import rules
from fedschool.model.moderation import AdminAccount, AdminReport


def account(view: AdminAccount, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_Account"""
    item, user = view.account, view.user
    # Who is not let in yet is hidden, which is nothing that the staff did.
    shown = item if view.suspended else msgspec.structs.replace(item, suspended_at=None)
    return {
        "id": str(item.id),
        "username": item.username,
        "domain": item.domain,
        "created_at": moment(item.created_at),
        "email": user.email if user else None,
        "ip": view.ips[0].ip if view.ips else None,
        "ips": [{"ip": seen.ip, "used_at": moment(seen.used_at)} for seen in view.ips],
        "locale": user.locale if user else None,
        "invite_request": (user.reason or None) if user else None,
        "role": accounts.role(user.role) if user else None,
        "confirmed": bool(user and user.confirmed_at),
        "approved": bool(user and user.approved_at),
        "disabled": bool(user and user.disabled_at),
        "silenced": item.silenced_at is not None,
        "suspended": view.suspended,
        "sensitized": item.sensitized_at is not None,
        "account": accounts.account(shown, links),
    }


def report(view: AdminReport, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_Report"""
    item = view.report
    return {
        "id": str(item.id),
        "action_taken": item.resolved_at is not None,
        "action_taken_at": None if item.resolved_at is None else moment(item.resolved_at),
        "category": item.category.value,
        "comment": item.comment,
        "forwarded": item.forwarded,
        "created_at": moment(item.created_at),
        "updated_at": moment(item.updated_at),
        "account": account(view.account, links),
        "target_account": account(view.target, links),
        "assigned_account": account(view.assigned, links) if view.assigned else None,
        "action_taken_by_account": account(view.resolved_by, links) if view.resolved_by else None,
        "statuses": statuses.statuses(view.statuses, links),
        "rules": rules(view.rules),
    }


def account_list(views: Iterable[AdminAccount], links: Links) -> list[dict[str, Any]]:
    return [account(view, links) for view in views]
