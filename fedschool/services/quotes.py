"""Quotes: who quotes a status, taking consent back, and who may quote it from now on."""

import msgspec

from fedschool.activitypub import render_quote
from fedschool.activitypub.vocab import Document
from fedschool.distribution import outbox, streams
from fedschool.distribution import quoting as outgoing
from fedschool.errors import Forbidden, NotFound
from fedschool.model.account import Viewer
from fedschool.model.quote import Quote, QuoteState
from fedschool.model.status import Status, StatusView
from fedschool.model.timeline import Cursor, NotificationType, Page
from fedschool.ports.database import Tx
from fedschool.services import quoting
from fedschool.site import Site
from fedschool.store import accounts, hydrate, notifications, quotes, statuses


async def page(site: Site, viewer: Viewer, status_id: int, cursor: Cursor) -> Page[StatusView]:
    """What quotes a status and stands, newest first, without what the viewer may not see or has
    turned away from. Raises NotFound."""
    async with site.reading() as tx:
        status = await _visible(tx, viewer, status_id)
        query = quotes.quoting(viewer, status, cursor, site.now())
        oldest_first = cursor.min_id is not None
        found, views = await hydrate.page(tx, viewer, query, oldest_first=oldest_first)
    return Page(views, found[-1], found[0]) if found else Page(())


async def revoke(site: Site, viewer: Viewer, status_id: int, quoting_id: int) -> StatusView:
    """The viewer's status is not quoted there any more; answers the status that quoted it.

    Raises NotFound, and Forbidden for what is somebody else's.
    """
    async with site.writing() as tx:
        quoted = await _visible(tx, viewer, status_id)
        item = await quotes.of_status(tx, quoting_id)
        if item is None or item.quoted_status_id != quoted.id:
            raise NotFound
        if quoted.account_id != viewer.me:
            raise Forbidden
        author = await accounts.by_id(tx, viewer.me)
        quoting_status = await statuses.by_id(tx, quoting_id)
        assert author is not None
        assert quoting_status is not None
        before = item.state
        # Spent for good: who asks again is not answered by the policy.
        approval = site.uris.quote_authorization(author.username, quoting_id)
        await statuses.bury(tx, approval, site.now())
        await refuse(tx, site, item)
        if before is QuoteState.ACCEPTED and not item.own:
            await outgoing.revoked(tx, site, author, item, quoting_status, quoted)
        view = await hydrate.one(tx, viewer, quoting_id)
    if view is None:
        raise NotFound
    return view


async def set_policy(site: Site, viewer: Viewer, status_id: int, given: str | None) -> StatusView:
    """Who may quote the viewer's status from now on; None leaves it. What quotes it already stays.

    Raises NotFound, Forbidden for what is somebody else's, Unprocessable.
    """
    async with site.writing() as tx:
        status = await _visible(tx, viewer, status_id)
        if status.account_id != viewer.me or status.reblog_of_id is not None:
            raise Forbidden
        if given is not None:
            policy = quoting.changed_policy(given, status.visibility)
            if policy != status.quote_policy:
                await quotes.set_policy(tx, status.id, policy)
                await streams.edited(tx, site, status)
        view = await hydrate.one(tx, viewer, status_id)
        assert view is not None
        if view.status.quote_policy != status.quote_policy:
            await outgoing.changed(tx, site, view)
    return view


async def authorization(site: Site, viewer: Viewer, username: str, quoting_id: int) -> Document:
    """The document by which one of ours lets a quote stand, for who may see what is quoted.

    Raises NotFound, also once it was taken back.
    """
    async with site.reading() as tx:
        item = await quotes.of_status(tx, quoting_id)
        if item is None or item.quoted_status_id is None or item.state is not QuoteState.ACCEPTED:
            raise NotFound
        view = await hydrate.one(tx, viewer, item.quoted_status_id)
        quoting_status = await statuses.by_id(tx, quoting_id)
    if view is None or quoting_status is None or not outbox.leaves(view.status):
        raise NotFound
    if view.account.username.casefold() != username.casefold():
        raise NotFound
    return render_quote.authorization(
        site.uris.quote_authorization(view.account.username, quoting_id),
        view.account.uri,
        quoting=quoting_status.uri,
        quoted=view.status.uri,
    )


# Pieces of a transaction, for what is decided here and what arrives from elsewhere.


async def stand(
    tx: Tx, site: Site, item: Quote, *, activity_uri: str | None = None, approval: str | None = None
) -> Quote:
    """The quote stands from now on, whatever it was; our own quoted author hears of it."""
    after = msgspec.structs.replace(
        item,
        state=QuoteState.ACCEPTED,
        legacy=False,
        activity_uri=activity_uri or item.activity_uri,
        approval_uri=approval,
    )
    await _settle(tx, site, item, after)
    if item.quoted_local:
        await quoting.tell(tx, site, after)
    return after


async def refuse(tx: Tx, site: Site, item: Quote) -> None:
    """The quoted author does not want it: revoked where it stood, else rejected."""
    stood = item.state in (QuoteState.ACCEPTED, QuoteState.REVOKED)
    state = QuoteState.REVOKED if stood else QuoteState.REJECTED
    after = msgspec.structs.replace(item, state=state, approval_uri=None)
    await _settle(tx, site, item, after)
    if item.quoted_account_id is not None:
        await notifications.withdraw(
            tx,
            account_id=item.quoted_account_id,
            kind=NotificationType.QUOTE,
            from_account_id=item.account_id,
            status_id=item.status_id,
        )


async def wait(tx: Tx, site: Site, item: Quote) -> None:
    """What let the quote stand does not hold any more; something else may come."""
    after = msgspec.structs.replace(item, state=QuoteState.PENDING, approval_uri=None)
    await _settle(tx, site, item, after)


async def _settle(tx: Tx, site: Site, before: Quote, after: Quote) -> None:
    await quotes.settle(tx, before, after)
    if before.state is after.state and before.approval_uri == after.approval_uri:
        return
    status = await statuses.by_id(tx, after.status_id)
    assert status is not None
    await streams.edited(tx, site, status)
    if status.local:
        # Whoever holds a copy hears how its quote stands.
        author = Viewer(account_id=status.account_id, local=True)
        view = await hydrate.one(tx, author, status.id)
        if view is not None:
            await outgoing.changed(tx, site, view)


async def _visible(tx: Tx, viewer: Viewer, status_id: int) -> Status:
    """The status meant: of a boost, its original. Raises NotFound."""
    found = await statuses.visible(tx, viewer, status_id)
    if found is not None and found.reblog_of_id is not None:
        found = await statuses.visible(tx, viewer, found.reblog_of_id)
    if found is None:
        raise NotFound
    return found
