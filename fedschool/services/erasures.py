"""The data of suspended people are erased: thirty days later, or when an admin says so.

The name stays taken and suspended; the staff's records stay as they are.
"""

import msgspec

from fedschool import log
from fedschool.activitypub import render
from fedschool.distribution import outbox
from fedschool.errors import Forbidden
from fedschool.model.account import Account, ActorType, Picture, Viewer
from fedschool.model.moderation import AdminAccount
from fedschool.model.staff import Permission
from fedschool.ports.database import Tx
from fedschool.services import moderation, staff
from fedschool.site import Site
from fedschool.store import accounts, admin_accounts, departures, statuses, users
from fedschool.store import erasures as store
from fedschool.store import moderation as suspensions
from fedschool.store import relationships as relations

_log = log.get(__name__)
ROUND = 20
IP_DAYS = 365


async def erase(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """Erases a suspended account at once. Raises Forbidden, also where it is not suspended."""
    async with site.writing() as tx:
        await staff.officer(tx, viewer, Permission.DELETE_USER_DATA)
        officer, target = await moderation.held(tx, viewer, account_id)
        if not await suspensions.is_suspended(tx, account_id):
            raise Forbidden("Only the data of suspended accounts are erased")
        await moderation.done(tx, site, officer, target, "erase")
        files = await _erase(tx, site, target.account)
        left = await admin_accounts.one(tx, account_id)
    await _discard(site, files)
    return left or target


async def erase_due(site: Site) -> None:
    """Erases everybody whose suspension is older than the time that it could be lifted in."""
    while True:
        async with site.reading() as tx:
            ids = await suspensions.due(tx, site.now(), ROUND)
        for account_id in ids:
            await _erase_one(site, account_id)
        if len(ids) < ROUND:
            return


async def forget_ips(site: Site) -> None:
    """Forgets where people signed in from, a year later."""
    async with site.writing() as tx:
        await suspensions.forget_ips(tx, site.now() - IP_DAYS * moderation.DAY)


async def _erase_one(site: Site, account_id: int) -> None:
    files: list[str] = []
    async with site.writing() as tx:
        # The staff may have taken somebody back since the list was read.
        await relations.lock(tx, account_id)
        target = await admin_accounts.one(tx, account_id)
        if target is not None and await suspensions.is_due(tx, account_id, site.now()):
            await moderation.done(tx, site, staff.Officer(0, staff.OPERATOR.role), target, "erase")
            files = await _erase(tx, site, target.account)
    await _discard(site, files)


async def _erase(tx: Tx, site: Site, account: Account) -> list[str]:
    """Removes all but the name; the keys of the files that nothing refers to any more."""
    now = site.now()
    inboxes: outbox.Inboxes = {}
    files: list[str] = []
    if account.local:
        people = await store.acquaintances(tx, account.id)
        inboxes = await outbox.open_inboxes(tx, site, None, people)
        pictures = (account.avatar.key, account.header.key)
        files = [*await store.files(tx, account.id), *(key for key in pictures if key)]
    pair = await accounts.key_of(tx, account.id)
    kept = await store.records(tx, account.id)
    await departures.erase(tx, account.id, now, local=account.local)
    shell = _shell(account)
    await accounts.insert_new(tx, shell)
    await users.hide(tx, account.id, now)
    if pair is not None:
        await accounts.put_key(tx, pair)
    await store.restore(tx, kept)
    await store.mark_erased(tx, account.id, now)
    if account.local:
        await statuses.bury(tx, account.uri, now)
        await outbox.post(tx, site, shell, render.delete_actor(account.uri), inboxes)
    return files


def _shell(account: Account) -> Account:
    return msgspec.structs.replace(
        account,
        actor_type=ActorType.PERSON,
        display_name="",
        note="",
        note_source="",
        fields=(),
        fields_source=(),
        avatar=Picture(),
        header=Picture(),
        also_known_as=(),
        discoverable=False,
        indexable=False,
    )


async def _discard(site: Site, keys: list[str]) -> None:
    for key in keys:
        await site.media.delete(key)
