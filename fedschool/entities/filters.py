"""Filter, its keywords and statuses, FilterResult, and the first version's Filter."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities.links import moment
from fedschool.model.filters import Filter, FilterAction, FilteredStatus, FilterResult, Keyword


def filter_(item: Filter) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Filter"""
    return _head(item) | {
        "keywords": [keyword(entry) for entry in item.keywords],
        "statuses": [status(entry) for entry in item.statuses],
    }


def filters(items: Iterable[Filter]) -> list[dict[str, Any]]:
    return [filter_(item) for item in items]


def keyword(item: Keyword) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/FilterKeyword"""
    return {"id": str(item.id), "keyword": item.keyword, "whole_word": item.whole_word}


def status(item: FilteredStatus) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/FilterStatus"""
    return {"id": str(item.id), "status_id": str(item.status_id)}


def results(items: Iterable[FilterResult]) -> list[dict[str, Any]]:
    """docs.joinmastodon.org/entities/FilterResult, one for each filter"""
    return [
        {
            "filter": _head(item.filter),
            "keyword_matches": list(item.keyword_matches) or None,
            "status_matches": [str(status_id) for status_id in item.status_matches] or None,
        }
        for item in items
    ]


def first_version(item: Filter, entry: Keyword) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/V1_Filter: each keyword by itself, under its own id"""
    return {
        "id": str(entry.id),
        "phrase": entry.keyword,
        "context": [context.value for context in item.contexts],
        "whole_word": entry.whole_word,
        "expires_at": _expiry(item),
        "irreversible": item.action is FilterAction.HIDE,
    }


def _head(item: Filter) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "title": item.title,
        "context": [context.value for context in item.contexts],
        "expires_at": _expiry(item),
        "filter_action": item.action.value,
    }


def _expiry(item: Filter) -> str | None:
    return None if item.expires_at is None else moment(item.expires_at)
