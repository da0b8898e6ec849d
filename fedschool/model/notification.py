"""Notifications in groups, and which of them a person wants to hear at once, later, or never."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Account
from fedschool.model.moderation import NO_SUBJECTS, Subjects
from fedschool.model.status import StatusView
from fedschool.model.timeline import NotificationType

GROUPED = (NotificationType.FAVOURITE, NotificationType.REBLOG, NotificationType.FOLLOW)
"""The types that are told together; each of the others stands for itself."""

WINDOW = 12 * 3_600_000
"""How long (ms) a group is open: half a UTC day. What happens later begins another."""

_ALONE = "ungrouped-"


def group_key(kind: NotificationType, notification_id: int, status_id: int | None, at: int) -> str:
    """What is told together: the same kind of deed, to the same status, in the same half day.

    `favourite-116-41000`, `follow-41000`, and `ungrouped-ID` for what is told alone.
    """
    if kind not in GROUPED:
        return alone(notification_id)
    status = "" if status_id is None else f"{status_id}-"
    return f"{kind.value}-{status}{at // WINDOW}"


def alone(notification_id: int) -> str:
    """The key of a group of one."""
    return f"{_ALONE}{notification_id}"


def alone_in(key: str) -> str | None:
    """The id in the key of a group of one, as text; None for other keys."""
    return key.removeprefix(_ALONE) if key.startswith(_ALONE) else None


class NotificationGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Notifications that are told together; `count` and `accounts` as of the page's newest.

    `accounts` are the latest of those who did it. `page_min_id`, `page_max_id` and
    `page_latest_at` are of those that lie on the page; None where there is no page.
    """

    key: str
    type: NotificationType
    count: int
    newest_id: int
    accounts: tuple[int, ...]
    status_id: int | None = None
    subject_id: int | None = None
    page_min_id: int | None = None
    page_max_id: int | None = None
    page_latest_at: int | None = None


class GroupsView(msgspec.Struct, frozen=True):
    """Groups, newest first, with everybody and every status that they name."""

    groups: tuple[NotificationGroup, ...]
    accounts: tuple[Account, ...]
    statuses: tuple[StatusView, ...]
    subjects: Subjects = NO_SUBJECTS


class Verdict(StrEnum):
    """What becomes of a notification: told, put aside until asked for, or never written."""

    ACCEPT = "accept"
    FILTER = "filter"
    DROP = "drop"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of notifications by whom they are from; the strictest that fits counts.

    `not_followers`: who follows the person for less than three days counts as not following.
    `new_accounts`: younger than thirty days. `private_mentions`: direct, from
    another instance, and not in answer.
    """

    for_not_following: Verdict = Verdict.ACCEPT
    for_not_followers: Verdict = Verdict.ACCEPT
    for_new_accounts: Verdict = Verdict.ACCEPT
    for_private_mentions: Verdict = Verdict.FILTER
    for_limited_accounts: Verdict = Verdict.FILTER
    for_bots: Verdict = Verdict.ACCEPT


class PolicyView(msgspec.Struct, frozen=True):
    """A policy, and how much waits because of it."""

    policy: Policy
    requests: int
    notifications: int


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose notifications were put aside, with the last status among them."""

    id: int
    account: Account
    count: int
    created_at: int
    updated_at: int
    last_status: StatusView | None = None
