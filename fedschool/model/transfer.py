"""What people take along from one server to the next, as files."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """The files that there are, in Mastodon's formats."""

    FOLLOWING = "following"
    LISTS = "lists"
    BLOCKS = "blocks"
    MUTES = "mutes"
    DOMAIN_BLOCKS = "domain-blocks"
    BOOKMARKS = "bookmarks"


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is being taken in: `done` rows of `total` had their turn, `failed` in vain.

    `overwrite`: what is not in the file ends. `finished_at` (ms) None while it goes on.
    """

    id: int
    account_id: int
    kind: Kind
    overwrite: bool
    total: int
    done: int = 0
    failed: int = 0
    created_at: int
    finished_at: int | None = None
