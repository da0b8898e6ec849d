"""Push subscriptions: which of a person's notifications one client wants to be woken for."""

from enum import StrEnum

import msgspec

ALERTS = (
    "mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll",
    "update", "quoted_update", "admin.sign_up", "admin.report",
)  # fmt: skip


class PushPolicy(StrEnum):
    """Whose deeds are told: anybody's, of those the person follows, of followers, nobody's."""

    ALL = "all"
    FOLLOWED = "followed"
    FOLLOWER = "follower"
    NONE = "none"


class PushSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """One for each access token. `p256dh` and `auth` are as the client wrote them."""

    id: int
    token_id: int
    account_id: int
    endpoint: str
    p256dh: str
    auth: str
    standard: bool
    alerts: frozenset[str]
    policy: PushPolicy
    sealed_token: str
    created_at: int
