"""What our people quote: whether they may, and what follows from it."""

from fedschool import ids
from fedschool.distribution import quoting as outgoing
from fedschool.distribution.notify import notify
from fedschool.errors import FieldError, NotFound, Unprocessable
from fedschool.model.account import User, Viewer
from fedschool.model.quote import (
    NOBODY,
    ApprovalPolicy,
    MayQuote,
    Quote,
    QuotePolicy,
    QuoteState,
    policy_of,
)
from fedschool.model.status import Status, StatusView, Visibility
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts, hydrate, quotes, received, relationships

_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def wanted(tx: Tx, viewer: Viewer, given: str | None) -> StatusView | None:
    """What a draft quotes; of a boost its original. Raises NotFound for what the viewer may not
    see or quote, not telling which."""
    if not given:
        return None
    status_id = ids.parse(given)
    view = None if status_id is None else await hydrate.one(tx, viewer, status_id)
    found = None if view is None else view.reblog or view
    if found is None or found.may_quote is MayQuote.DENIED:
        raise NotFound("The post you are trying to quote does not appear to exist.")
    if await relationships.blocking(tx, viewer.me, found.account.id):
        raise NotFound("The post you are trying to quote does not appear to exist.")
    return found


def narrowed(visibility: Visibility, quoted: StatusView | None) -> Visibility:
    """Who sees a quote: of what is for followers, nobody else."""
    if quoted is not None and quoted.status.visibility is Visibility.PRIVATE:
        return Visibility.PRIVATE if visibility in _OPEN else visibility
    return visibility


def policy(given: str | None, user: User, visibility: Visibility) -> QuotePolicy:
    """Who may quote a new status: as asked, else by the author's habit; never a private one."""
    return changed_policy(given or user.default_quote_policy, visibility)


def changed_policy(given: str, visibility: Visibility) -> QuotePolicy:
    """Who may quote a status of this visibility from now on. Raises Unprocessable."""
    choice = _chosen(given)
    return policy_of(choice) if visibility in _OPEN else NOBODY


def _chosen(given: str) -> ApprovalPolicy:
    try:
        return ApprovalPolicy(given)
    except ValueError as error:
        text = "Validation failed: Quote approval policy is not included in the list"
        problem = FieldError("ERR_INCLUSION", "is not included in the list")
        raise Unprocessable(text, {"quote_approval_policy": [problem]}) from error


async def attach(
    tx: Tx, site: Site, status: Status, quoted: StatusView, mentioned: list[int]
) -> None:
    """Writes that a new status quotes another: it stands at once where that is local, and waits
    for its author elsewhere. The author may see the quote, whoever else may."""
    author, own = quoted.account, quoted.account.id == status.account_id
    _require_reach(status, quoted, mentioned)
    asks = None
    if not author.local:
        me = await accounts.by_id(tx, status.account_id)
        assert me is not None
        asks = site.uris.quote_request(me.username, site.ids.next())
    item = Quote(
        status_id=status.id,
        account_id=status.account_id,
        quoted_status_id=quoted.status.id,
        quoted_account_id=author.id,
        quoted_uri=quoted.status.uri,
        state=QuoteState.ACCEPTED if author.local else QuoteState.PENDING,
        activity_uri=asks,
        created_at=status.created_at,
    )
    await quotes.insert_new(tx, item)
    if not own:
        await keep_access(tx, status)
    if author.local:
        await tell(tx, site, item)


async def keep_access(tx: Tx, status: Status) -> None:
    """The author of what is quoted may see the quote; also after names were written anew."""
    item = await quotes.of_status(tx, status.id)
    if item is not None and item.quoted_account_id is not None and not item.own:
        await received.add_silent_mentions(tx, status.id, [item.quoted_account_id])


async def ask(tx: Tx, site: Site, view: StatusView) -> None:
    """Sends the question that waits for an answer."""
    quote = view.quoting
    if quote is None or quote.state is not QuoteState.PENDING or quote.quoted_account_id is None:
        return
    author = await accounts.by_id(tx, quote.quoted_account_id)
    if author is not None and not author.local:
        await outgoing.asked(tx, site, view, author)


async def tell(tx: Tx, site: Site, item: Quote) -> None:
    """One of ours hears that a quote of theirs stands."""
    if item.quoted_account_id is not None and not item.own:
        await notify(
            tx,
            site,
            to=item.quoted_account_id,
            kind=NotificationType.QUOTE,
            sender=item.account_id,
            status_id=item.status_id,
        )


def require_alone(quoted: object, files: object, poll: object) -> None:
    """A status quotes, or shows files, or asks: other servers show one of them at most."""
    if quoted and (files or poll is not None):
        text = "Validation failed: A post that quotes has neither attachments nor a poll"
        raise Unprocessable(text, {"quoted_status_id": [FieldError("ERR_INVALID", text)]})


def _require_reach(status: Status, quoted: StatusView, mentioned: list[int]) -> None:
    author = quoted.account
    if author.id == status.account_id:
        return
    if status.visibility is Visibility.DIRECT and author.id not in mentioned:
        raise Unprocessable("Cannot quote a non-mentioned user in a Private Mention post.")
    if status.local_only and not author.local:
        raise Unprocessable("A post that stays here cannot quote one from elsewhere.")
