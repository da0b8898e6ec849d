"""Files that people bring from elsewhere: taken in by a job, a few rows at a time."""

import msgspec

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Account
from fedschool.model.job import Import as Payload
from fedschool.model.job import JobKind
from fedschool.model.transfer import Import, Kind
from fedschool.ports.database import Tx
from fedschool.services import exports
from fedschool.site import Site
from fedschool.store import jobs
from fedschool.store import transfers as store
from fedschool.text import sheets

_HEADS = ("account address", "#domain", "domain")


async def begin(
    site: Site, username: str, kind: Kind, data: bytes, *, overwrite: bool = False
) -> Import:
    """Takes the file in; a job goes through its rows.

    Raises NotFound, TooLarge, Malformed, and Unprocessable for an empty file.
    """
    rows = _without_head(sheets.read(data))
    if kind is Kind.LISTS and any(len(row) < 2 for row in rows):
        raise Unprocessable("Each row needs the name of a list and an account address")
    if not rows:
        raise Unprocessable("The file has no rows")
    async with site.writing() as tx:
        me = await exports.person(tx, username)
        if me.moved_to_uri is not None:
            raise Unprocessable("This account has moved")
        item = _new(site, me, kind, len(rows), overwrite)
        await store.insert_import(tx, item, rows)
        await plan(tx, site, item, site.now())
    return item


async def progress(site: Site, import_id: int) -> Import:
    """How far it is. Raises NotFound."""
    async with site.reading() as tx:
        found = await store.import_by_id(tx, import_id)
    if found is None:
        raise NotFound
    return found


async def plan(tx: Tx, site: Site, item: Import, at: int) -> None:
    """The next rows have their turn at `at` (ms). One person's imports wait for one another."""
    payload = msgspec.json.encode(Payload(item.id))
    lane = f"import:{item.account_id}"
    new = jobs.NewJob(site.ids.next(), JobKind.IMPORT, lane, payload, at)
    await jobs.add(tx, [new], site.now())
    tx.after_commit(site.wake_workers)


def _new(site: Site, me: Account, kind: Kind, total: int, overwrite: bool) -> Import:
    return Import(
        id=site.ids.next(),
        account_id=me.id,
        kind=kind,
        overwrite=overwrite,
        total=total,
        created_at=site.now(),
    )


def _without_head(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return rows[1:] if rows and rows[0][0].lower() in _HEADS else rows
