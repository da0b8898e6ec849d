"""Statuses as ready bytes: what does not depend on the viewer is encoded once a version.

A timeline is then a join of byte strings, with each viewer's own flags and polls appended.
"""

from collections.abc import Iterable

import msgspec

from fedschool.entities import filters, kit
from fedschool.entities import quote as quotes
from fedschool.entities import status as entities
from fedschool.entities.links import Links
from fedschool.entities.poll import poll
from fedschool.model.filters import FilterResult
from fedschool.model.quote import MayQuote, QuotePolicy
from fedschool.model.status import ContextView, QuoteView, StatusView, Version, ViewerFlags

CAPACITY = 2_000

_encode = msgspec.json.Encoder().encode


class Rendered:
    """One instance's encoder of statuses; keeps the bytes of the most recent."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self._kept: dict[Version, bytes] = {}

    def status(self, view: StatusView, *, quoted: bool = False) -> bytes:
        """The JSON object of a status, as `entities.status` has it."""
        original = view.reblog
        parts = [self._body(view), b',"reblog":']
        parts.append(b"null" if original is None else self.status(original))
        asking = view if original is None else original
        parts.append(
            b',"poll":' + (b"null" if asking.poll is None else _encode(poll(asking, self.links)))
        )
        parts.append(self._quote(view.quote, quoted=quoted))
        parts.append(b',"tagged_collections":' + self._kits(asking))
        parts.append(_approval(asking.status.quote_policy, asking.may_quote))
        if view.signed_in:
            parts.append(_flags((view if original is None else original).flags))
            parts.append(_filtered(view.filtered))
            if view.flags.pinned is not None and original is None:
                parts.append(b',"pinned":true' if view.flags.pinned else b',"pinned":false')
        parts.append(b"}")
        return b"".join(parts)

    def statuses(self, views: Iterable[StatusView]) -> bytes:
        """A JSON array."""
        return b"[" + b",".join([self.status(view) for view in views]) + b"]"

    def context(self, view: ContextView) -> bytes:
        """docs.joinmastodon.org/entities/Context"""
        before, after = self.statuses(view.ancestors), self.statuses(view.descendants)
        return b'{"ancestors":' + before + b',"descendants":' + after + b"}"

    def _body(self, view: StatusView) -> bytes:
        """The object without its end, its viewer's part, `poll`, `quote`, `tagged_collections` and
        `reblog`."""
        if view.reblog is not None or view.version is None:
            # A boost shows the original's figures, which have a version of their own.
            return self._encoded(view)
        kept = self._kept.get(view.version)
        if kept is None:
            kept = self._kept[view.version] = self._encoded(view)
            if len(self._kept) > CAPACITY:
                del self._kept[next(iter(self._kept))]
        return kept

    def _quote(self, view: QuoteView | None, *, quoted: bool) -> bytes:
        if view is None:
            return b',"quote":null'
        if quoted:
            return b',"quote":' + _encode(quotes.shallow(view))
        whole = quotes.whole(view, lambda inner: msgspec.Raw(self.status(inner, quoted=True)))
        return b',"quote":' + _encode(whole)

    def _kits(self, view: StatusView) -> bytes:
        if not view.kits:
            return b"[]"
        return _encode([kit.collection(each, self.links) for each in view.kits])

    def _encoded(self, view: StatusView) -> bytes:
        return _encode(entities.shared(view, self.links))[:-1]


def _filtered(found: tuple[FilterResult, ...]) -> bytes:
    return b',"filtered":' + (_encode(filters.results(found)) if found else b"[]")


_APPROVALS: dict[tuple[QuotePolicy, MayQuote], bytes] = {}


def _approval(policy: QuotePolicy, may_quote: MayQuote) -> bytes:
    found = _APPROVALS.get((policy, may_quote))
    if found is None:
        found = b',"quote_approval":' + _encode(quotes.approval(policy, may_quote))
        _APPROVALS[policy, may_quote] = found
    return found


_KNOWN: dict[ViewerFlags, bytes] = {}


def _flags(flags: ViewerFlags) -> bytes:
    found = _KNOWN.get(flags)
    if found is None:
        found = _KNOWN[flags] = b"," + _encode(entities.viewed(flags))[1:-1]
    return found
