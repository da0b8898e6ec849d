"""CustomEmoji."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities.links import Links
from fedschool.model.emoji import CatalogueEntry, Emoji


def emojis(items: Iterable[Emoji], links: Links) -> list[dict[str, Any]]:
    """Those of a text (docs.joinmastodon.org/entities/CustomEmoji)."""
    return [emoji(item, links) for item in items]


def emoji(item: Emoji, links: Links) -> dict[str, Any]:
    url, still = links.emoji(item)
    return {
        "shortcode": item.shortcode,
        "url": url,
        "static_url": still,
        "visible_in_picker": item.key is not None,
    }


def named(items: Iterable[Emoji], texts: Iterable[str], links: Links) -> list[dict[str, Any]]:
    """Those that some of the texts name."""
    whole = "\n".join(texts)
    return [emoji(item, links) for item in items if f":{item.shortcode}:" in whole]


def catalogue(items: Iterable[CatalogueEntry], links: Links) -> list[dict[str, Any]]:
    """What `GET /api/v1/custom_emojis` answers."""
    return [emoji(item.emoji, links) | {"category": item.category} for item in items]
