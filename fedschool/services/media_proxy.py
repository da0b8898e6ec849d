"""Other servers' pictures, shown from here: their servers do not learn who looks.

An address is good only with our mark over what it stands for, so nobody can make us fetch; it
ends with the status or the person it belongs to. Of pictures only pixels pass, encoded anew. Films
and sounds pass as they are, within a size and as nothing else: they are not decoded here.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from urllib.parse import urljoin

import msgspec

from fedschool.activitypub import uris
from fedschool.distribution import doors
from fedschool.entities.links import proxy_text
from fedschool.errors import NotFound, RemoteFailure, RemoteGone, RemoteRefused, Unprocessable
from fedschool.ports.http import Response
from fedschool.ports.movies import sniff
from fedschool.site import Site
from fedschool.store import remote_files
from fedschool.store.remote_files import RemoteFile

MAX_BYTES = 16 << 20
MAX_FILM_BYTES = 32 << 20
FILM_TIMEOUT_S = 60.0
# Few at once, as each is held in memory on its way.
FILM_LANE = "films"
MAX_HOPS = 4
TIMEOUT_S = 15.0
FAILURE_COUNTS = 5 * 60_000
KEPT_FOR = 7 * 86_400_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = {"Accept": "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.8"}


_ACCEPT_FILMS = {"Accept": "video/*, audio/*"}
_FILMS = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
}
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


class Kind(StrEnum):
    """An attachment's file or its small picture, a person's pictures, an emoji's."""

    ORIGINAL = "original"
    SMALL = "small"
    AVATAR = "avatar"
    HEADER = "header"
    EMOJI = "emoji"
    EMOJI_STILL = "emoji_still"


_SOURCES = {
    Kind.ORIGINAL: remote_files.attachment,
    Kind.SMALL: remote_files.preview,
    Kind.AVATAR: remote_files.avatar,
    Kind.HEADER: remote_files.header,
    Kind.EMOJI: remote_files.emoji,
    Kind.EMOJI_STILL: remote_files.emoji,
}
_EMOJIS = frozenset({Kind.EMOJI, Kind.EMOJI_STILL})


class Copy(msgspec.Struct, frozen=True):
    """What is here of another server's file: its key in our store, and its type."""

    key: str
    mime_type: str


async def copy(site: Site, kind: Kind, item_id: int, mark: str) -> Copy:
    """A file fit to be sent: an image, or a film or sound. `mark` as `links.Links` made it.

    Raises NotFound, RemoteFailure (try later), TooManyRequests.
    """
    source = await _source(site, kind, item_id, mark)
    host = uris.host_of(source.url)
    if host is None or not await _may_show(site, host, source.domain):
        raise NotFound
    if source.kind == "image":
        data = await _picture(site, kind, source, host)
        return Copy(_key(_name(kind, source.url), kind), _image_type(data))
    return await _film(site, source)


async def picture(site: Site, kind: Kind, item_id: int, mark: str) -> bytes:
    """The image: JPEG, PNG, GIF or WebP; as `copy` has it."""
    found = await copy(site, kind, item_id, mark)
    return await site.media.get(found.key)


async def _film(site: Site, source: RemoteFile) -> Copy:
    """The film as it is, once it is known to be one."""
    name = hashlib.sha256(f"film {source.url}".encode()).hexdigest()
    for extension, mime_type in _FILMS.items():
        with suppress(NotFound):
            key = f"cache/{name[:2]}/{name}.{extension}"
            if site.media.path(key) is None:
                await site.media.get(key)
            return Copy(key, mime_type)
    if site.flights.failed_lately(name, site.now()):
        raise NotFound
    return await site.flights.join(name, FILM_LANE, lambda: _made_film(site, source, name))


async def _made_film(site: Site, source: RemoteFile, name: str) -> Copy:
    try:
        data = await _fetched(
            site, source, _ACCEPT_FILMS, max_bytes=MAX_FILM_BYTES, timeout_s=FILM_TIMEOUT_S
        )
        mime_type = sniff.media_type(data)
        if mime_type is None:
            raise Unprocessable
    except (RemoteFailure, Unprocessable) as error:
        site.flights.remember_failure(name, site.now() + FAILURE_COUNTS)
        if isinstance(error, RemoteGone | RemoteRefused | Unprocessable):
            raise NotFound from error
        raise
    extension = next(ending for ending, known in _FILMS.items() if known == mime_type)
    key = f"cache/{name[:2]}/{name}.{extension}"
    await site.media.put(key, data)
    return Copy(key, mime_type)


async def _picture(site: Site, kind: Kind, source: RemoteFile, host: str) -> bytes:
    name = _name(kind, source.url)
    with suppress(NotFound):
        return await site.media.get(_key(name, kind))
    if site.flights.failed_lately(name, site.now()):
        raise NotFound
    made = await site.flights.join(name, host, lambda: _made(site, kind, source, name))
    return made[kind]


async def sweep(site: Site) -> int:
    """Removes copies that are a week old; whoever looks again has them fetched again."""
    return await site.media.prune("cache", site.now() - KEPT_FOR)


async def _source(site: Site, kind: Kind, item_id: int, mark: str) -> RemoteFile:
    async with site.reading() as tx:
        source = await _SOURCES[kind](tx, item_id)
    if source is None:
        raise NotFound
    # An emoji keeps its address when its picture changes, as it hangs on many texts.
    signed = "" if kind in _EMOJIS else source.url
    if not site.secrets.verify(proxy_text(kind.value, item_id, signed), mark):
        raise NotFound
    return source


async def _may_show(site: Site, host: str, owner: str) -> bool:
    """Never our own: we must not fetch from ourselves."""
    if site.uris.host in (host, owner):
        return False
    async with site.reading() as tx:
        return not await doors.refuses_media(tx, site, host, owner)


async def _made(site: Site, kind: Kind, source: RemoteFile, name: str) -> Mapping[Kind, bytes]:
    """Fetches, encodes and keeps; what failed is not tried again at once."""
    try:
        data = await _fetched(site, source)
        files = await _encoded(site, kind, data)
    except (RemoteFailure, Unprocessable) as error:
        site.flights.remember_failure(name, site.now() + FAILURE_COUNTS)
        if isinstance(error, RemoteGone | RemoteRefused | Unprocessable):
            raise NotFound from error
        raise
    for shape, content in files.items():
        await site.media.put(_key(name, shape), content)
    return files


async def _fetched(
    site: Site,
    source: RemoteFile,
    accept: Mapping[str, str] = _ACCEPT,
    *,
    max_bytes: int = MAX_BYTES,
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    try:
        async with asyncio.timeout(timeout_s):
            response = await _followed(site, source, accept, max_bytes, timeout_s)
    except TimeoutError as error:
        raise RemoteFailure from error
    if response.status in (404, 410):
        raise RemoteGone
    if response.status != 200:
        raise RemoteFailure
    return response.body


async def _followed(
    site: Site, source: RemoteFile, accept: Mapping[str, str], max_bytes: int, timeout_s: float
) -> Response:
    """Each hop is asked about before it is made: redirects lead to us, or to who is blocked."""
    url = source.url
    for _ in range(MAX_HOPS):
        host = uris.host_of(url)
        if host is None or not await _may_show(site, host, source.domain):
            raise RemoteRefused
        response = await site.http.get(
            url, headers=accept, max_bytes=max_bytes, timeout_s=timeout_s, redirects=0
        )
        location = response.headers.get("location")
        if response.status not in _REDIRECTS or location is None:
            return response
        try:
            url = urljoin(url, location)
        except ValueError as error:
            raise RemoteRefused from error
    raise RemoteRefused


async def _encoded(site: Site, kind: Kind, data: bytes) -> Mapping[Kind, bytes]:
    if kind is Kind.AVATAR:
        return {kind: (await site.images.avatar(data)).data}
    if kind is Kind.HEADER:
        return {kind: (await site.images.header(data)).data}
    if kind in _EMOJIS:
        small = await site.images.emoji(data)
        return {Kind.EMOJI: small.data, Kind.EMOJI_STILL: small.preview}
    image = await site.images.process(data)
    return {Kind.ORIGINAL: image.data, Kind.SMALL: image.preview}


def _image_type(data: bytes) -> str:
    mime_type = next((name for start, name in _BEGINNINGS if data.startswith(start)), None)
    if mime_type is None:
        raise NotFound
    return mime_type


def _name(kind: Kind, url: str) -> str:
    """One download serves both sizes of an attachment."""
    family = "attachment" if kind in (Kind.ORIGINAL, Kind.SMALL) else kind.value
    family = Kind.EMOJI.value if kind in _EMOJIS else family
    return hashlib.sha256(f"{family} {url}".encode()).hexdigest()


def _key(name: str, kind: Kind) -> str:
    return f"cache/{name[:2]}/{name}-{kind.value}"
