"""People who move: the names they also go by, leaving for another account, and arriving.

Both sides must say so: the old account names the new one, and the new one lists the old one.
"""

import msgspec

from fedschool.activitypub import render
from fedschool.distribution import outbox
from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Account
from fedschool.model.job import JobKind, Move
from fedschool.ports.database import Tx
from fedschool.services import handles, profiles, remote_actors
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, jobs
from fedschool.store import relationships as relationship_store

DAY = 86_400_000
COOL_DOWN = 30 * DAY
MAX_ALIASES = 20


async def aliases(site: Site, username: str) -> tuple[str, ...]:
    """The URIs that the person also goes by. Raises NotFound."""
    async with site.reading() as tx:
        return (await _ours(tx, username)).also_known_as


async def add_alias(site: Site, username: str, handle: str) -> Account:
    """The person also is `handle` (`name@host`), and may be moved to from there.

    Raises NotFound, RemoteFailure, Unprocessable.
    """
    other = await _resolve(site, handle)
    async with site.writing() as tx:
        me = await _held(tx, username)
        if other.id == me.id:
            raise Unprocessable("That is the account itself")
        if other.uri not in me.also_known_as:
            if len(me.also_known_as) >= MAX_ALIASES:
                raise Unprocessable(f"There are {MAX_ALIASES} aliases already")
            await _rename(tx, site, me, (*me.also_known_as, other.uri))
    return other


async def remove_alias(site: Site, username: str, name: str) -> None:
    """`name` is a handle or a URI of the list. Raises NotFound when it is not in it."""
    uri = name if "://" in name else (await _resolve(site, name)).uri
    async with site.writing() as tx:
        me = await _held(tx, username)
        if uri not in me.also_known_as:
            raise NotFound
        left = tuple(alias for alias in me.also_known_as if alias != uri)
        await _rename(tx, site, me, left)


async def leave(site: Site, username: str, handle: str) -> Account:
    """The person is `handle` from now on, followers are sent there, and this account rests.

    Raises NotFound, RemoteFailure, and Unprocessable when the other account does not list this
    one, has moved itself, or the last move was less than 30 days ago.
    """
    found = await _resolve(site, handle)
    target = await _fresh(site, found.uri)
    async with site.writing() as tx:
        me = await _held(tx, username)
        _require_may_leave(me, target, site.now())
        await accounts.set_moved(tx, me.id, target, site.now())
        after = await accounts.by_id(tx, me.id)
        assert after is not None
        await profiles.announce(tx, site, after)
        activity = render.move(
            f"{me.uri}#moves/{site.ids.next()}", me.uri, target.uri, followers=me.followers_url
        )
        await outbox.send(tx, site, me, activity, followers=True)
        await _bring_along(tx, site, me, target)
    return target


async def cancel(site: Site, username: str) -> None:
    """The person is here again; who followed elsewhere stays there. Raises NotFound."""
    async with site.writing() as tx:
        me = await _held(tx, username)
        if me.moved_to_uri is None:
            raise NotFound
        await accounts.set_moved(tx, me.id, None, me.moved_at)
        after = await accounts.by_id(tx, me.id)
        assert after is not None
        await profiles.announce(tx, site, after)


async def arrived(site: Site, origin: Account, target_uri: str, budget: Budget) -> None:
    """A remote person says to have moved. Both actors are asked before that is believed.

    Raises NotFound, RemoteFailure, Unprocessable.
    """
    old = await remote_actors.fetch(site, origin.uri, budget, fresh=True)
    if old.moved_to_uri != target_uri:
        raise Unprocessable("The account does not say that it moved there")
    target = await _fresh(site, target_uri, budget)
    async with site.writing() as tx:
        await relationship_store.lock(tx, old.id)
        held = await accounts.by_id(tx, old.id)
        if held is None:
            raise NotFound
        _require_may_leave(held, target, site.now())
        await accounts.set_moved(tx, old.id, target, site.now())
        await _bring_along(tx, site, held, target)


def _require_may_leave(me: Account, target: Account, now: int) -> None:
    if target.id == me.id:
        raise Unprocessable("That is the account itself")
    if target.moved_to_uri is not None:
        raise Unprocessable("The other account has moved on itself")
    if me.uri not in target.also_known_as:
        raise Unprocessable("The other account does not list this one as an alias")
    if me.moved_at is not None and now - me.moved_at < COOL_DOWN:
        raise Unprocessable("The last move was less than 30 days ago")


async def _bring_along(tx: Tx, site: Site, old: Account, target: Account) -> None:
    now = site.now()
    payload = msgspec.json.encode(Move(old.id, target.id))
    job = jobs.NewJob(site.ids.next(), JobKind.MOVE, f"move:{old.id}", payload, now)
    await jobs.add(tx, [job], now)
    tx.after_commit(site.wake_workers)


async def _rename(tx: Tx, site: Site, me: Account, names: tuple[str, ...]) -> None:
    after = msgspec.structs.replace(me, also_known_as=names)
    await accounts.update(tx, after)
    await profiles.announce(tx, site, after)


async def _resolve(site: Site, handle: str) -> Account:
    username, _, domain = handle.strip().removeprefix("@").partition("@")
    return await handles.resolve(site, username, domain or None)


async def _fresh(site: Site, uri: str, budget: Budget | None = None) -> Account:
    """The account as its server has it now."""
    found = await remote_actors.fetch(site, uri, budget or Budget(), fresh=True)
    if found.suspended_at is not None:
        raise NotFound
    return found


async def _ours(tx: Tx, username: str) -> Account:
    found = await accounts.by_handle(tx, username, None)
    if found is None or found.suspended_at is not None:
        raise NotFound(f"There is no account named {username}")
    return found


async def _held(tx: Tx, username: str) -> Account:
    """The account, which nobody else changes until the end of the transaction."""
    found = await _ours(tx, username)
    await relationship_store.lock(tx, found.id)
    return await _ours(tx, username)
