"""Visits to web pages that people link to: what one says of itself, and its picture, as ours.

Redirects are followed here, one by one, so that each is asked about before it is made. Nothing
of a page is shown before it was parsed, cut and, for pictures, encoded anew.
"""

import asyncio
import secrets
from urllib.parse import urljoin

import msgspec

from fedschool.activitypub import uris
from fedschool.errors import FedschoolError, RemoteFailure, RemoteGone, RemoteRefused
from fedschool.model.account import Account
from fedschool.model.card import Card, CardType, Embed, PageFacts
from fedschool.model.servers import Severity
from fedschool.ports.http import Beginning, Response
from fedschool.services import handles
from fedschool.site import Site
from fedschool.store import policies
from fedschool.text import compose, page_facts

MAX_HOPS = 4
PAGE_BYTES = 1 << 20
EMBED_BYTES = 100_000
PICTURE_BYTES = 8 << 20
HOP_S = 5.0
WHOLE_S = 25.0

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEAD = Beginning(frozenset({"text/html", "application/xhtml+xml"}), b"</head")
_JSON = frozenset({"application/json", "application/json+oembed", "text/json", "text/javascript"})
_HTML_ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_PICTURE_ACCEPT = "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.8"


class Picture(msgspec.Struct, frozen=True):
    """A picture of a page in our media store; sizes in pixels."""

    key: str
    width: int
    height: int
    blurhash: str


async def visit(site: Site, card_id: int, url: str) -> Card | None:
    """What is to be shown for this page; None for a page that says nothing, or that is no page.

    Raises RemoteGone, RemoteRefused (not to be asked), RemoteFailure (try later).
    """
    try:
        async with asyncio.timeout(WHOLE_S):
            response = await _get(site, url, _HTML_ACCEPT, PAGE_BYTES, _HEAD)
            if response.content_type not in _HEAD.types:
                return None
            charset = response.content_type_parameters.get("charset", "")
            told = await asyncio.to_thread(page_facts.facts, response.body, charset, response.url)
            embed = await _embed(site, told.embed_url)
            author = await _author(site, told.creator, url, response.url)
    except TimeoutError as error:
        raise RemoteFailure from error
    card = _card(card_id, url, told, embed, author)
    if card is None:
        return None
    address = embed.image_url if embed is not None and embed.image_url else told.image_url
    return _pictured(card, await _picture(site, address), embed, told)


async def _get(
    site: Site, url: str, accept: str, max_bytes: int, beginning: Beginning | None = None
) -> Response:
    """A 200 answer after redirects, none of which leads to us or to who is shut out."""
    for _ in range(MAX_HOPS):
        await _require_allowed(site, url)
        response = await site.http.get(
            url,
            headers={"Accept": accept},
            max_bytes=max_bytes,
            timeout_s=HOP_S,
            redirects=0,
            beginning=beginning,
        )
        location = response.headers.get("location")
        if response.status in _REDIRECTS and location is not None:
            try:
                url = urljoin(url, location)
            except ValueError as error:
                raise RemoteRefused from error
            continue
        if response.status in (401, 403, 404, 410, 451):
            raise RemoteGone
        if response.status != 200:
            raise RemoteFailure
        return response
    raise RemoteRefused


async def _require_allowed(site: Site, url: str) -> None:
    host = uris.host_of(url)
    if host is None or host == site.uris.host:
        raise RemoteRefused
    async with site.reading() as tx:
        standing = (await policies.standings(tx, [host]))[host]
    # Websites are no servers of the network, so nobody has allowed them by name.
    if standing.severity is Severity.SUSPEND:
        raise RemoteRefused


async def _embed(site: Site, url: str) -> Embed | None:
    if not url:
        return None
    try:
        response = await _get(site, url, "application/json", EMBED_BYTES)
    except RemoteFailure:
        return None
    if response.content_type not in _JSON:
        return None
    found = await asyncio.to_thread(page_facts.embed, response.body, response.url)
    if found is None or found.frame is None:
        return found
    # A page of ours in a frame could act as whoever looks at it.
    return None if uris.host_of(found.frame.src) == site.uris.host else found


async def _author(site: Site, handle: str, *addresses: str) -> Account | None:
    """Whom the page names as its author, if that person names the page's site in turn."""
    found = compose.find(handle if handle.startswith("@") else f"@{handle}").handles
    if not handle or len(found) != 1:
        return None
    try:
        account = await handles.resolve(site, found[0].username, found[0].domain)
    except FedschoolError:
        return None
    covered = all(_is_named(account, uris.host_of(address)) for address in addresses)
    return account if covered else None


def _is_named(account: Account, host: str | None) -> bool:
    return host is not None and any(
        host == name or host.endswith(f".{name}") for name in account.attribution_domains
    )


def _card(
    card_id: int, url: str, told: PageFacts, embed: Embed | None, author: Account | None
) -> Card | None:
    title = told.title if embed is None else embed.title or told.title
    if not title:
        return None
    card = Card(
        id=card_id,
        url=url,
        title=title,
        description=told.description,
        language=told.language,
        author_name=told.author_name,
        author_url=told.author_url,
        author=author,
        provider_name=told.provider_name,
        published_at=told.published_at,
    )
    if embed is None:
        return card
    frame = embed.frame
    return msgspec.structs.replace(
        card,
        type=embed.type,
        author_name=embed.author_name or card.author_name,
        author_url=embed.author_url or card.author_url,
        provider_name=embed.provider_name or card.provider_name,
        provider_url=embed.provider_url,
        html="" if frame is None else page_facts.frame_html(frame),
        width=0 if frame is None else frame.width,
        height=0 if frame is None else frame.height,
    )


async def _picture(site: Site, url: str) -> Picture | None:
    """A page is shown without its picture rather than not at all."""
    if not url:
        return None
    host = uris.host_of(url)
    try:
        async with asyncio.timeout(WHOLE_S):
            async with site.reading() as tx:
                if host is None or (await policies.standings(tx, [host]))[host].reject_media:
                    return None
            response = await _get(site, url, _PICTURE_ACCEPT, PICTURE_BYTES)
        image = await site.images.process(response.body)
    except (FedschoolError, TimeoutError):
        return None
    name = secrets.token_hex(16)
    key = f"cards/{name[:2]}/{name}.{image.preview_extension}"
    await site.media.put(key, image.preview)
    return Picture(key, image.preview_width, image.preview_height, image.blurhash)


def _pictured(card: Card, picture: Picture | None, embed: Embed | None, told: PageFacts) -> Card:
    if picture is None:
        # A photo without its picture is a link like any other.
        photo = card.type is CardType.PHOTO
        return msgspec.structs.replace(card, type=CardType.LINK) if photo else card
    framed = embed is not None and embed.frame is not None
    return msgspec.structs.replace(
        card,
        image_key=picture.key,
        image_description=told.image_description,
        blurhash=picture.blurhash,
        width=card.width if framed else picture.width,
        height=card.height if framed else picture.height,
    )
