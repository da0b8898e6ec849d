"""Read an answer's body, no further than its limit, unpacking gzip on the way.

httpx's own decoders unpack each piece whole, and as many encodings as the server names: sixteen
kilobytes can become gigabytes before anybody counts. Here nothing is unpacked past the limit.
"""

import zlib
from typing import TYPE_CHECKING, cast

import msgspec

from fedschool.errors import RemoteFailure

if TYPE_CHECKING:
    import httpx

ACCEPT_ENCODING = "gzip"
_EITHER_GZIP_OR_ZLIB = 47


class Beginning(msgspec.Struct, frozen=True):
    """What is wanted of an answer: of these media types its bytes up to `until` (ASCII in lower
    case, found in any case) or the limit; of others nothing."""

    types: frozenset[str]
    until: bytes


class _Unpacker:
    """gzip (several members too) and zlib, in bounded pieces."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_EITHER_GZIP_OR_ZLIB)

    def feed(self, data: bytes, room: int) -> bytes:
        """At most `room` + 1 bytes: the one too many tells that there is more."""
        out = b""
        while data and len(out) <= room:
            if self._inflate.eof:
                self._inflate = zlib.decompressobj(_EITHER_GZIP_OR_ZLIB)
            out += self._inflate.decompress(data, room + 1 - len(out))
            data = self._inflate.unconsumed_tail or self._inflate.unused_data
        return out

    @property
    def complete(self) -> bool:
        return self._inflate.eof


async def read(response: "httpx.Response", max_bytes: int) -> bytes:
    """The unpacked body. Raises RemoteFailure past `max_bytes` or when it cannot be unpacked."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > max_bytes:
        raise too_big()
    stream = cast("httpx.AsyncByteStream", response.stream)
    encoding = response.headers.get("content-encoding", "").strip().lower()
    match encoding:
        case "" | "identity":
            return await _read_plain(stream, max_bytes)
        case "gzip" | "x-gzip" | "deflate":
            return await _read_packed(stream, max_bytes)
        case _:
            raise RemoteFailure("The other server's answer is packed in an unknown way")


async def read_beginning(response: "httpx.Response", max_bytes: int, wanted: Beginning) -> bytes:
    """Reads on until it has what is wanted, and no further: the rest is never sent for.

    Raises RemoteFailure when it cannot be unpacked; what broke off is a beginning, too.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in wanted.types:
        return b""
    stream = cast("httpx.AsyncByteStream", response.stream)
    match response.headers.get("content-encoding", "").strip().lower():
        case "" | "identity":
            unpacker = None
        case "gzip" | "x-gzip" | "deflate":
            unpacker = _Unpacker()
        case _:
            raise RemoteFailure("The other server's answer is packed in an unknown way")
    found = bytearray()
    packed = 0
    try:
        async for piece in stream:
            packed += len(piece)
            before = max(0, len(found) - len(wanted.until) + 1)
            found += piece if unpacker is None else unpacker.feed(piece, max_bytes - len(found))
            seen = wanted.until in found[before:].lower()
            if seen or len(found) >= max_bytes or packed >= max_bytes:
                break
    except zlib.error as error:
        raise RemoteFailure("The other server's answer could not be unpacked") from error
    return bytes(found[:max_bytes])


async def _read_plain(stream: "httpx.AsyncByteStream", max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    length = 0
    async for piece in stream:
        length += len(piece)
        if length > max_bytes:
            raise too_big()
        pieces.append(piece)
    return b"".join(pieces)


async def _read_packed(stream: "httpx.AsyncByteStream", max_bytes: int) -> bytes:
    unpacker = _Unpacker()
    pieces: list[bytes] = []
    packed = length = 0
    try:
        async for piece in stream:
            packed += len(piece)
            out = unpacker.feed(piece, max_bytes - length)
            length += len(out)
            if max(packed, length) > max_bytes:
                raise too_big()
            pieces.append(out)
    except zlib.error as error:
        raise RemoteFailure("The other server's answer could not be unpacked") from error
    if packed and not unpacker.complete:
        raise RemoteFailure("The other server's answer broke off")
    return b"".join(pieces)


def too_big() -> RemoteFailure:
    return RemoteFailure("The other server's answer is too big")
