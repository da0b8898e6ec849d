"""What the instance says about itself, written by those who run it."""

from enum import StrEnum

import msgspec


class TextKind(StrEnum):
    """A sentence; a page about the school; what is kept of people; what they agree to."""

    DESCRIPTION = "description"
    ABOUT = "about"
    PRIVACY = "privacy"
    TERMS = "terms"


class InstanceText(msgspec.Struct, frozen=True, kw_only=True):
    """One version. It holds from the day `effective_on` (`2026-11-23`) until the next one's.

    `succeeded_on` is that day, where it is known.
    """

    id: int
    kind: TextKind
    text: str
    effective_on: str
    created_at: int
    succeeded_on: str | None = None
