"""Suggestion."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities import account
from fedschool.entities.links import Links
from fedschool.model.suggestion import Source, Suggestion

_OLD_NAMES = {
    Source.FEATURED: "staff",
    Source.FRIENDS_OF_FRIENDS: "past_interactions",
    Source.SIMILAR: "past_interactions",
}


def suggestions(items: Iterable[Suggestion], links: Links) -> list[dict[str, Any]]:
    """docs.joinmastodon.org/entities/Suggestion; `source` is what clients knew before 4.3."""
    return [
        {
            "source": _OLD_NAMES.get(item.sources[0], "global"),
            "sources": [source.value for source in item.sources],
            "account": account.account(item.account, links),
        }
        for item in items
    ]
