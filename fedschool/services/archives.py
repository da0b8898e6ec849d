"""All that a person wrote here, to take along: documents and files in one archive.

`actor.json`, `outbox.json`, `likes.json`, `bookmarks.json` and the files, named as Mastodon does.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import msgspec

from fedschool.activitypub import render
from fedschool.activitypub.vocab import NOTE_CONTEXT, Document
from fedschool.errors import NotFound
from fedschool.model.account import Account, Picture, Viewer
from fedschool.model.status import StatusView
from fedschool.model.timeline import Cursor
from fedschool.ports import bundles
from fedschool.ports.bundles import Bundle
from fedschool.services import exports
from fedschool.site import Site
from fedschool.store import accounts, hydrate, timelines
from fedschool.store import transfers as store
from fedschool.text import sheets

PAGE = 40
_FILES = "media_attachments/files"
_json = msgspec.json.Encoder().encode


async def write(site: Site, username: str, path: Path) -> int:
    """Writes the archive to `path`; how many posts and boosts are in it.

    Raises NotFound, Unprocessable.
    """
    async with site.reading() as tx:
        me = await exports.person(tx, username)
        key = await accounts.key_of(tx, me.id)
    if key is None:
        raise NotFound
    async with bundles.open_bundle(path) as bundle:
        await _put(site, bundle, "actor.json", await _actor(site, bundle, me, key.public_pem))
        await _marked(site, bundle, me)
        return await _outbox(site, bundle, me)


async def _put(site: Site, bundle: Bundle, name: str, document: Document) -> None:
    await asyncio.to_thread(bundle.add_bytes, name, _json(document), site.now())


async def _actor(site: Site, bundle: Bundle, me: Account, public_pem: str) -> Document:
    """The actor with its pictures beside it."""
    document = render.actor(
        me,
        site.uris,
        public_pem,
        avatar_url=await _picture(site, bundle, "avatar", me.avatar),
        header_url=await _picture(site, bundle, "header", me.header),
    )
    return document | {
        "outbox": "outbox.json",
        "likes": "likes.json",
        "bookmarks": "bookmarks.json",
    }


async def _picture(site: Site, bundle: Bundle, name: str, picture: Picture) -> str | None:
    if picture.key is None:
        return None
    inside = f"{name}{Path(picture.key).suffix}"
    return inside if await _file(site, bundle, inside, picture.key) else None


async def _marked(site: Site, bundle: Bundle, me: Account) -> None:
    """What the person liked and kept, by address."""
    limit = sheets.MAX_ROWS
    async with site.reading() as tx:
        liked = await store.liked(tx, me.id, limit)
        kept = await store.bookmarked(tx, me.id, limit)
    for name, rows in (("likes.json", liked), ("bookmarks.json", kept)):
        items = [row[1] for row in rows]
        document = render.ordered_collection(name, len(items), items=items)
        await _put(site, bundle, name, document)


async def _outbox(site: Site, bundle: Bundle, me: Account) -> int:
    """Everything that the person posted, whoever may see it; a page at a time."""
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "outbox.json"
        with listed.open("wb") as out:
            out.write(b'{"@context":' + _json(NOTE_CONTEXT) + b',"id":"outbox.json",')
            out.write(b'"type":"OrderedCollection","orderedItems":[')
            async for view in _posts(site, me):
                await _one(site, bundle, out, view, first=total == 0)
                total += 1
            out.write(b'],"totalItems":' + _json(total) + b"}")
        await asyncio.to_thread(bundle.add_file, "outbox.json", listed, site.now())
    return total


async def _posts(site: Site, me: Account) -> AsyncIterator[StatusView]:
    viewer = Viewer(account_id=me.id, local=True)
    cursor = Cursor(limit=PAGE)
    while True:
        async with site.reading() as tx:
            query = timelines.of_account(viewer, me.id, cursor)
            ids, views = await hydrate.page(tx, viewer, query)
        for view in views:
            yield view
        if not ids:
            return
        cursor = Cursor(max_id=ids[-1], limit=PAGE)


async def _one(
    site: Site, bundle: Bundle, out: IO[bytes], view: StatusView, *, first: bool
) -> None:
    for item in view.attachments if view.reblog is None else ():
        if item.key is not None:
            await _file(site, bundle, f"{_FILES}/{item.key}", item.key)
    if view.reblog is not None:
        document = render.announce(view, site.uris)
    else:
        document = render.create(view, site.uris, lambda key: f"{_FILES}/{key}")
    document.pop("@context", None)
    out.write((b"" if first else b",") + _json(document))


async def _file(site: Site, bundle: Bundle, name: str, key: str) -> bool:
    """Adds a file of the media store; False when it is not there any more."""
    try:
        where = site.media.path(key)
        if where is not None:
            await asyncio.to_thread(bundle.add_file, name, where, site.now())
        else:
            data = await site.media.get(key)
            await asyncio.to_thread(bundle.add_bytes, name, data, site.now())
    except (NotFound, FileNotFoundError):
        return False
    return True
