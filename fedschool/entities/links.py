"""Addresses and moments as the client API writes them."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from fedschool.model.account import Account, Picture
from fedschool.model.emoji import Emoji
from fedschool.model.status import Attachment


class Links(msgspec.Struct, frozen=True):
    """Every URL that entities need. `base` is the instance's public address.

    `sign` marks a text with the instance's secret: nobody but us makes the proxy fetch.
    """

    base: str
    sign: Callable[[str], str]

    def stored(self, key: str) -> str:
        """A file of our media store."""
        return f"{self.base}/media/{key}"

    def tag(self, name: str) -> str:
        return f"{self.base}/tags/{quote(name, safe='')}"

    def avatar(self, account: Account) -> str:
        return self._picture(account, account.avatar, "avatar")

    def header(self, account: Account) -> str:
        return self._picture(account, account.header, "header")

    def attachment(self, item: Attachment) -> str | None:
        """The file. Other servers' come through our proxy, so that nobody is tracked. None while
        it is being worked on."""
        if item.key is not None:
            return self.stored(item.key)
        if item.remote_url is None or item.kind == "unknown":
            return item.remote_url
        return self._proxied("original", item.id, item.remote_url)

    def preview(self, item: Attachment) -> str | None:
        """A small image of it, if there is one."""
        if item.preview_key is not None:
            return self.stored(item.preview_key)
        if item.kind == "image":
            if item.key is None and item.remote_url is not None:
                return self._proxied("small", item.id, item.remote_url)
            return self.attachment(item)
        if item.preview_remote_url is not None:
            return self._proxied("small", item.id, item.preview_remote_url)
        return None

    def emoji(self, item: Emoji) -> tuple[str, str]:
        """A custom emoji, and how it stands still."""
        if item.key is not None:
            return self.stored(item.key), self.stored(item.static_key or item.key)
        return self._proxied("emoji", item.id, ""), self._proxied("emoji_still", item.id, "")

    def _picture(self, account: Account, picture: Picture, kind: str) -> str:
        if picture.key is not None:
            return self.stored(picture.key)
        if picture.remote_url is not None:
            return self._proxied(kind, account.id, picture.remote_url)
        return f"{self.base}/static/{kind}.png"

    def _proxied(self, kind: str, item_id: int, remote_url: str) -> str:
        mark = self.sign(proxy_text(kind, item_id, remote_url))
        return f"{self.base}/media/proxy/{kind}/{item_id}/{mark}"


def proxy_text(kind: str, item_id: int, remote_url: str) -> str:
    """What a proxy address is signed over; with the file it stands for, the address changes."""
    return f"media proxy {kind} {item_id} {remote_url}"


def moment(ms: int) -> str:
    """`2026-11-23T08:15:00.000Z`."""
    # isoformat costs half of what strftime does, and pages are full of moments.
    return f"{datetime.fromtimestamp(ms // 1000, UTC).isoformat()[:19]}.{ms % 1000:03d}Z"


def day(ms: int) -> str:
    """`2026-11-23`."""
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat()[:10]


DAY_MS = 86_400_000


def birthday(ms: int) -> str:
    """An account's creation as Mastodon shows it: the day, at midnight."""
    return moment(ms - ms % DAY_MS)
