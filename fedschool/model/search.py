"""What somebody looks for, taken apart: words, phrases and Mastodon's operators."""

from enum import StrEnum

import msgspec


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """Words that stand one after the other, as `text.words` makes them.

    `begins`: the last one may go on. Not `wanted`: what has them is left out.
    """

    words: tuple[str, ...]
    begins: bool = False
    wanted: bool = True


class Shelf(StrEnum):
    """Where to look (`in:`): what the viewer wrote or touched, what is open to all, or both."""

    ALL = "all"
    LIBRARY = "library"
    PUBLIC = "public"


class Trait(msgspec.Struct, frozen=True):
    """`has:image`, `is:reply`, `language:en` and their opposites."""

    name: str
    value: str
    wanted: bool = True


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """A query, read. `authors`: handles as typed, each wanted or not; `since` and `until` in
    milliseconds UTC, from one and up to just before the other."""

    terms: tuple[Term, ...] = ()
    traits: tuple[Trait, ...] = ()
    authors: tuple[tuple[str, bool], ...] = ()
    shelf: Shelf = Shelf.ALL
    since: int | None = None
    until: int | None = None

    @property
    def has_operators(self) -> bool:
        return bool(self.traits or self.authors) or (
            self.shelf is not Shelf.ALL or self.since is not None or self.until is not None
        )

    @property
    def says_something(self) -> bool:
        return bool(self.terms) or self.has_operators
