"""Visibility as `to` and `cc`, and `to` and `cc` as Visibility (ActivityPub 5.6, 6.14)."""

from collections.abc import Collection, Sequence

import msgspec

from fedschool.activitypub.vocab import PUBLIC
from fedschool.model.status import Visibility

_PUBLIC_NAMES = frozenset({PUBLIC, "as:Public", "Public"})


class Addresses(msgspec.Struct, frozen=True):
    """Who a document is addressed to: actors, followers collections, or the public."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


def is_public(address: str) -> bool:
    """Whether this is the public collection, in any of its three spellings."""
    return address in _PUBLIC_NAMES


def addresses(visibility: Visibility, followers: str, people: Sequence[str] = ()) -> Addresses:
    """Where a status of this visibility is addressed; `people` are the actors it concerns."""
    others = tuple(dict.fromkeys(people))
    match visibility:
        case Visibility.PUBLIC:
            return Addresses((PUBLIC,), (followers, *others))
        case Visibility.UNLISTED:
            return Addresses((followers,), (PUBLIC, *others))
        case Visibility.PRIVATE:
            return Addresses((followers,), others)
        case Visibility.DIRECT:
            return Addresses(others)


def visibility(to: Collection[str], cc: Collection[str], followers: str | None) -> Visibility:
    """What the addresses of a document mean; `followers` is its author's own collection.

    Anything that is neither public nor for the author's followers is for the named people
    only: a collection of somebody else never widens the circle.
    """
    if any(is_public(address) for address in to):
        return Visibility.PUBLIC
    if any(is_public(address) for address in cc):
        return Visibility.UNLISTED
    if followers and (followers in to or followers in cc):
        return Visibility.PRIVATE
    return Visibility.DIRECT
