"""Quotes of statuses: who may quote one, and how a quote stands (FEP-044f)."""

from enum import StrEnum
from functools import cache

import msgspec


class Quoters(StrEnum):
    """Whom a policy speaks of: everybody, those who follow the author, those the author follows,
    or people of a kind that we do not know."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    UNSUPPORTED = "unsupported_policy"


class MayQuote(StrEnum):
    """What a policy means for one person."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    DENIED = "denied"
    UNKNOWN = "unknown"


class ApprovalPolicy(StrEnum):
    """What our own authors choose from."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class QuotePolicy(msgspec.Struct, frozen=True):
    """Whose quotes an author lets stand at once, and whose after a look. Empty: nobody's."""

    automatic: tuple[Quoters, ...] = ()
    manual: tuple[Quoters, ...] = ()

    def verdict(self, asker: frozenset[Quoters]) -> MayQuote:
        """What it means for somebody else than the author, who stands to the author as `asker`."""
        if asker.intersection(self.automatic):
            return MayQuote.AUTOMATIC
        if asker.intersection(self.manual):
            return MayQuote.MANUAL
        if Quoters.UNSUPPORTED in self.automatic or Quoters.UNSUPPORTED in self.manual:
            return MayQuote.UNKNOWN
        return MayQuote.DENIED

    @property
    def text(self) -> str:
        """As it is kept: `followers|public` lets followers at once, everybody else after a look."""
        return f"{','.join(self.automatic)}|{','.join(self.manual)}" if self != NOBODY else ""

    @property
    def choice(self) -> ApprovalPolicy:
        """The nearest of what our own authors choose from."""
        for quoters in (Quoters.PUBLIC, Quoters.FOLLOWERS):
            if quoters in self.automatic:
                return ApprovalPolicy(quoters.value)
        return ApprovalPolicy.NOBODY


NOBODY = QuotePolicy()


@cache
def policy_of(choice: ApprovalPolicy) -> QuotePolicy:
    if choice is ApprovalPolicy.NOBODY:
        return NOBODY
    return QuotePolicy((Quoters(choice.value),))


# There are few different policies, and every status has one.
@cache
def policy(text: str) -> QuotePolicy:
    """What `QuotePolicy.text` made."""
    automatic, _, manual = text.partition("|")
    return QuotePolicy(
        tuple(Quoters(name) for name in automatic.split(",") if name),
        tuple(Quoters(name) for name in manual.split(",") if name),
    )


class QuoteState(StrEnum):
    """How a quote stands; those after `deleted` are one viewer's and are never kept."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"
    DELETED = "deleted"
    UNAUTHORIZED = "unauthorized"
    BLOCKED_ACCOUNT = "blocked_account"
    BLOCKED_DOMAIN = "blocked_domain"
    MUTED_ACCOUNT = "muted_account"


SHOWING = frozenset(
    (
        QuoteState.ACCEPTED,
        QuoteState.BLOCKED_ACCOUNT,
        QuoteState.BLOCKED_DOMAIN,
        QuoteState.MUTED_ACCOUNT,
    )
)
"""The states in which the quoted status goes along."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """That the status `status_id` of `account_id` quotes another.

    `quoted_*` are None for what is not here or has been deleted. `activity_uri` is the
    QuoteRequest, `approval_uri` the QuoteAuthorization of a remote author. A `legacy` quote came
    without either and is nothing until its author is seen to be the quoted one.
    """

    status_id: int
    account_id: int
    quoted_status_id: int | None = None
    quoted_account_id: int | None = None
    quoted_uri: str
    quoted_url: str = ""
    state: QuoteState = QuoteState.PENDING
    activity_uri: str | None = None
    approval_uri: str | None = None
    legacy: bool = False
    quoted_local: bool = False
    quoted_username: str = ""
    created_at: int = 0

    @property
    def own(self) -> bool:
        return self.quoted_account_id == self.account_id
