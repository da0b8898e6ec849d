"""Rule: as in the instance's documents and in reports."""

from collections.abc import Iterable
from typing import Any

from fedschool.model.rule import Rule


def rules(items: Iterable[Rule]) -> list[dict[str, Any]]:
    """docs.joinmastodon.org/entities/Rule; a school writes its rules in one language."""
    return [
        {"id": str(item.id), "text": item.text, "hint": item.hint, "translations": {}}
        for item in items
    ]
