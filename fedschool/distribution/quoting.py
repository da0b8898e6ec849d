"""What leaves the server about quotes: requests, answers, consents taken back (FEP-044f)."""

from fedschool.activitypub import render, render_quote
from fedschool.activitypub.vocab import Document
from fedschool.distribution import outbox
from fedschool.model.account import Account
from fedschool.model.quote import Quote
from fedschool.model.status import Status, StatusView, Visibility
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import interactions

_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


async def asked(tx: Tx, site: Site, view: StatusView, author: Account) -> None:
    """The author of what a local status quotes is asked whether it may stand."""
    quote = view.quoting
    if quote is None or quote.activity_uri is None or not outbox.leaves(view.status):
        return
    note = render.note(view, site.uris, lambda key: outbox.media_url(site, key))
    document = render_quote.request(
        quote.activity_uri, view.account.uri, quote, note, author=author.uri
    )
    await outbox.send(tx, site, view.account, document, people=[author.id])


async def answered(
    tx: Tx, site: Site, author: Account, asker: Account, asked_: Document, approval: str | None
) -> None:
    """One of ours lets a quote stand, by the document at `approval`, or does not."""
    activity_id = site.uris.activity(site.ids.next())
    if approval is None:
        document = render_quote.reject(activity_id, author.uri, asked_)
    else:
        document = render_quote.accept(activity_id, author.uri, asked_, approval)
    await outbox.send(tx, site, author, document, people=[asker.id])


async def changed(tx: Tx, site: Site, view: StatusView) -> None:
    """How the quote in a local status stands, or its policy, goes to all who may hold a copy."""
    if not outbox.leaves(view.status):
        return
    document = render.update_quote(
        view, site.uris, lambda key: outbox.media_url(site, key), at=site.now()
    )
    await outbox.to_holders(tx, site, view, document)


async def revoked(
    tx: Tx, site: Site, author: Account, quote: Quote, quoting: Status, quoted: Status
) -> None:
    """The consent of one of ours is taken back: the quoting author hears it, and whoever may hold
    either status."""
    if not outbox.leaves(quoted):
        return
    approval = site.uris.quote_authorization(author.username, quote.status_id)
    stamp = render_quote.authorization(approval, author.uri, quoting=quoting.uri, quoted=quoted.uri)
    document = render_quote.delete_authorization(stamp, to=[author.followers_url])
    touched = [
        quoting.account_id,
        *await interactions.touched_by(tx, quoting.id),
        *await interactions.touched_by(tx, quoted.id),
    ]
    await outbox.send(
        tx,
        site,
        author,
        document,
        followers=quoted.visibility in _OPEN,
        people=sorted(set(touched)),
    )
