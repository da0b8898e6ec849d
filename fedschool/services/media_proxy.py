"""Other servers' pictures, shown from here: their servers do not learn who looks.

An address is good only with our mark over what it stands for, so nobody can make us fetch; it
ends with the status or the person it belongs to. Only pixels pass, encoded anew.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from urllib.parse import urljoin

from fedschool.activitypub import uris
from fedschool.entities.links import proxy_text
from fedschool.errors import NotFound, RemoteFailure, RemoteGone, RemoteRefused, Unprocessable
from fedschool.ports.http import Response
from fedschool.site import Site
from fedschool.store import policies, remote_files
from fedschool.store.remote_files import RemoteFile

MAX_BYTES = 16 << 20
MAX_HOPS = 4
TIMEOUT_S = 15.0
FAILURE_COUNTS = 5 * 60_000
KEPT_FOR = 7 * 86_400_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = {"Accept": "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.8"}


class Kind(StrEnum):
    """An attachment's image in full or small, or a person's pictures."""

    ORIGINAL = "original"
    SMALL = "small"
    AVATAR = "avatar"
    HEADER = "header"


_SOURCES = {
    Kind.ORIGINAL: remote_files.attachment,
    Kind.SMALL: remote_files.attachment,
    Kind.AVATAR: remote_files.avatar,
    Kind.HEADER: remote_files.header,
}


async def picture(site: Site, kind: Kind, item_id: int, mark: str) -> bytes:
    """The image: JPEG, PNG, GIF or WebP. `mark` as `links.Links` made it.

    Raises NotFound, RemoteFailure (try later), TooManyRequests.
    """
    source = await _source(site, kind, item_id, mark)
    host = uris.host_of(source.url)
    if host is None or not await _may_show(site, host, source.domain):
        raise NotFound
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
    if not site.secrets.verify(proxy_text(kind.value, item_id, source.url), mark):
        raise NotFound
    return source


async def _may_show(site: Site, *hosts: str) -> bool:
    """Never our own: we must not fetch from ourselves."""
    if site.uris.host in hosts:
        return False
    async with site.reading() as tx:
        return not await policies.refuses_media(tx, hosts)


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


async def _fetched(site: Site, source: RemoteFile) -> bytes:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            response = await _followed(site, source)
    except TimeoutError as error:
        raise RemoteFailure from error
    if response.status in (404, 410):
        raise RemoteGone
    if response.status != 200:
        raise RemoteFailure
    return response.body


async def _followed(site: Site, source: RemoteFile) -> Response:
    """Each hop is asked about before it is made: redirects lead to us, or to who is blocked."""
    url = source.url
    for _ in range(MAX_HOPS):
        host = uris.host_of(url)
        if host is None or not await _may_show(site, host, source.domain):
            raise RemoteRefused
        response = await site.http.get(
            url, headers=_ACCEPT, max_bytes=MAX_BYTES, timeout_s=TIMEOUT_S, redirects=0
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
    image = await site.images.process(data)
    return {Kind.ORIGINAL: image.data, Kind.SMALL: image.preview}


def _name(kind: Kind, url: str) -> str:
    """One download serves both sizes of an attachment."""
    family = "attachment" if kind in (Kind.ORIGINAL, Kind.SMALL) else kind.value
    return hashlib.sha256(f"{family} {url}".encode()).hexdigest()


def _key(name: str, kind: Kind) -> str:
    return f"cache/{name[:2]}/{name}-{kind.value}"
