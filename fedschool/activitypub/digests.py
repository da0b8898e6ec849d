"""Digests of a body in headers: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530)."""

import base64
import binascii
import hashlib
import hmac
import re

from fedschool import errors

_STRONG = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_DIGEST = re.compile(r"([A-Za-z0-9-]{1,20})=([A-Za-z0-9+/]{1,128}={0,2})")
_CONTENT_DIGEST = re.compile(r"([a-z0-9-]{1,20})=:([A-Za-z0-9+/]{1,128}={0,2}):")


def digest(body: bytes) -> str:
    """The value of a `Digest` header."""
    return f"SHA-256={to_base64(hashlib.sha256(body).digest())}"


def content_digest(body: bytes) -> str:
    """The value of a `Content-Digest` header."""
    return f"sha-256=:{to_base64(hashlib.sha256(body).digest())}:"


def check_digest(value: str, body: bytes) -> None:
    """Refuse the body unless every digest in `Digest` is a strong one and is the body's."""
    _check(value, _DIGEST, body)


def check_content_digest(value: str, body: bytes) -> None:
    """Refuse the body unless every digest in `Content-Digest` is a strong one and its own."""
    _check(value, _CONTENT_DIGEST, body)


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes in canonical base64, or `errors.Malformed`."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise errors.Malformed("The signature headers cannot be read") from cause


def _check(value: str, shape: re.Pattern[str], body: bytes) -> None:
    seen: set[str] = set()
    for item in value.split(",", 5):
        found = shape.fullmatch(item.strip(" \t"))
        if found is None or (name := found[1].lower()) in seen:
            raise errors.Malformed("The digest cannot be read")
        seen.add(name)
        if name not in _STRONG:
            raise errors.Unauthenticated("The digest must be SHA-256 or SHA-512")
        if not hmac.compare_digest(from_base64(found[2]), _STRONG[name](body).digest()):
            raise errors.Unauthenticated("The digest is not that of the body")
