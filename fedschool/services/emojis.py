"""Custom emojis: ours are added by the admin; others' come with what other servers send."""

import re
import secrets
from collections.abc import Sequence

from fedschool.activitypub.objects import ClaimedEmoji
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.emoji import SHORTCODE, CatalogueEntry, Emoji
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import emojis as store
from fedschool.store.emojis import RemoteEmoji

MAX_BYTES = 256 << 10
MAX_OURS = 2_000
MAX_IN_TEXT = 50
MAX_CATEGORY = 60

_NAMED = re.compile(r"(?<![A-Za-z0-9:]):([A-Za-z0-9_]{2,64}):(?![A-Za-z0-9:])")


async def found(tx: Tx, *texts: str) -> tuple[Emoji, ...]:
    """Our emojis that texts name as `:shortcode:`, in their order. No question where none is."""
    names = dict.fromkeys(name for text in texts for name in _NAMED.findall(text))
    if not names:
        return ()
    wanted = list(names)[:MAX_IN_TEXT]
    known = await store.named(tx, None, wanted)
    return tuple(known[name] for name in wanted if name in known)


async def received(
    tx: Tx, site: Site, domain: str, claimed: Sequence[ClaimedEmoji], *texts: str
) -> tuple[Emoji, ...]:
    """The emojis of another server that its texts use, kept as it claims them now."""
    whole = "\n".join(texts)
    used = [item for item in claimed if f":{item.name}:" in whole][:MAX_IN_TEXT]
    if not used:
        return ()
    now = site.now()
    await store.put_remote(
        tx,
        domain,
        [
            RemoteEmoji(
                id=site.ids.next(),
                shortcode=item.name,
                uri=item.id,
                remote_url=item.icon_url,
                updated_at=min(item.updated or 0, now),
            )
            for item in used
        ],
    )
    known = await store.named(tx, domain, [item.name for item in used])
    return tuple(known[item.name] for item in used if item.name in known)


async def catalogue(site: Site) -> list[CatalogueEntry]:
    """All of ours, by name."""
    async with site.reading() as tx:
        return await store.ours(tx)


async def add(site: Site, shortcode: str, data: bytes, category: str | None = None) -> Emoji:
    """Adds one of ours, or gives a known one another picture, in old posts, too.

    Raises Unprocessable for names and pictures that cannot be used.
    """
    if not SHORTCODE.fullmatch(shortcode):
        raise Unprocessable(f"{shortcode[:70]!r} is no shortcode: use 2 to 64 of A-Z a-z 0-9 _")
    if len(data) > MAX_BYTES:
        raise Unprocessable(f"An emoji's picture may have up to {MAX_BYTES >> 10} kB")
    if category is not None and not 0 < len(category.strip()) <= MAX_CATEGORY:
        raise Unprocessable(f"A category has up to {MAX_CATEGORY} characters")
    picture = await site.images.emoji(data)
    name = secrets.token_hex(16)
    item = Emoji(
        shortcode=shortcode,
        id=site.ids.next(),
        key=f"emoji/{name[:2]}/{name}.{picture.extension}",
        static_key=f"emoji/{name[:2]}/{name}-still.{picture.preview_extension}",
    )
    assert item.key is not None
    assert item.static_key is not None
    await site.media.put(item.key, picture.data)
    await site.media.put(item.static_key, picture.preview)
    async with site.writing() as tx:
        before = (await store.named(tx, None, [shortcode])).get(shortcode)
        if before is None and await store.count_ours(tx) >= MAX_OURS:
            raise Unprocessable(f"There are {MAX_OURS} emojis already: remove some first")
        kept = await store.put_own(tx, item, category and category.strip(), site.now())
    if before is not None:
        await _replace(site, before, kept)
        await _forget_files(site, before)
    return kept


async def remove(site: Site, shortcode: str) -> None:
    """Takes one of ours away; old posts show its name instead. Raises NotFound."""
    async with site.writing() as tx:
        before = (await store.named(tx, None, [shortcode])).get(shortcode)
        if before is None:
            raise NotFound(f"There is no emoji :{shortcode[:70]}:")
        await store.delete_own(tx, before.id)
    await _replace(site, before, None)
    await _forget_files(site, before)


async def _replace(site: Site, before: Emoji, after: Emoji | None) -> None:
    """In chunks, so that nobody waits long for the database."""
    for of in ("statuses", "accounts"):
        last: int | None = 0
        while last is not None:
            async with site.writing() as tx:
                last = await store.carry(tx, of, before, after, last)


async def _forget_files(site: Site, item: Emoji) -> None:
    for key in (item.key, item.static_key):
        if key is not None:
            await site.media.delete(key)
