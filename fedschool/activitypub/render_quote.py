"""Quotes as other servers read them (FEP-044f), in its own words and in older ones."""

import html

from fedschool.activitypub.uris import Uris
from fedschool.activitypub.vocab import PUBLIC, QUOTE_CONTEXT, Document
from fedschool.model.account import Account
from fedschool.model.quote import Quote, Quoters, QuoteState
from fedschool.model.status import Status

_LASTING = (QuoteState.PENDING, QuoteState.ACCEPTED)


def fields(quote: Quote, uris: Uris) -> Document:
    """What a note that quotes says of it. Servers that know no consent read `quoteUri` and the
    like, so a quote that was refused is told in the one word that goes with it."""
    if quote.state is QuoteState.DELETED:
        return {"quote": {"type": "Tombstone"}}
    uri = quote.quoted_uri
    found: Document = {"quote": uri}
    if quote.state in _LASTING:
        found |= {"quoteUri": uri, "quoteUrl": uri, "_misskey_quote": uri}
    if (approval := approval_uri(quote, uris)) is not None:
        found["quoteAuthorization"] = approval
    return found


def approval_uri(quote: Quote, uris: Uris) -> str | None:
    """The QuoteAuthorization of a quote that stands: the quoted author's server's."""
    if quote.state is not QuoteState.ACCEPTED:
        return None
    if quote.quoted_local:
        return uris.quote_authorization(quote.quoted_username, quote.status_id)
    return quote.approval_uri


def paragraph(quote: Quote | None) -> str:
    """What readers find above the text where quotes are not known; empty for a refused one."""
    if quote is None or quote.state not in _LASTING:
        return ""
    shown = html.escape(quote.quoted_url or quote.quoted_uri)
    link = f'<a href="{shown}" target="_blank" rel="nofollow noopener" translate="no">{shown}</a>'
    return f'<p class="quote-inline">RE: {link}</p>'


def interaction_policy(status: Status, author: Account, uris: Uris) -> Document:
    """Whose quotes of a status are let stand; nobody's but the author's is said by naming them."""
    collections = {
        Quoters.PUBLIC: PUBLIC,
        Quoters.FOLLOWERS: author.followers_url or uris.followers(author.username),
        Quoters.FOLLOWING: author.following_url or uris.following(author.username),
    }
    named = [collections[each] for each in status.quote_policy.automatic if each in collections]
    return {"canQuote": {"automaticApproval": named or [author.uri]}}


def request(activity_id: str, actor: str, quote: Quote, note: Document, *, author: str) -> Document:
    """The QuoteRequest for a quote, with the quoting note inside, to the quoted `author`."""
    inner = {name: value for name, value in note.items() if name != "@context"}
    return {
        "@context": QUOTE_CONTEXT,
        "id": activity_id,
        "type": "QuoteRequest",
        "actor": actor,
        "object": quote.quoted_uri,
        "instrument": inner,
        "to": [author],
    }


def request_of(activity_id: str, asker: str, quoted: str, quoting: str) -> Document:
    """A peer's QuoteRequest to answer."""
    return {
        "id": activity_id,
        "type": "QuoteRequest",
        "actor": asker,
        "object": quoted,
        "instrument": quoting,
    }


def accept(activity_id: str, actor: str, asked: Document, approval: str) -> Document:
    """The Accept of a QuoteRequest; `approval` is where the QuoteAuthorization is."""
    return _answer("Accept", activity_id, actor, asked) | {"result": approval}


def reject(activity_id: str, actor: str, asked: Document) -> Document:
    return _answer("Reject", activity_id, actor, asked)


def authorization(approval: str, author: str, *, quoting: str, quoted: str) -> Document:
    """The document that says that `author` lets `quoting` quote `quoted`."""
    return {
        "@context": QUOTE_CONTEXT,
        "id": approval,
        "type": "QuoteAuthorization",
        "attributedTo": author,
        "interactingObject": quoting,
        "interactionTarget": quoted,
    }


def delete_authorization(document: Document, *, to: list[str]) -> Document:
    """The Delete of what `authorization` made: the consent is taken back."""
    inner = {name: value for name, value in document.items() if name != "@context"}
    return {
        "@context": QUOTE_CONTEXT,
        "id": f"{document['id']}#delete",
        "type": "Delete",
        "actor": document["attributedTo"],
        "to": to,
        "object": inner,
    }


def _answer(kind: str, activity_id: str, actor: str, asked: Document) -> Document:
    return {
        "@context": QUOTE_CONTEXT,
        "id": activity_id,
        "type": kind,
        "actor": actor,
        "to": [asked["actor"]],
        "object": asked,
    }
