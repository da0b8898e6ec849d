"""NotificationFallback: words for what a client has no words for itself."""

from collections.abc import Collection
from html import escape
from typing import Any

from fedschool.model.account import Account
from fedschool.model.moderation import Subjects
from fedschool.model.timeline import NotificationType

_SUMMARY = "Your app does not show this kind of notification. Open the website to see it in full."

# What every client knows has none.
_TITLES = {
    NotificationType.ADDED_TO_COLLECTION: "{who} added you to a collection",
    NotificationType.COLLECTION_UPDATE: "{who} edited a collection that you are in",
    NotificationType.MODERATION_WARNING: "You have received a moderation warning",
    NotificationType.SEVERED_RELATIONSHIPS: "You have lost connections with {target}",
    NotificationType.ADMIN_SIGN_UP: "{who} signed up",
    NotificationType.ADMIN_REPORT: "{who} filed a report",
}


def fallback(
    kind: NotificationType,
    who: Account,
    subject_id: int | None,
    subjects: Subjects,
    supported: Collection[str] | None,
) -> dict[str, Any]:
    """The `fallback` of a notification (docs.joinmastodon.org/entities/NotificationFallback), as
    HTML; nothing where the client names the type among what it supports, or names none at all."""
    title = _TITLES.get(kind)
    if title is None or supported is None or kind.value in supported:
        return {}
    severed = subjects.severances.get(subject_id or 0)
    target = "" if severed is None else escape(severed.target_name)
    return {
        "fallback": {
            "title": title.format(who=_link(who), target=target),
            "summary": _SUMMARY,
            "details": _details(subject_id or 0, subjects),
        }
    }


def _link(who: Account) -> str:
    """As people are named in posts."""
    return (
        f'<span class="h-card" translate="no"><a href="{escape(who.url or who.uri)}" '
        f'class="u-url mention">@<span>{escape(who.acct)}</span></a></span>'
    )


def _details(subject_id: int, subjects: Subjects) -> str | None:
    if (view := subjects.kits.get(subject_id)) is not None:
        return escape(": ".join(part for part in (view.kit.name, view.kit.description) if part))
    if (struck := subjects.strikes.get(subject_id)) is not None:
        return escape(struck[0].text) or None
    if (lost := subjects.severances.get(subject_id)) is not None:
        return f"Followers: {lost.followers_count}. Followed: {lost.following_count}."
    if (told := subjects.reports.get(subject_id)) is not None:
        return escape(told.report.comment) or None
    return None
