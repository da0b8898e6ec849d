"""Trends::Link and what the staff sees of trends."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities import card as cards
from fedschool.entities import timeline as tags
from fedschool.entities.links import Links
from fedschool.model.timeline import TagDay
from fedschool.model.trend import CardView, TagTrend


def days(history: Iterable[TagDay]) -> list[dict[str, Any]]:
    return [{"day": str(d.day), "uses": str(d.uses), "accounts": str(d.accounts)} for d in history]


def link(view: CardView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/PreviewCard/#trends-link"""
    return cards.card(view.card, links) | {"history": days(view.history)}


def admin_link(view: CardView, links: Links) -> dict[str, Any]:
    """The same with its id, by which it is approved, and whether anybody looked at it."""
    return {"id": str(view.card.id), **link(view, links), "requires_review": view.allowed is None}


def admin_tag(trend: TagTrend, links: Links, *, review: bool) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_Tag; `review`: only what was approved is shown."""
    return tags.tag(trend.tag, links, signed_in=True) | {
        "trendable": not review if trend.allowed is None else trend.allowed,
        "usable": True,
        "listable": True,
        "requires_review": trend.allowed is None,
    }
