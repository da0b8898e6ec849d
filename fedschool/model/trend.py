"""What is used much at present: hashtags, links and posts, and what the staff says of them."""

from enum import StrEnum

import msgspec

from fedschool.model.card import Card
from fedschool.model.status import StatusView
from fedschool.model.timeline import TagDay, TagView


class TrendKind(StrEnum):
    """What may be a trend; its ids are those of tags, cards and statuses."""

    TAG = "tag"
    LINK = "link"
    STATUS = "status"


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A link that is being shared, and how much in the last week, today first.

    `allowed`: what the staff said of it, None before that.
    """

    card: Card
    history: tuple[TagDay, ...] = ()
    allowed: bool | None = None


class TagTrend(msgspec.Struct, frozen=True):
    """A hashtag that is being used, and what the staff said of it."""

    tag: TagView
    allowed: bool | None = None


class StatusTrend(msgspec.Struct, frozen=True):
    """A post that many like, and what the staff said of it."""

    view: StatusView
    allowed: bool | None = None
