"""What people do with statuses: favourite, boost, bookmark, pin, mute; and taking it back."""

from fedschool.activitypub import render_activity
from fedschool.distribution import fanout, outbox, streams
from fedschool.distribution.notify import notify
from fedschool.errors import Forbidden, NotFound, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.status import Status, StatusView, Visibility
from fedschool.model.timeline import Cursor, NotificationType, Page
from fedschool.ports.database import Tx
from fedschool.services import statuses as status_cases
from fedschool.site import Site
from fedschool.store import (
    accounts,
    hydrate,
    interactions,
    notifications,
    statuses,
    timelines,
    users,
)

MAX_PINS = 5


async def favourite(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    """Likes a status; doing so again changes nothing."""
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        me = await _me(tx, viewer)
        deed_id = site.ids.next()
        uri = site.uris.activity(deed_id)
        new = await favourited(tx, site, me, view.status, deed_id=deed_id, uri=uri)
        if new and view.account.domain is not None:
            like = render_activity.like(uri, me.uri, view.status.uri, author=view.account.uri)
            await outbox.send(tx, site, me, like, people=[view.account.id])
        return await _shown(tx, viewer, view.status.id)


async def favourited(
    tx: Tx, site: Site, who: Account, status: Status, *, deed_id: int, uri: str
) -> bool:
    """Writes anybody's favourite of a status, local or remote; False when it is there already."""
    new = await interactions.add(
        tx,
        "favourites",
        deed_id=deed_id,
        account_id=who.id,
        status_id=status.id,
        now=site.now(),
        uri=uri,
    )
    if new:
        await statuses.count(tx, status.id, "favourites_count", 1)
        await notify(
            tx,
            site,
            to=status.account_id,
            kind=NotificationType.FAVOURITE,
            sender=who.id,
            status_id=status.id,
        )
    return new


async def unfavourite(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        me = await _me(tx, viewer)
        uri = await unfavourited(tx, me, view.status)
        if uri is not None and view.account.domain is not None:
            like = render_activity.like(uri, me.uri, view.status.uri, author=view.account.uri)
            undo = render_activity.undo(f"{uri}#undo", like)
            await outbox.send(tx, site, me, undo, people=[view.account.id])
        return await _shown(tx, viewer, view.status.id)


async def unfavourited(tx: Tx, who: Account, status: Status) -> str | None:
    """Takes anybody's favourite back: its activity's URI, None when there was none."""
    uri = await interactions.remove(tx, "favourites", account_id=who.id, status_id=status.id)
    if uri is not None:
        await statuses.count(tx, status.id, "favourites_count", -1)
        await notifications.withdraw(
            tx,
            account_id=status.account_id,
            kind=NotificationType.FAVOURITE,
            from_account_id=who.id,
            status_id=status.id,
        )
    return uri


async def reblog(
    site: Site, viewer: Viewer, status_id: int, visibility: str | None = None
) -> StatusView:
    """Boosts a status; doing so again answers with the first boost.

    Private posts may be boosted by their author alone, to the same followers; direct ones never.
    Who posts to followers alone unless told otherwise boosts so, too.
    """
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        me = await _me(tx, viewer)
        user = await users.by_account(tx, me.id)
        assert user is not None
        original = view.status
        _require_boostable(original, me)
        boost_id = site.ids.next()
        boost = Status(
            id=boost_id,
            uri=site.uris.status_activity(me.username, boost_id),
            url=site.uris.status_url(me.username, boost_id),
            account_id=me.id,
            local=True,
            visibility=_boost_visibility(original, visibility, user.default_visibility),
            local_only=original.local_only,
            reblog_of_id=original.id,
            conversation_id=boost_id,
            created_at=site.now(),
            application_id=viewer.application_id,
        )
        if not await boosted(tx, site, boost, original):
            first = await statuses.boost_of(tx, me.id, original.id)
            assert first is not None
            return await _shown(tx, viewer, first.id)
        await timelines.enter_homes(tx, [me.id], boost.id)
        streams.entered(tx, site, [me.id], boost.id)
        shown = await _shown(tx, viewer, boost.id)
        await outbox.boosted(tx, site, shown)
        return shown


async def boosted(tx: Tx, site: Site, boost: Status, original: Status) -> bool:
    """Writes anybody's boost, local or remote; False when it is there already."""
    if not await statuses.insert_new(tx, boost):
        return False
    await status_cases.count_in(tx, boost)
    await notify(
        tx,
        site,
        to=original.account_id,
        kind=NotificationType.REBLOG,
        sender=boost.account_id,
        status_id=original.id,
    )
    await fanout.plan(tx, site, boost)
    return True


async def unreblog(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    """Takes the viewer's boost back; answers the original."""
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        boost = await statuses.boost_of(tx, viewer.me, view.status.id)
        if boost is not None:
            shown = await hydrate.one(tx, viewer, boost.id)
            if shown is not None:
                await outbox.deleted(tx, site, shown)
            await unboosted(tx, site, boost, view.status)
        return await _shown(tx, viewer, view.status.id)


async def unboosted(tx: Tx, site: Site, boost: Status, original: Status) -> None:
    """Takes anybody's boost back."""
    await status_cases.erase(tx, site, boost)
    await notifications.withdraw(
        tx,
        account_id=original.account_id,
        kind=NotificationType.REBLOG,
        from_account_id=boost.account_id,
        status_id=original.id,
    )


async def bookmark(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        await interactions.add(
            tx,
            "bookmarks",
            deed_id=site.ids.next(),
            account_id=viewer.me,
            status_id=view.status.id,
            now=site.now(),
        )
        return await _shown(tx, viewer, view.status.id)


async def unbookmark(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        await interactions.remove(tx, "bookmarks", account_id=viewer.me, status_id=view.status.id)
        return await _shown(tx, viewer, view.status.id)


async def pin(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    """Features one of the viewer's own posts on the profile, and tells other servers."""
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        if view.status.account_id != viewer.me:
            raise Unprocessable("Validation failed: Someone else's post cannot be pinned")
        if view.status.visibility is Visibility.DIRECT or view.reblog is not None:
            raise Unprocessable("Validation failed: This post cannot be pinned")
        if await interactions.pin_count(tx, viewer.me) >= MAX_PINS and not view.flags.pinned:
            raise Unprocessable("Validation failed: You have already pinned the maximum of posts")
        new = await interactions.add(
            tx,
            "pins",
            deed_id=site.ids.next(),
            account_id=viewer.me,
            status_id=view.status.id,
            now=site.now(),
        )
        if new:
            await _tell_pin(tx, site, viewer, view, pinned=True)
        return await _shown(tx, viewer, view.status.id)


async def unpin(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        gone = await interactions.remove(tx, "pins", account_id=viewer.me, status_id=view.status.id)
        if gone is not None:
            await _tell_pin(tx, site, viewer, view, pinned=False)
        return await _shown(tx, viewer, view.status.id)


async def mute(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    """No more notifications from this conversation."""
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        await interactions.mute_conversation(tx, viewer.me, view.status.conversation_id, site.now())
        return await _shown(tx, viewer, view.status.id)


async def unmute(site: Site, viewer: Viewer, status_id: int) -> StatusView:
    async with site.writing() as tx:
        view = await _target(tx, viewer, status_id)
        await interactions.unmute_conversation(tx, viewer.me, view.status.conversation_id)
        return await _shown(tx, viewer, view.status.id)


async def favourites(site: Site, viewer: Viewer, cursor: Cursor) -> Page[StatusView]:
    return await _mine(site, viewer, "favourites", cursor)


async def bookmarks(site: Site, viewer: Viewer, cursor: Cursor) -> Page[StatusView]:
    return await _mine(site, viewer, "bookmarks", cursor)


async def favourited_by(
    site: Site, viewer: Viewer, status_id: int, cursor: Cursor
) -> Page[Account]:
    async with site.reading() as tx:
        view = await _target(tx, viewer, status_id)
        rows = await interactions.favourited_by(tx, view.status.id, cursor)
    return _page(rows)


async def reblogged_by(site: Site, viewer: Viewer, status_id: int, cursor: Cursor) -> Page[Account]:
    async with site.reading() as tx:
        view = await _target(tx, viewer, status_id)
        rows = await interactions.reblogged_by(tx, view.status.id, cursor)
    return _page(rows)


async def _mine(site: Site, viewer: Viewer, name: str, cursor: Cursor) -> Page[StatusView]:
    async with site.reading() as tx:
        rows = await interactions.of_account(tx, name, viewer.me, cursor)
        views = await hydrate.statuses_of(tx, viewer, [status_id for _, status_id in rows])
    if not rows:
        return Page(())
    return Page(views, rows[-1][0], rows[0][0])


def _page(rows: list[tuple[int, Account]]) -> Page[Account]:
    if not rows:
        return Page(())
    return Page([account for _, account in rows], rows[-1][0], rows[0][0])


async def _target(tx: Tx, viewer: Viewer, status_id: int) -> StatusView:
    """The status meant: of a boost, its original. Raises NotFound."""
    view = await hydrate.one(tx, viewer, status_id)
    if view is None:
        raise NotFound
    return view if view.reblog is None else view.reblog


async def _shown(tx: Tx, viewer: Viewer, status_id: int) -> StatusView:
    view = await hydrate.one(tx, viewer, status_id)
    if view is None:
        raise NotFound
    return view


async def _me(tx: Tx, viewer: Viewer) -> Account:
    me = await accounts.by_id(tx, viewer.me)
    assert me is not None
    return me


def _require_boostable(original: Status, me: Account) -> None:
    if me.moved_to_uri is not None:
        raise Forbidden("This account has moved and does not post any longer")
    if original.visibility is Visibility.DIRECT:
        raise NotFound
    if original.visibility is Visibility.PRIVATE and original.account_id != me.id:
        raise NotFound


def _boost_visibility(original: Status, asked: str | None, usual: str) -> Visibility:
    if original.visibility is Visibility.PRIVATE:
        return Visibility.PRIVATE
    for wanted in (asked, usual):
        if wanted in (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE):
            return Visibility(wanted)
    return Visibility.PRIVATE if usual == Visibility.DIRECT else Visibility.PUBLIC


async def _tell_pin(tx: Tx, site: Site, viewer: Viewer, view: StatusView, *, pinned: bool) -> None:
    if not outbox.leaves(view.status) or view.status.visibility is Visibility.PRIVATE:
        return
    me = await _me(tx, viewer)
    render = render_activity.add_featured if pinned else render_activity.remove_featured
    uri = site.uris.activity(site.ids.next())
    await outbox.send(
        tx, site, me, render(uri, me.username, view.status.uri, site.uris), followers=True
    )
