"""Poll, as one viewer sees it, and the options that an earlier version had."""

from collections.abc import Sequence
from typing import Any

from fedschool.entities.emoji import named
from fedschool.entities.links import Links, moment
from fedschool.model.status import StatusView


def poll(view: StatusView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Poll; its id is that of the status."""
    item = view.poll
    assert item is not None
    totals = item.shows_totals
    body: dict[str, Any] = {
        "id": str(view.status.id),
        "expires_at": None if item.expires_at is None else moment(item.expires_at),
        "expired": item.closed,
        "multiple": item.multiple,
        "votes_count": sum(option.votes for option in item.options),
        "voters_count": item.voters,
        "options": [
            {"title": option.title, "votes_count": option.votes if totals else None}
            for option in item.options
        ],
        "emojis": named(view.status.emojis, item.titles, links),
    }
    if view.signed_in:
        # Who asks may not vote, so that clients show the author the answers.
        mine = view.flags.pinned is not None
        body["voted"] = mine or bool(view.choices)
        body["own_votes"] = list(view.choices)
    return body


def asked(options: Sequence[str]) -> dict[str, Any]:
    """What a StatusEdit says of a poll."""
    return {"options": [{"title": title} for title in options]}
