"""Quote, ShallowQuote and QuoteApproval."""

from collections.abc import Callable
from typing import Any

from fedschool.model.quote import SHOWING, MayQuote, QuotePolicy
from fedschool.model.status import QuoteView, StatusView


def whole(view: QuoteView, show: Callable[[StatusView], Any]) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Quote"""
    quoted = view.status if view.state in SHOWING else None
    return {
        "state": view.state.value,
        "quoted_status": None if quoted is None else show(quoted),
    }


def shallow(view: QuoteView) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/ShallowQuote: the quote in what is itself quoted."""
    quoted = view.status_id if view.state in SHOWING else None
    return {
        "state": view.state.value,
        "quoted_status_id": None if quoted is None else str(quoted),
    }


def approval(policy: QuotePolicy, may_quote: MayQuote) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/QuoteApproval"""
    return {
        "automatic": [quoters.value for quoters in policy.automatic],
        "manual": [quoters.value for quoters in policy.manual],
        "current_user": may_quote.value,
    }
