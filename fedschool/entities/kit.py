"""Collection, CollectionItem and CollectionWithAccounts."""

from collections.abc import Iterable
from typing import Any

from fedschool.entities.links import Links, moment
from fedschool.model.kit import KitItem, KitView


def collection(view: KitView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Collection"""
    kit = view.kit
    return {
        "id": str(kit.id),
        "account_id": str(kit.account_id),
        "uri": kit.uri,
        "url": kit.url or None,
        "name": kit.name,
        "description": kit.description,
        "language": kit.language,
        "local": kit.local,
        "sensitive": kit.sensitive,
        "discoverable": kit.discoverable,
        "tag": None if kit.tag is None else {"name": kit.tag, "url": links.tag(kit.tag)},
        "item_count": len(view.items),
        "items": [item(each) for each in view.items],
        "created_at": moment(kit.created_at),
        "updated_at": moment(kit.updated_at),
    }


def collections(views: Iterable[KitView], links: Links) -> dict[str, Any]:
    return {"collections": [collection(view, links) for view in views]}


def item(found: KitItem) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/CollectionItem"""
    return {
        "id": str(found.id),
        "account_id": str(found.account_id),
        "state": found.state.value,
        "created_at": moment(found.created_at),
    }
