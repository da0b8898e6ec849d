"""Announcements: what those who lead a school tell everybody, and how people react to it."""

import msgspec

from fedschool.model.account import Account
from fedschool.model.emoji import Emoji


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """A notice; `content` is HTML. It is shown from `published_at` until `ends_at` (ms).

    `starts_at` and `ends_at` are those of what it is about; `all_day`: only their days count.
    The rest is what the text names: people, hashtags, our own posts.
    """

    id: int
    text: str
    content: str
    starts_at: int | None = None
    ends_at: int | None = None
    all_day: bool = False
    published_at: int
    updated_at: int
    account_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    status_ids: tuple[int, ...] = ()


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One emoji under an announcement: `name` is itself, or the shortcode of `emoji`.

    `me`: whether the viewer is among the `count`; None where nobody in particular looks.
    """

    name: str
    count: int
    me: bool | None = None
    emoji: Emoji | None = None


class AnnouncementView(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement with all that a face needs; `statuses` are (id, url).

    `read`: whether the viewer dismissed it; None where nobody in particular looks.
    """

    announcement: Announcement
    accounts: tuple[Account, ...] = ()
    statuses: tuple[tuple[int, str], ...] = ()
    emojis: tuple[Emoji, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    read: bool | None = None
