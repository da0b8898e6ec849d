"""What a person would rather not read, and what a status has of it."""

from enum import StrEnum

import msgspec


class FilterAction(StrEnum):
    """What the person's clients do with a status that matches."""

    WARN = "warn"
    HIDE = "hide"
    BLUR = "blur"


class FilterContext(StrEnum):
    """Where a filter counts."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    PUBLIC = "public"
    THREAD = "thread"
    ACCOUNT = "account"


class Keyword(msgspec.Struct, frozen=True, kw_only=True):
    """Words to look for. `whole_word`: not inside longer words."""

    id: int
    keyword: str
    whole_word: bool


class FilteredStatus(msgspec.Struct, frozen=True):
    """A single status in a filter; `id` is the row's."""

    id: int
    status_id: int


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of keywords and statuses. `expires_at` (ms): what it does then ends."""

    id: int
    account_id: int
    title: str
    action: FilterAction = FilterAction.WARN
    contexts: tuple[FilterContext, ...]
    expires_at: int | None = None
    keywords: tuple[Keyword, ...] = ()
    statuses: tuple[FilteredStatus, ...] = ()


class FilterResult(msgspec.Struct, frozen=True):
    """Why a status is in a filter of its viewer's: keywords that it has, or its own id."""

    filter: Filter
    keyword_matches: tuple[str, ...] = ()
    status_matches: tuple[int, ...] = ()
