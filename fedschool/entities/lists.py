"""List."""

from collections.abc import Iterable
from typing import Any

from fedschool.model.lists import ReadingList


def reading_list(item: ReadingList) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/List"""
    return {
        "id": str(item.id),
        "title": item.title,
        "replies_policy": item.replies_policy.value,
        "exclusive": item.exclusive,
    }


def reading_lists(items: Iterable[ReadingList]) -> list[dict[str, Any]]:
    return [reading_list(item) for item in items]
