"""Followers synchronization (FEP-8fcf): two servers compare who of one follows whom of the other.

What is compared is the exclusive or of the SHA-256 of each follower's id.
"""

import hashlib
import re
from collections.abc import Iterable

import msgspec

from fedschool.activitypub import uris

HEADER = "Collection-Synchronization"

_PARAMETER = re.compile(r'[ \t]*([A-Za-z]{1,32})="([^"\\]{1,2048})"[ \t]*(?:,|$)')
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Claimed(msgspec.Struct, frozen=True):
    """What a sender says of its followers at the receiver: `url` lists them."""

    collection: str
    url: str
    digest: str


def digest(ids: Iterable[str]) -> str:
    """The digest of a set of followers, in hexadecimal; of nobody, zeros."""
    total = 0
    for each in ids:
        total ^= int.from_bytes(hashlib.sha256(each.encode()).digest(), "big")
    return f"{total:064x}"


def header(collection: str, url: str, ids: Iterable[str]) -> str:
    """The header's value for the receiver whose people `ids` are."""
    return f'collectionId="{collection}", url="{url}", digest="{digest(ids)}"'


def read(value: str) -> Claimed | None:
    """What the header says, or None if it cannot be read."""
    given: dict[str, str] = {}
    position = 0
    while position < len(value):
        found = _PARAMETER.match(value, position)
        if found is None or found[1] in given:
            return None
        given[found[1]] = found[2]
        position = found.end()
    collection, url = given.get("collectionId", ""), given.get("url", "")
    told = given.get("digest", "").lower()
    if not _DIGEST.fullmatch(told) or not uris.same_origin(collection, url):
        return None
    return Claimed(collection, url, told)
