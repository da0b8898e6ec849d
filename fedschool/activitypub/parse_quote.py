"""Quotes as other servers claim them: FEP-044f, the older ways, and policies about quoting."""

from fedschool.activitypub.objects import ClaimedAuthorization, ClaimedQuotePolicy
from fedschool.activitypub.parse_tags import quote_link
from fedschool.activitypub.values import Fields
from fedschool.activitypub.vocab import PUBLIC, Document
from fedschool.errors import Malformed
from fedschool.model.account import Account
from fedschool.model.quote import NOBODY, QuotePolicy, Quoters

_OLD_NAMES = ("quoteUri", "quoteUrl", "_misskey_quote")


def quoted(fields: Fields) -> tuple[str | None, bool]:
    """The URI of what a note quotes, and whether it is said in an older way alone."""
    if uri := fields.reference("quote"):
        return uri, False
    for name in _OLD_NAMES:
        if uri := fields.reference(name):
            return uri, True
    found = quote_link(fields)
    return found, found is not None


def claimed_policy(fields: Fields) -> ClaimedQuotePolicy:
    """`interactionPolicy.canQuote`; nothing said is nobody."""
    for interaction in fields.objects("interactionPolicy", 1):
        for can_quote in interaction.objects("canQuote", 1):
            return ClaimedQuotePolicy(
                automatic=can_quote.addresses("automaticApproval"),
                manual=can_quote.addresses("manualApproval"),
            )
    return ClaimedQuotePolicy()


def policy(claimed: ClaimedQuotePolicy, author: Account) -> QuotePolicy:
    """What the addresses in a policy mean in the words of its author's account."""
    found = QuotePolicy(_quoters(claimed.automatic, author), _quoters(claimed.manual, author))
    return NOBODY if found == NOBODY else found


def authorization(document: Document) -> ClaimedAuthorization:
    """A QuoteAuthorization. Raises Malformed for anything else."""
    fields = Fields(document)
    names = ("attributedTo", "interactingObject", "interactionTarget")
    author, quoting, target = (fields.reference(name) for name in names)
    if "QuoteAuthorization" not in fields.types() or not (author and quoting and target):
        raise Malformed("The document authorises no quote")
    return ClaimedAuthorization(
        id=fields.identity(), attributed_to=author, quoting=quoting, quoted=target
    )


def _quoters(addresses: tuple[str, ...], author: Account) -> tuple[Quoters, ...]:
    known = {
        PUBLIC: Quoters.PUBLIC,
        author.followers_url: Quoters.FOLLOWERS,
        author.following_url: Quoters.FOLLOWING,
    }
    # The author alone is nobody else, and is how that is said.
    named = (known.get(uri, Quoters.UNSUPPORTED) for uri in addresses if uri != author.uri)
    return tuple(sorted(set(named), key=list(Quoters).index))
