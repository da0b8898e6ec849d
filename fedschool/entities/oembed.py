"""A post of ours for other people's pages (oembed.com)."""

from html import escape
from typing import Any

from fedschool.entities.links import Links
from fedschool.model.status import StatusView

WIDTH = 400
_DAY_S = 86_400


def oembed(
    view: StatusView, links: Links, *, host: str, width: int, height: int | None
) -> dict[str, Any]:
    """docs.joinmastodon.org/methods/oembed; the frame holds no script and runs none."""
    author = view.account
    name = author.display_name or author.username
    tall = "" if height is None else f' height="{height}"'
    return {
        "type": "rich",
        "version": "1.0",
        "title": f"New status by {name}",
        "author_name": name,
        "author_url": author.url,
        "provider_name": host,
        "provider_url": f"{links.base}/",
        "cache_age": _DAY_S,
        "html": f'<iframe src="{escape(view.status.url)}/embed" width="{width}"{tall}'
        f' title="{escape(name)}" sandbox="allow-popups" loading="lazy"'
        ' style="max-width: 100%; border: 0"></iframe>',
        "width": width,
        "height": height,
    }
