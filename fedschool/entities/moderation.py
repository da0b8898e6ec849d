"""Report, AccountWarning and RelationshipSeveranceEvent: what people are told of moderation."""

from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import kit
from fedschool.entities.links import Links, moment
from fedschool.model.account import Account
from fedschool.model.moderation import ReportView, Severance, Strike, Subjects


def report(view: ReportView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Report"""
    item = view.report
    return {
        "id": str(item.id),
        "action_taken": item.resolved_at is not None,
        "action_taken_at": None if item.resolved_at is None else moment(item.resolved_at),
        "category": item.category.value,
        "comment": item.comment,
        "forwarded": item.forwarded,
        "created_at": moment(item.created_at),
        "status_ids": [str(id_) for id_ in item.status_ids] or None,
        "rule_ids": [str(id_) for id_ in item.rule_ids] or None,
        "collection_ids": None,
        "target_account": accounts.account(view.target, links),
    }


def warning(item: Strike, target: Account, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/AccountWarning; there are no appeals."""
    return {
        "id": str(item.id),
        "action": item.act.value,
        "text": item.text,
        "status_ids": [str(id_) for id_ in item.status_ids] or None,
        "target_account": accounts.account(target, links),
        "appeal": None,
        "created_at": moment(item.created_at),
    }


def severance(item: Severance) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/RelationshipSeveranceEvent"""
    return {
        "id": str(item.id),
        "type": item.kind.value,
        "purged": False,
        "target_name": item.target_name,
        "followers_count": item.followers_count,
        "following_count": item.following_count,
        "created_at": moment(item.created_at),
    }


def subject(subject_id: int | None, subjects: Subjects, links: Links) -> dict[str, Any]:
    """What a notification carries of its subject; nothing where it has none, or it is gone."""
    if subject_id is None:
        return {}
    if (told := subjects.reports.get(subject_id)) is not None:
        return {"report": report(told, links)}
    if (struck := subjects.strikes.get(subject_id)) is not None:
        return {"moderation_warning": warning(*struck, links)}
    if (lost := subjects.severances.get(subject_id)) is not None:
        return {"event": severance(lost)}
    if (view := subjects.kits.get(subject_id)) is not None:
        return {"collection": kit.collection(view, links)}
    return {}
