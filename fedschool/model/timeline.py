"""Cursors, pages, notifications and tags."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from fedschool.model.account import Account
from fedschool.model.moderation import NO_SUBJECTS, Subjects
from fedschool.model.status import StatusView

T = TypeVar("T")


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page lies. Answers are newest first whatever the cursor.

    `since_id`: the newest page above a floor. `min_id`: the page immediately above a cursor.
    """

    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None
    limit: int = 20


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Items, newest first, and the ids that the next and the previous page start from.

    `next_id` is the `max_id` of the older page, `prev_id` the `min_id` of the newer one; both
    are None on an empty page. They are the paged table's ids, which are not always the items'.
    """

    items: Sequence[T]
    next_id: int | None = None
    prev_id: int | None = None


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """How far a person read a timeline; `version` counts how often that moved."""

    timeline: str
    last_read_id: int
    version: int
    updated_at: int


class NotificationType(StrEnum):
    MENTION = "mention"
    STATUS = "status"
    REBLOG = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    FAVOURITE = "favourite"
    UPDATE = "update"
    POLL = "poll"
    MODERATION_WARNING = "moderation_warning"
    SEVERED_RELATIONSHIPS = "severed_relationships"
    ADMIN_SIGN_UP = "admin.sign_up"
    ADMIN_REPORT = "admin.report"
    ADDED_TO_COLLECTION = "added_to_collection"
    COLLECTION_UPDATE = "collection_update"
    QUOTE = "quote"
    QUOTED_UPDATE = "quoted_update"


class NotificationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which notifications: of these types, not of those, from one account. None: any.

    Types are `NotificationType`'s values; an empty list of them fits nothing.
    `include_filtered`: also what was put aside.
    """

    types: tuple[str, ...] | None = None
    exclude_types: tuple[str, ...] | None = None
    account_id: int | None = None
    include_filtered: bool = False


class NotificationView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that `account` did and the viewer should know.

    `subject_id` names what it is about besides a status, which is in `subjects`.
    """

    id: int
    type: NotificationType
    account: Account
    created_at: int
    group_key: str
    status: StatusView | None = None
    subject_id: int | None = None
    subjects: Subjects = NO_SUBJECTS


class TagDay(msgspec.Struct, frozen=True):
    """A hashtag's use on one UTC day; `day` is midnight in seconds."""

    day: int
    uses: int
    accounts: int


class TagView(msgspec.Struct, frozen=True, kw_only=True):
    """A hashtag as one viewer sees it; `name` is folded to lower case, `display` as first typed."""

    id: int
    name: str
    display: str
    following: bool = False
    featuring: bool = False
    history: tuple[TagDay, ...] = ()


class FeaturedTag(msgspec.Struct, frozen=True, kw_only=True):
    """A hashtag on somebody's profile, and how much that person used it lately."""

    id: int
    name: str
    display: str
    uses: int = 0
    last_used_at: int | None = None
