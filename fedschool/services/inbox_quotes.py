"""Requests to quote our people's posts, the answers to ours, and consent that is taken back."""

from fedschool.activitypub import parse, render_quote, uris
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.distribution import quoting as outgoing
from fedschool.errors import Malformed, NotFound
from fedschool.model.account import Account, Viewer
from fedschool.model.quote import MayQuote, Quote, QuoteState
from fedschool.model.status import Status, StatusView
from fedschool.ports.database import Tx
from fedschool.services import inbox_kits, quotes, quoting, received
from fedschool.services import inbox_relations as relations
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, hydrate, statuses
from fedschool.store import quotes as store


async def request(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """The sender wants to quote one of our posts that they may see: the author's policy answers,
    and what was once taken back is not given again."""
    quoted_uri, uri = parse.object_id(activity.object), parse.object_id(activity.instrument)
    if quoted_uri is None or uri is None or uris.host_of(uri) != uris.host_of(sender.uri):
        raise Malformed("The request names no post of the sender's")
    async with site.reading() as tx:
        view = await _ours(tx, site, sender, quoted_uri)
    status = None
    if view.may_quote is MayQuote.AUTOMATIC:
        status = await _quoting(site, sender, activity, uri, budget)
    async with site.writing() as tx:
        view = await _ours(tx, site, sender, quoted_uri)
        author = await accounts.by_id(tx, view.account.id)
        assert author is not None
        approval = None
        if status is not None and view.may_quote is MayQuote.AUTOMATIC:
            approval = await _approve(tx, site, author, status, view.status, activity.id)
        asked = render_quote.request_of(activity.id, sender.uri, view.status.uri, uri)
        await outgoing.answered(tx, site, author, sender, asked, approval)


async def accept(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    """A quote of ours stands, by the document in `result`: only what was asked of this very sender
    is there to be accepted."""
    approval = parse.object_id(activity.result)
    if approval is None or not uris.same_origin(approval, sender.uri):
        raise Malformed("The answer comes without the sender's authorization")
    async with site.writing() as tx:
        item = await _asked(tx, site, sender, activity)
        if item is None:
            raise NotFound
        if item.state is not QuoteState.DELETED:
            await quotes.stand(tx, site, item, approval=approval)


async def reject(site: Site, sender: Account, activity: ClaimedActivity, _: Budget) -> None:
    async with site.writing() as tx:
        item = await _asked(tx, site, sender, activity)
        if item is None:
            raise NotFound
        await quotes.refuse(tx, site, item)


async def accept_named(
    site: Site, sender: Account, activity: ClaimedActivity, budget: Budget
) -> None:
    """An Accept that gives the id of what it answers alone."""
    async with site.reading() as tx:
        quote = await _asked(tx, site, sender, activity)
        featured = await inbox_kits.answers(tx, site, sender, activity)
    if featured is not None:
        await inbox_kits.accept(site, sender, activity, budget)
    else:
        await (relations.accept if quote is None else accept)(site, sender, activity, budget)


async def reject_named(
    site: Site, sender: Account, activity: ClaimedActivity, budget: Budget
) -> None:
    """As `accept_named`."""
    async with site.reading() as tx:
        quote = await _asked(tx, site, sender, activity)
        featured = await inbox_kits.answers(tx, site, sender, activity)
    if featured is not None:
        await inbox_kits.reject(site, sender, activity, budget)
    else:
        await (relations.reject if quote is None else reject)(site, sender, activity, budget)


async def withdrawn(tx: Tx, site: Site, sender: Account, uri: str) -> bool:
    """Whether `uri` was an authorization of the sender's; the quotes it let stand are revoked."""
    if not uris.same_origin(uri, sender.uri):
        return False
    mine = [
        item for item in await store.by_approval(tx, uri) if item.quoted_account_id == sender.id
    ]
    for item in mine:
        await quotes.refuse(tx, site, item)
    return bool(mine)


async def _ours(tx: Tx, site: Site, sender: Account, uri: str) -> StatusView:
    """One of our posts, by id or by page, as the sender sees it. Raises NotFound."""
    found = await statuses.by_uri(tx, uri)
    if found is None and (local := site.uris.local_status(uri)) is not None:
        found = await statuses.by_id(tx, local[1])
    if found is None or not found.local or found.reblog_of_id is not None:
        raise NotFound
    view = await hydrate.one(tx, Viewer(account_id=sender.id), found.id)
    if view is None:
        raise NotFound
    return view


async def _quoting(
    site: Site, sender: Account, activity: ClaimedActivity, uri: str, budget: Budget
) -> Status | None:
    """The sender's post that is to quote: known, sent along, or fetched from where it lies."""
    async with site.reading() as tx:
        found = await statuses.by_uri(tx, uri)
    if found is None and isinstance(activity.instrument, dict):
        claimed = parse.note(activity.instrument)
        found = await received.note(site, claimed, author=sender, budget=budget)
    if found is None:
        found = await received.fetch(site, uri, budget)
    return found if found.account_id == sender.id else None


async def _approve(
    tx: Tx, site: Site, author: Account, status: Status, quoted: Status, activity_uri: str
) -> str | None:
    """Lets the quote stand; where its authorization will be, None for what may not be."""
    item = await store.of_status(tx, status.id)
    approval = site.uris.quote_authorization(author.username, status.id)
    if item is None or item.quoted_status_id != quoted.id:
        return None
    if item.state is QuoteState.REVOKED or await statuses.buried_at(tx, approval) is not None:
        return None
    if item.state is not QuoteState.ACCEPTED:
        await quotes.stand(tx, site, item, activity_uri=activity_uri)
        await quoting.keep_access(tx, status)
    return approval


async def _asked(tx: Tx, site: Site, sender: Account, activity: ClaimedActivity) -> Quote | None:
    """The quote of one of ours of which the sender was asked."""
    uri = parse.object_id(activity.object)
    if uri is None or not site.uris.is_local(uri):
        return None
    item = await store.by_activity(tx, uri)
    return item if item is not None and item.quoted_account_id == sender.id else None
