"""The rows of imported files, one by one: each is what the person could have done by hand."""

from collections.abc import Awaitable, Callable

from fedschool import log
from fedschool.errors import FedschoolError, NotFound, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.job import Import as Payload
from fedschool.model.status import Status
from fedschool.model.transfer import Import, Kind
from fedschool.services import (
    domain_blocks,
    exports,
    handles,
    imports,
    interactions,
    lists,
    relationships,
    remote,
)
from fedschool.services.relationships import FollowOptions, MuteOptions
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store import transfers as store
from fedschool.text import sheets

_log = log.get(__name__)
BATCH = 20
PAUSE = 30_000
Row = tuple[str, ...]


async def run(site: Site, job: Payload) -> None:
    """Does the next rows and plans the rest; rows that concern other servers come in small
    groups with pauses, so that five thousand follows are no flood."""
    async with site.reading() as tx:
        item = await store.import_by_id(tx, job.import_id)
        rows = [] if item is None else await store.rows(tx, item.id, item.done, BATCH)
        me = None if item is None else await accounts.by_id(tx, item.account_id)
    if item is None or item.finished_at is not None:
        return
    elsewhere = False
    viewer = Viewer(account_id=item.account_id, local=True)
    for row in rows if me is not None and me.suspended_at is None else []:
        elsewhere = await _try(site, viewer, item, row) or elsewhere
    if len(rows) == BATCH:
        async with site.writing() as tx:
            await imports.plan(tx, site, item, site.now() + (PAUSE if elsewhere else 0))
        return
    if item.overwrite:
        await _end_the_rest(site, viewer, item)
    async with site.writing() as tx:
        await store.finish(tx, item.id, site.now())


async def _try(site: Site, viewer: Viewer, item: Import, row: Row) -> bool:
    """One row; whether it may have concerned another server."""
    failed = False
    try:
        await _DEEDS[item.kind](site, viewer, row)
    except FedschoolError as error:
        failed = True
        _log.info("row left out", kind=item.kind.value, why=type(error).__name__)
    async with site.writing() as tx:
        await store.step(tx, item.id, failed=failed)
    named = row[-1] if item.kind is Kind.LISTS else row[0]
    return item.kind is not Kind.DOMAIN_BLOCKS and site.uris.host not in named


async def _follow(site: Site, viewer: Viewer, row: Row) -> None:
    target = await _account(site, row[0])
    languages = tuple(part.strip() for part in _cell(row, 3).split(",") if part.strip())
    options = FollowOptions(
        reblogs=_flag(row, 1, usual=True),
        notify=_flag(row, 2, usual=False),
        languages=languages or None,
    )
    await relationships.follow(site, viewer, target.id, options)


async def _block(site: Site, viewer: Viewer, row: Row) -> None:
    await relationships.block(site, viewer, (await _account(site, row[0])).id)


async def _mute(site: Site, viewer: Viewer, row: Row) -> None:
    options = MuteOptions(notifications=_flag(row, 1, usual=True))
    await relationships.mute(site, viewer, (await _account(site, row[0])).id, options)


async def _block_domain(site: Site, viewer: Viewer, row: Row) -> None:
    await domain_blocks.block(site, viewer, row[0])


async def _bookmark(site: Site, viewer: Viewer, row: Row) -> None:
    found = await remote.resolve_uri(site, row[0])
    if not isinstance(found, Status):
        raise NotFound
    await interactions.bookmark(site, viewer, found.id)


async def _list(site: Site, viewer: Viewer, row: Row) -> None:
    """Puts somebody into the list of that name; who is not followed yet is followed first."""
    target = await _account(site, row[1])
    mine = await lists.of(site, viewer)
    shelf = next((item for item in mine if item.title == row[0]), None)
    if shelf is None:
        shelf = await lists.create(site, viewer, lists.Form(title=row[0]))
    if any(item.id == shelf.id for item in await lists.holding(site, viewer, target.id)):
        return
    if target.id != viewer.me:
        standing = await relationships.between(site, viewer, [target.id])
        if not standing[0].following:
            await relationships.follow(site, viewer, target.id, FollowOptions())
    await lists.add(site, viewer, shelf.id, [target.id])


_DEEDS: dict[Kind, Callable[[Site, Viewer, Row], Awaitable[None]]] = {
    Kind.FOLLOWING: _follow,
    Kind.LISTS: _list,
    Kind.BLOCKS: _block,
    Kind.MUTES: _mute,
    Kind.DOMAIN_BLOCKS: _block_domain,
    Kind.BOOKMARKS: _bookmark,
}


async def _end_the_rest(site: Site, viewer: Viewer, item: Import) -> None:
    """What there is and the file does not have ends."""
    limit = sheets.MAX_ROWS
    async with site.reading() as tx:
        rows = await store.rows(tx, item.id, 0, limit)
        if item.kind is Kind.DOMAIN_BLOCKS:
            domains = await store.domains(tx, viewer.me, limit)
        elif item.kind is Kind.BOOKMARKS:
            marked = await store.bookmarked(tx, viewer.me, limit)
        elif item.kind is not Kind.LISTS:
            edges = await _EDGES[item.kind](tx, viewer.me, limit)
    kept = {row[0].removeprefix("@").casefold() for row in rows}
    if item.kind is Kind.DOMAIN_BLOCKS:
        for domain in domains:
            if domain.casefold() not in kept:
                await domain_blocks.unblock(site, viewer, domain)
    elif item.kind is Kind.BOOKMARKS:
        for status_id, uri in marked:
            if uri not in {row[0] for row in rows}:
                await _quietly(interactions.unbookmark(site, viewer, status_id))
    elif item.kind is Kind.LISTS:
        await _end_lists(site, viewer, rows)
    else:
        for row in edges:
            if not _is_kept(site, row[1], row[2], kept):
                await _quietly(_ENDS[item.kind](site, viewer, row[0]))


async def _end_lists(site: Site, viewer: Viewer, rows: list[Row]) -> None:
    pairs = {(row[0], row[1].removeprefix("@").casefold()) for row in rows}
    titles = {title for title, _ in pairs}
    async with site.reading() as tx:
        members = await store.in_lists(tx, viewer.me, sheets.MAX_ROWS)
    for shelf in await lists.of(site, viewer):
        if shelf.title not in titles:
            await lists.delete(site, viewer, shelf.id)
            continue
        kept = {name for title, name in pairs if title == shelf.title}
        for title, username, domain in members:
            if title == shelf.title and not _is_kept(site, username, domain, kept):
                target = await _account(site, exports.handle(site, username, domain))
                await lists.remove(site, viewer, shelf.id, [target.id])


_EDGES = {
    Kind.FOLLOWING: store.following,
    Kind.BLOCKS: store.blocked,
    Kind.MUTES: store.muted,
}
_ENDS: dict[Kind, Callable[[Site, Viewer, int], Awaitable[object]]] = {
    Kind.FOLLOWING: relationships.unfollow,
    Kind.BLOCKS: relationships.unblock,
    Kind.MUTES: relationships.unmute,
}


async def _quietly(deed: Awaitable[object]) -> None:
    try:
        await deed
    except FedschoolError as error:
        _log.info("could not be ended", why=type(error).__name__)


def _is_kept(site: Site, username: str, domain: str, kept: set[str]) -> bool:
    whole = exports.handle(site, username, domain).casefold()
    return whole in kept or (not domain and username.casefold() in kept)


async def _account(site: Site, text: str) -> Account:
    username, _, domain = text.strip().removeprefix("@").partition("@")
    return await handles.resolve(site, username, domain or None)


def _cell(row: Row, number: int) -> str:
    return row[number] if number < len(row) else ""


def _flag(row: Row, number: int, *, usual: bool) -> bool:
    text = _cell(row, number).lower()
    if text not in ("", "true", "false", "1", "0"):
        raise Unprocessable("A column that is true or false says something else")
    return usual if not text else text in ("true", "1")
