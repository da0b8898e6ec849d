"""Profile: one's own account as one edits it, texts as they were typed."""

from typing import Any

from fedschool.entities.account import fields
from fedschool.entities.links import Links
from fedschool.model.account import Account, ProfileField


def profile(item: Account, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Profile"""
    avatar = links.avatar(item) if item.avatar.key else None
    header = links.header(item) if item.header.key else None
    return {
        "id": str(item.id),
        "display_name": item.display_name,
        "note": item.note_source,
        "fields": fields(_typed(item)),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": item.avatar.description,
        "header": header,
        "header_static": header,
        "header_description": item.header.description,
        "locked": item.locked,
        "bot": item.bot,
        "hide_collections": item.hide_collections,
        "discoverable": item.discoverable,
        "indexable": item.indexable,
        "show_media": item.show_media,
        "show_media_replies": item.show_media_replies,
        "show_featured": item.show_featured,
        "attribution_domains": list(item.attribution_domains),
    }


def _typed(item: Account) -> list[ProfileField]:
    """The rows as typed, with what is known of them as shown."""
    proven = {row.name: row.verified_at for row in item.fields}
    shown = len(item.fields) == len(item.fields_source)
    return [
        ProfileField(
            row.name,
            row.value,
            item.fields[number].verified_at if shown else proven.get(row.name),
        )
        for number, row in enumerate(item.fields_source)
    ]
