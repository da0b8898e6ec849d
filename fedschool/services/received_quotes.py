"""Quotes in other servers' posts: what is quoted is found, and no quote stands without its author.

The author of what is quoted consents in a document at their own server (FEP-044f); our own
people's consent is asked for by a QuoteRequest, which `inbox_quotes` answers. Quotes in older words
stand only where somebody quotes themselves.
"""

import contextlib
from collections.abc import Awaitable, Callable

import msgspec

from fedschool.activitypub import parse, uris
from fedschool.activitypub.objects import ClaimedNote
from fedschool.distribution import streams
from fedschool.errors import FedschoolError
from fedschool.model.account import Account
from fedschool.model.quote import Quote, QuoteState
from fedschool.model.status import Status, Visibility
from fedschool.ports.database import Tx
from fedschool.services import fetching, quotes
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, statuses
from fedschool.store import quotes as store

Fetch = Callable[[str], Awaitable[Status]]
"""From the URI of a post that is not known here to the post; raises as `received.fetch`."""

_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


class Quoting(msgspec.Struct, frozen=True):
    """What a note quotes, as far as it could be found, and whether that may stand."""

    uri: str
    quoted: Status | None
    legacy: bool
    approval_uri: str | None = None
    stands: bool = False


async def find(
    site: Site,
    claimed: ClaimedNote,
    author: Account,
    budget: Budget,
    fetch: Fetch,
    *,
    before: Quote | None = None,
) -> Quoting | None:
    """What the note quotes; None for nothing, or what cannot be quoted.

    `before` is what the note has quoted until now, with its author's consent if it has one.
    """
    uri = claimed.quote
    if uri is None or uri == claimed.id:
        return None
    quoted = await _quoted(site, uri, fetch)
    if quoted is None:
        return Quoting(uri, None, claimed.quote_is_legacy)
    if quoted.account_id == author.id:
        return Quoting(uri, quoted, claimed.quote_is_legacy, stands=quoted.reblog_of_id is None)
    if quoted.reblog_of_id is not None or quoted.visibility not in _OPEN:
        return None
    approval = None if claimed.quote_is_legacy or quoted.local else claimed.quote_authorization
    if approval is None:
        return Quoting(uri, quoted, claimed.quote_is_legacy)
    stands = _has_consent(before, quoted, approval) or await _authorized(
        site, approval, claimed.id, quoted, budget
    )
    return Quoting(uri, quoted, legacy=False, approval_uri=approval, stands=stands)


async def write(tx: Tx, status: Status, quoting: Quoting | None) -> None:
    """Writes the quote in a status that has none."""
    if quoting is None:
        return
    quoted = quoting.quoted
    if quoted is not None:
        quoted = await statuses.by_id(tx, quoted.id)
    stands = quoting.stands and quoted is not None
    await store.insert_new(
        tx,
        Quote(
            status_id=status.id,
            account_id=status.account_id,
            quoted_status_id=None if quoted is None else quoted.id,
            quoted_account_id=None if quoted is None else quoted.account_id,
            quoted_uri=quoting.uri if quoted is None else quoted.uri,
            state=QuoteState.ACCEPTED if stands else QuoteState.PENDING,
            approval_uri=quoting.approval_uri if stands else None,
            legacy=quoting.legacy and not stands,
            created_at=tx.now(),
        ),
    )


async def changed(
    site: Site, known: Status, claimed: ClaimedNote, author: Account, budget: Budget, fetch: Fetch
) -> None:
    """The quote and the policy of a known note, as its author tells them now."""
    if claimed.updated is not None and claimed.updated < (known.edited_at or known.created_at):
        return
    async with site.reading() as tx:
        before = await store.of_status(tx, known.id)
    found = await find(site, claimed, author, budget, fetch, before=before)
    policy = parse.quote_policy(claimed.quote_policy, author)
    async with site.writing() as tx:
        current = await statuses.by_id(tx, known.id)
        if current is None:
            return
        if policy != current.quote_policy:
            await store.set_policy(tx, current.id, policy)
        await _change(tx, site, current, await store.of_status(tx, current.id), found)


async def _change(
    tx: Tx, site: Site, status: Status, before: Quote | None, found: Quoting | None
) -> None:
    if before is not None and not _is_of(before, found):
        await store.remove(tx, before)
        await streams.edited(tx, site, status)
        before = None
    if found is None:
        return
    if before is None:
        await write(tx, status, found)
        await streams.edited(tx, site, status)
    elif before.quoted_local or before.own:
        return
    elif found.stands:
        if before.state is not QuoteState.ACCEPTED or before.approval_uri != found.approval_uri:
            await quotes.stand(tx, site, before, approval=found.approval_uri)
    elif before.state is QuoteState.ACCEPTED and before.approval_uri != found.approval_uri:
        await quotes.wait(tx, site, before)


def _is_of(before: Quote, found: Quoting | None) -> bool:
    """Whether it is the same quote, and not one whose object has been found only now."""
    if found is None:
        return False
    if found.quoted is None:
        return before.quoted_uri == found.uri
    return before.quoted_status_id == found.quoted.id


def _has_consent(before: Quote | None, quoted: Status, approval: str) -> bool:
    """Whether the quote stands already, and for this very post: consent is to one post alone."""
    return (
        before is not None
        and before.state is QuoteState.ACCEPTED
        and (before.quoted_status_id, before.approval_uri) == (quoted.id, approval)
    )


async def _quoted(site: Site, uri: str, fetch: Fetch) -> Status | None:
    """The post of this id, or of this page of ours; unknown ones are fetched."""
    async with site.reading() as tx:
        known = await statuses.by_uri(tx, uri)
        if known is None and (local := site.uris.local_status(uri)) is not None:
            found = await statuses.by_id(tx, local[1])
            known = found if found is not None and found.local else None
    if known is None and not site.uris.is_local(uri):
        with contextlib.suppress(FedschoolError):
            known = await fetch(uri)
    return known


async def _authorized(
    site: Site, approval: str, quoting: str, quoted: Status, budget: Budget
) -> bool:
    """Whether the document there is the quoted author's, and about these two posts.

    One that is not, or is not there, decides nothing: the true one may still come.
    """
    async with site.reading() as tx:
        author = await accounts.by_id(tx, quoted.account_id)
    if author is None or not uris.same_origin(approval, author.uri):
        return False
    try:
        found = parse.authorization(await fetching.named(site, approval, budget))
    except FedschoolError:
        return False
    return (found.id, found.attributed_to, found.quoting, found.quoted) == (
        approval,
        author.uri,
        quoting,
        quoted.uri,
    )
