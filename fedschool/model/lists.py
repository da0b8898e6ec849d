"""A person's lists of people, each a timeline of its own."""

from enum import StrEnum

import msgspec


class RepliesPolicy(StrEnum):
    """Which answers to other people a list shows: to anybody followed, to its people, to nobody."""

    FOLLOWED = "followed"
    LIST = "list"
    NONE = "none"


class ReadingList(msgspec.Struct, frozen=True, kw_only=True):
    """A list of `account_id`'s. `exclusive`: what its people post stays out of the home."""

    id: int
    account_id: int
    title: str
    replies_policy: RepliesPolicy = RepliesPolicy.LIST
    exclusive: bool = False
