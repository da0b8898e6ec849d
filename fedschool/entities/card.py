"""PreviewCard and Trends::Link."""

from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities.links import Links, moment
from fedschool.model.card import Card, CardType


def card(item: Card, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/PreviewCard; pictures are our copies."""
    image = None if item.image_key is None else links.stored(item.image_key)
    return {
        "url": item.url,
        "title": item.title,
        "description": item.description,
        "language": item.language or None,
        "type": item.type.value,
        "author_name": item.author_name,
        "author_url": item.author_url,
        "authors": _authors(item, links),
        "provider_name": item.provider_name,
        "provider_url": item.provider_url,
        "html": item.html,
        "width": item.width,
        "height": item.height,
        "image": image,
        "image_description": item.image_description,
        "embed_url": image or "" if item.type is CardType.PHOTO else "",
        "blurhash": item.blurhash,
        "published_at": None if item.published_at is None else moment(item.published_at),
        "missing_attribution": False,
    }


def _authors(item: Card, links: Links) -> list[dict[str, Any]]:
    """docs.joinmastodon.org/entities/PreviewCardAuthor"""
    who = item.author
    if who is None and not item.author_name and not item.author_url:
        return []
    name = item.author_name
    if who is None:
        return [{"name": name, "url": item.author_url, "account": None}]
    return [
        {
            "name": name or who.display_name or who.username,
            "url": item.author_url or who.url,
            "account": accounts.account(who, links),
        }
    ]
