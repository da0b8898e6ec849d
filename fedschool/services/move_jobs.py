"""After a move: our people's follows, lists, notes, blocks and mutes go along, a few at a time."""

import msgspec

from fedschool import log
from fedschool.activitypub import render
from fedschool.distribution import outbox
from fedschool.model.account import Account
from fedschool.model.job import JobKind, Move
from fedschool.ports.database import Tx
from fedschool.services import following
from fedschool.site import Site
from fedschool.store import accounts, domain_blocks, jobs, lists, moves, notes
from fedschool.store import relationships as store
from fedschool.store.moves import Carried
from fedschool.store.relationships import Edge

_log = log.get(__name__)
BATCH = 25
MAX_NOTE = 2_000


async def run(site: Site, job: Move) -> None:
    """Carries a batch over, each person in a transaction of their own, and plans the next."""
    async with site.reading() as tx:
        batch = await moves.concerned(tx, job.account_id, job.after, BATCH)
    for item in batch:
        await _carry(site, job, item)
    if len(batch) == BATCH:
        await _go_on(site, msgspec.structs.replace(job, after=batch[-1].account_id))


async def _go_on(site: Site, job: Move) -> None:
    now = site.now()
    payload = msgspec.json.encode(job)
    lane = f"move:{job.account_id}"
    async with site.writing() as tx:
        new = jobs.NewJob(site.ids.next(), JobKind.MOVE, lane, payload, now)
        await jobs.add(tx, [new], now)
        tx.after_commit(site.wake_workers)


async def _carry(site: Site, job: Move, item: Carried) -> None:
    if item.account_id == job.target_id:
        return
    async with site.writing() as tx:
        await store.lock(tx, item.account_id, job.account_id, job.target_id)
        found = await accounts.by_ids(tx, [item.account_id, job.account_id, job.target_id])
        if len(found) < 3:
            return
        me, old, target = (found[id_] for id_ in (item.account_id, job.account_id, job.target_id))
        if old.moved_to_uri != target.uri or target.suspended_at is not None:
            return
        follows_target = await store.find(tx, Edge.FOLLOW, me.id, target.id) is not None
        if item.blocks and not follows_target:
            await _block(tx, site, me, target)
        elif item.follows:
            await _follow(tx, site, me, old, target)
        if item.mutes and not follows_target:
            await _mute(tx, site, me, target, item)
        await _note(tx, site, me, old, target, item)


async def _follow(tx: Tx, site: Site, me: Account, old: Account, target: Account) -> None:
    """Follows the new account as the old one was, in the same lists, and leaves the old one."""
    before = await store.find(tx, Edge.FOLLOW, me.id, old.id)
    if before is None:
        return
    if await _may_follow(tx, me, target):
        shelves = await lists.holding(tx, me.id, old.id)
        item = msgspec.structs.replace(
            following.new(site, me, target),
            show_reblogs=before.show_reblogs,
            notify=before.notify,
            languages=before.languages,
        )
        if not target.local:
            await following.ask(tx, site, me, target, item)
            await following.tell_follow(tx, site, me, target, item)
        elif following.needs_consent(me, target):
            await following.ask(tx, site, me, target, item)
        else:
            await following.begin(tx, site, me, target, item)
        for shelf in shelves:
            await lists.add(tx, shelf.id, [(site.ids.next(), target.id)], site.now())
    ended = await following.end(tx, me, old)
    if ended is not None:
        await following.tell_undo(tx, site, me, old, ended)


async def _may_follow(tx: Tx, me: Account, target: Account) -> bool:
    if me.id == target.id or me.moved_to_uri is not None:
        return False
    for edge in Edge:
        if await store.find(tx, edge, me.id, target.id) is not None:
            return False
    if await store.blocking(tx, me.id, target.id) or await store.blocking(tx, target.id, me.id):
        return False
    return not (target.domain and await domain_blocks.blocking(tx, me.id, target.domain))


async def _block(tx: Tx, site: Site, me: Account, target: Account) -> None:
    block_id = site.ids.next()
    uri = site.uris.activity(block_id)
    if not await store.insert_block(
        tx, block_id=block_id, account_id=me.id, target_id=target.id, uri=uri, now=site.now()
    ):
        return
    if ended := await following.end(tx, target, me):
        await following.tell_reject(tx, site, target, me, ended.uri)
    document = render.block(uri, me.uri, target.uri)
    await outbox.send(tx, site, me, document, people=[target.id])


async def _mute(tx: Tx, site: Site, me: Account, target: Account, item: Carried) -> None:
    await store.put_mute(
        tx,
        mute_id=site.ids.next(),
        account_id=me.id,
        target_id=target.id,
        hide_notifications=item.hides_notifications,
        expires_at=item.mute_expires_at,
        now=site.now(),
    )


async def _note(
    tx: Tx, site: Site, me: Account, old: Account, target: Account, item: Carried
) -> None:
    """What was noted about the old account, below what is noted about the new one."""
    if not item.note:
        return
    there = await moves.note(tx, me.id, target.id) or ""
    if item.note in there:
        return
    comment = "\n\n".join(part for part in (there, f"@{old.acct}: {item.note}") if part)
    await notes.put(
        tx,
        row_id=site.ids.next(),
        account_id=me.id,
        target_id=target.id,
        comment=comment[:MAX_NOTE],
        now=site.now(),
    )
