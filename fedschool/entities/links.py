"""Addresses and moments as the client API writes them."""

from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from fedschool.model.account import Account, Picture
from fedschool.model.status import Attachment


class Links(msgspec.Struct, frozen=True):
    """Every URL that entities need. `base` is the instance's public address."""

    base: str

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
        """The file; other servers' files come through our proxy, so nobody is tracked."""
        if item.key is not None:
            return self.stored(item.key)
        if item.remote_url is not None:
            return f"{self.base}/media/proxy/{item.id}"
        return None

    def preview(self, item: Attachment) -> str | None:
        if item.preview_key is not None:
            return self.stored(item.preview_key)
        return self.attachment(item)

    def _picture(self, account: Account, picture: Picture, kind: str) -> str:
        if picture.key is not None:
            return self.stored(picture.key)
        if picture.remote_url is not None:
            return f"{self.base}/media/proxy/{kind}/{account.id}"
        return f"{self.base}/static/{kind}.png"


def moment(ms: int) -> str:
    """`2026-11-23T08:15:00.000Z`."""
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def day(ms: int) -> str:
    """`2026-11-23`."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d}"


DAY_MS = 86_400_000


def birthday(ms: int) -> str:
    """An account's creation as Mastodon shows it: the day, at midnight."""
    return moment(ms - ms % DAY_MS)
