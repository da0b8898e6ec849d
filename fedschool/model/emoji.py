"""Custom emojis: small pictures that stand for a `:shortcode:` in a text."""

import re

import msgspec

SHORTCODE = re.compile(r"[A-Za-z0-9_]{2,64}")
"""What ours are called; those of other servers may have a few more characters."""


class Emoji(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A custom emoji as it hangs on a text: ours with its files' keys, others' by their id.

    `static_key` is the picture standing still. Written as JSON in this order.
    """

    shortcode: str
    id: int
    key: str | None = None
    static_key: str | None = None


class CatalogueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One of our own emojis, as the list of all shows it."""

    emoji: Emoji
    category: str | None = None
    updated_at: int = 0
