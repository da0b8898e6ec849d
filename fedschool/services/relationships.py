"""Follow, block, mute, and their undoing: what our people do, and what peers tell us they did.

The functions that take `tx` first are the inbox's: their first account is the proven sender.
"""

from collections.abc import Sequence

import msgspec

from fedschool.activitypub import render, values
from fedschool.distribution import outbox
from fedschool.errors import Forbidden, NotFound, Unprocessable
from fedschool.model.account import Account, Relationship, Viewer
from fedschool.ports.database import Tx
from fedschool.services import following
from fedschool.site import Site
from fedschool.store import accounts, domain_blocks, list_entries, notifications, people, timelines
from fedschool.store import relationships as store
from fedschool.store.relationships import Edge, Follow

MAX_LANGUAGES = 50
CHUNK = 50
LONGEST_MUTE = 10 * 365 * 24 * 3600


class FollowOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a follower wants of somebody's posts; None leaves it as it is.

    An empty `languages` means all of them.
    """

    reblogs: bool | None = None
    notify: bool | None = None
    languages: tuple[str, ...] | None = None


class MuteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`duration` in seconds, 0 for good. `notifications`: whether to be spared those too."""

    notifications: bool = True
    duration: int = 0


async def between(site: Site, viewer: Viewer, ids: Sequence[int]) -> list[Relationship]:
    """How the viewer stands to each of the accounts, in that order, without the unknown."""
    async with site.reading() as tx:
        return await people.between(tx, viewer.me, list(dict.fromkeys(ids)), site.now())


async def follow(
    site: Site, viewer: Viewer, account_id: int, options: FollowOptions
) -> Relationship:
    """Follows, or asks to; again: changes the options.

    Raises NotFound; Forbidden for oneself, a moved account, and where either blocks the other.
    """
    _check_languages(options)
    async with site.writing() as tx:
        me, target = await _both(tx, viewer, account_id)
        edge, existing = await _existing(tx, me, target)
        if existing is not None:
            await store.change(tx, edge, _with(existing, options))
        else:
            await _require_followable(tx, me, target)
            item = _with(following.new(site, me, target), options)
            if not target.local:
                await following.ask(tx, site, me, target, item)
                await following.tell_follow(tx, site, me, target, item)
            elif following.needs_consent(me, target):
                await following.ask(tx, site, me, target, item)
            else:
                await following.begin(tx, site, me, target, item)
        return await _standing(tx, site, viewer, account_id)


async def unfollow(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Ends the follow, or takes the request back. Raises NotFound."""
    async with site.writing() as tx:
        me, target = await _both(tx, viewer, account_id)
        await _leave(tx, site, me, target)
        return await _standing(tx, site, viewer, account_id)


async def remove_follower(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """That account follows the viewer no longer. Raises NotFound."""
    async with site.writing() as tx:
        me, follower = await _both(tx, viewer, account_id)
        if await store.find(tx, Edge.FOLLOW, follower.id, me.id) is not None:
            await _turn_away(tx, site, follower, me)
        return await _standing(tx, site, viewer, account_id)


async def authorize(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Lets somebody who asked follow the viewer. Raises NotFound when nobody asked."""
    async with site.writing() as tx:
        me, follower = await _both(tx, viewer, account_id)
        item = await following.admit(tx, site, follower, me)
        if item is None:
            raise NotFound
        await following.tell_accept(tx, site, follower, me, item)
        return await _standing(tx, site, viewer, account_id)


async def reject(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Refuses somebody who asked to follow the viewer. Raises NotFound when nobody asked."""
    async with site.writing() as tx:
        me, follower = await _both(tx, viewer, account_id)
        if await store.find(tx, Edge.REQUEST, follower.id, me.id) is None:
            raise NotFound
        await _turn_away(tx, site, follower, me)
        return await _standing(tx, site, viewer, account_id)


async def admit_waiting(tx: Tx, site: Site, target: Account) -> None:
    """Everybody who asked may follow: `target`, one of ours, asks nobody to wait any longer."""
    requests = await store.waiting(tx, target.id)
    await store.lock(tx, target.id, *(item.account_id for item in requests))
    askers = await accounts.by_ids(tx, [item.account_id for item in requests])
    for item in requests:
        follower = askers[item.account_id]
        if following.needs_consent(follower, target):
            continue
        if admitted := await following.admit(tx, site, follower, target):
            await following.tell_accept(tx, site, follower, target, admitted)


async def block(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Blocks: follows end both ways, homes and notifications are rid of them. Raises NotFound."""
    async with site.writing() as tx:
        me, target = await _both(tx, viewer, account_id)
        block_id = site.ids.next()
        uri = site.uris.activity(block_id)
        if await store.insert_block(
            tx, block_id=block_id, account_id=me.id, target_id=target.id, uri=uri, now=site.now()
        ):
            await _leave(tx, site, me, target)
            await _turn_away(tx, site, target, me)
            await _part(tx, me, target)
            document = render.block(uri, me.uri, target.uri)
            await outbox.send(tx, site, me, document, people=[target.id])
        return await _standing(tx, site, viewer, account_id)


async def unblock(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Raises NotFound."""
    async with site.writing() as tx:
        me, target = await _both(tx, viewer, account_id)
        uri = await store.remove_block(tx, me.id, target.id)
        if uri is not None:
            undo = render.undo(f"{uri}#undo", render.block(uri, me.uri, target.uri))
            await outbox.send(tx, site, me, undo, people=[target.id])
        return await _standing(tx, site, viewer, account_id)


async def mute(site: Site, viewer: Viewer, account_id: int, options: MuteOptions) -> Relationship:
    """Spares the viewer somebody's posts; nobody else learns of it. Raises NotFound."""
    if not 0 <= options.duration <= LONGEST_MUTE:
        raise Unprocessable("Validation failed: Duration is not a number of seconds")
    now = site.now()
    async with site.writing() as tx:
        me, target = await _both(tx, viewer, account_id)
        await store.put_mute(
            tx,
            mute_id=site.ids.next(),
            account_id=me.id,
            target_id=target.id,
            hide_notifications=options.notifications,
            expires_at=now + options.duration * 1000 if options.duration else None,
            now=now,
        )
        await timelines.purge_home(tx, me.id, target.id, boosts=True)
        await list_entries.purge(tx, me.id, target.id, boosts=True)
        return await _standing(tx, site, viewer, account_id)


async def unmute(site: Site, viewer: Viewer, account_id: int) -> Relationship:
    """Raises NotFound."""
    async with site.writing() as tx:
        me, target = await _both(tx, viewer, account_id)
        if await store.remove_mute(tx, me.id, target.id) and await store.find(
            tx, Edge.FOLLOW, me.id, target.id
        ):
            await timelines.backfill_home(tx, me.id, target.id)
            await list_entries.backfill(tx, me.id, target.id, now=site.now())
        return await _standing(tx, site, viewer, account_id)


async def leave_domain(site: Site, viewer: Viewer, domain: str) -> None:
    """Nobody at the domain follows the viewer any longer, nor asks to; each is told."""
    while True:
        async with site.writing() as tx:
            ids = await store.followers_at(tx, viewer.me, domain, CHUNK)
            if not ids:
                return
            await store.lock(tx, viewer.me, *ids)
            found = await accounts.by_ids(tx, [viewer.me, *ids])
            for follower in ids:
                await _turn_away(tx, site, found[follower], found[viewer.me])


# What peers tell us


async def received_follow(tx: Tx, site: Site, follower: Account, target: Account, uri: str) -> None:
    """A remote person wants to follow one of ours; answered at once, unless ours is asked first."""
    await store.lock(tx, follower.id, target.id)
    unwelcome = target.suspended_at is not None or target.moved_to_uri is not None
    if follower.domain and await domain_blocks.blocking(tx, target.id, follower.domain):
        unwelcome = True
    if unwelcome or await store.blocking(tx, target.id, follower.id):
        await following.tell_reject(tx, site, follower, target, uri)
        return
    edge, existing = await _existing(tx, follower, target)
    if existing is not None:
        # They lost our answer, or forgot the follow: theirs is the URI that counts from now on
        item = msgspec.structs.replace(existing, uri=uri)
        await store.change(tx, edge, item)
    else:
        item = following.new(site, follower, target, uri)
        if following.needs_consent(follower, target):
            edge = Edge.REQUEST
            await following.ask(tx, site, follower, target, item)
        else:
            await following.begin(tx, site, follower, target, item)
    if edge is Edge.FOLLOW:
        await following.tell_accept(tx, site, follower, target, item)


async def undone_follow(tx: Tx, _site: Site, follower: Account, target: Account) -> None:
    """A remote person follows one of ours no longer, or asks no longer."""
    await store.lock(tx, follower.id, target.id)
    await following.end(tx, follower, target)


async def accepted(tx: Tx, site: Site, followed: Account, follower: Account) -> None:
    """A remote person consents to being followed by one of ours. Unasked for, it means nothing."""
    await store.lock(tx, follower.id, followed.id)
    await following.admit(tx, site, follower, followed)


async def rejected(tx: Tx, _site: Site, followed: Account, follower: Account) -> None:
    """A remote person does not want to be followed by one of ours (any longer)."""
    await store.lock(tx, follower.id, followed.id)
    await following.end(tx, follower, followed)


async def asker(tx: Tx, followed: Account, uri: str) -> Account | None:
    """Who follows, or asks to, with the Follow of this id: for answers that give no more."""
    found = await store.by_uri(tx, followed.id, uri)
    return None if found is None else await accounts.by_id(tx, found.account_id)


async def received_block(tx: Tx, site: Site, blocker: Account, target: Account, uri: str) -> None:
    """A remote person blocks one of ours, who is not told."""
    await store.lock(tx, blocker.id, target.id)
    if await store.insert_block(
        tx,
        block_id=site.ids.next(),
        account_id=blocker.id,
        target_id=target.id,
        uri=uri,
        now=site.now(),
    ):
        await following.end(tx, blocker, target)
        await following.end(tx, target, blocker)
        await _part(tx, blocker, target)


async def undone_block(tx: Tx, _site: Site, blocker: Account, target: Account) -> None:
    """A remote person blocks one of ours no longer."""
    await store.remove_block(tx, blocker.id, target.id)


async def _both(tx: Tx, viewer: Viewer, account_id: int) -> tuple[Account, Account]:
    """The viewer's account and the other, both held until the end of the transaction."""
    if account_id == viewer.me:
        raise Forbidden
    await store.lock(tx, viewer.me, account_id)
    found = await accounts.by_ids(tx, [viewer.me, account_id])
    target = found.get(account_id)
    if target is None or target.suspended_at is not None:
        raise NotFound
    return found[viewer.me], target


async def _existing(tx: Tx, follower: Account, target: Account) -> tuple[Edge, Follow | None]:
    if asked := await store.find(tx, Edge.REQUEST, follower.id, target.id):
        return Edge.REQUEST, asked
    return Edge.FOLLOW, await store.find(tx, Edge.FOLLOW, follower.id, target.id)


async def _require_followable(tx: Tx, me: Account, target: Account) -> None:
    if target.moved_to_uri is not None or me.moved_to_uri is not None:
        raise Forbidden
    if await store.blocking(tx, target.id, me.id) or await store.blocking(tx, me.id, target.id):
        raise Forbidden
    if target.domain and await domain_blocks.blocking(tx, me.id, target.domain):
        raise Forbidden


async def _leave(tx: Tx, site: Site, me: Account, target: Account) -> None:
    if ended := await following.end(tx, me, target):
        await following.tell_undo(tx, site, me, target, ended)


async def _turn_away(tx: Tx, site: Site, follower: Account, me: Account) -> None:
    if ended := await following.end(tx, follower, me):
        await following.tell_reject(tx, site, follower, me, ended.uri)


async def _part(tx: Tx, one: Account, other: Account) -> None:
    """After a block: each leaves the home of the other, and the blocker's notifications."""
    for reader, author in ((one, other), (other, one)):
        if reader.local:
            await timelines.purge_home(tx, reader.id, author.id, boosts=True)
            await list_entries.purge(tx, reader.id, author.id, boosts=True)
    if one.local:
        await notifications.forget_sender(tx, one.id, other.id)


async def _standing(tx: Tx, site: Site, viewer: Viewer, account_id: int) -> Relationship:
    return (await people.between(tx, viewer.me, [account_id], site.now()))[0]


def _with(item: Follow, options: FollowOptions) -> Follow:
    languages = item.languages if options.languages is None else options.languages or None
    return msgspec.structs.replace(
        item,
        show_reblogs=item.show_reblogs if options.reblogs is None else options.reblogs,
        notify=item.notify if options.notify is None else options.notify,
        languages=languages,
    )


def _check_languages(options: FollowOptions) -> None:
    languages = options.languages or ()
    if len(languages) > MAX_LANGUAGES or not all(map(values.language, languages)):
        raise Unprocessable("Validation failed: Languages must be a list of language codes")
