"""What a person filters, made ready to be looked for in many statuses.

Keywords are found as plain text, never as patterns: how long it takes grows with the text and the
number of keywords alone, and both are bounded.
"""

import html
import re
from collections.abc import Iterable, Sequence

from fedschool.model.filters import Filter, FilterResult
from fedschool.model.status import StatusView, Version

KEPT = 400

_PARTING = re.compile(r"<(?:/p|br|/li|/h\d|/blockquote|/pre|/div)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")

Found = tuple[tuple[str, ...], ...]


class Sieve:
    """One person's filters; remembers what it found in the most recent statuses."""

    def __init__(self, filters: Sequence[Filter]) -> None:
        self._filters = [
            (
                item,
                tuple((k.keyword, _folded(k.keyword), k.whole_word) for k in item.keywords),
                frozenset(entry.status_id for entry in item.statuses),
            )
            for item in filters
        ]
        self._kept: dict[Version, Found] = {}

    def results(
        self, body: StatusView, original: StatusView | None, now: int
    ) -> tuple[FilterResult, ...]:
        """The filters that a status is in. A boost is in those of its `original`.

        `now` in milliseconds: what has expired does not count.
        """
        found = self._keywords(body if original is None else original)
        ids = [body.status.id] if original is None else [body.status.id, original.status.id]
        results = []
        for (item, _, statuses), keywords in zip(self._filters, found, strict=True):
            if item.expires_at is not None and item.expires_at <= now:
                continue
            named = tuple(status_id for status_id in ids if status_id in statuses)
            if keywords or named:
                results.append(FilterResult(item, keywords, named))
        return tuple(results)

    def _keywords(self, view: StatusView) -> Found:
        """For each filter the keywords that the status has."""
        if view.version is None:
            return self._search(view)
        found = self._kept.get(view.version)
        if found is None:
            found = self._kept[view.version] = self._search(view)
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return found

    def _search(self, view: StatusView) -> Found:
        text = _folded("\n".join(_texts(view)))
        return tuple(
            tuple(
                keyword for keyword, folded, whole in keywords if _is_in(folded, text, whole=whole)
            )
            for _, keywords, _ in self._filters
        )


def _texts(view: StatusView) -> Iterable[str]:
    """All that a reader sees of a status."""
    yield html.unescape(_TAG.sub("", _PARTING.sub("\n", view.status.content)))
    yield view.status.spoiler_text
    yield from (f"#{name}" for name in view.tags)
    yield from (attachment.description for attachment in view.attachments)
    if view.poll is not None:
        yield from view.poll.titles


def _folded(text: str) -> str:
    return text.casefold()


def _is_in(keyword: str, text: str, *, whole: bool) -> bool:
    """Whether `text` has `keyword`; `whole`: where no word goes on at its ends."""
    at = text.find(keyword)
    while at >= 0:
        end = at + len(keyword)
        if not whole or not (_goes_on(text, at) or _goes_on(text, end)):
            return True
        at = text.find(keyword, at + 1)
    return False


def _goes_on(text: str, at: int) -> bool:
    """Whether both characters around a place are a word's."""
    return 0 < at < len(text) and _is_word(text[at - 1]) and _is_word(text[at])


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
