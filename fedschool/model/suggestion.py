"""Whom somebody might like to follow, and why."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Account


class Source(StrEnum):
    """Why somebody is suggested, as clients name it."""

    FEATURED = "featured"
    FRIENDS_OF_FRIENDS = "friends_of_friends"
    SIMILAR = "similar_to_recently_followed"
    MOST_INTERACTIONS = "most_interactions"
    MOST_FOLLOWED = "most_followed"


class Suggestion(msgspec.Struct, frozen=True):
    """An account with every reason that speaks for it, the strongest first."""

    account: Account
    sources: tuple[Source, ...]
