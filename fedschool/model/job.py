"""Durable work: what kinds there are and what one looks like when a worker holds it."""

from enum import StrEnum

import msgspec


class JobKind(StrEnum):
    """Each has one use case in `worker.table`."""

    ANNOUNCE = "announce"
    DELIVER = "deliver"
    FANOUT = "fanout"
    INBOX = "inbox"
    PUSH = "push"
    POLL_END = "poll_end"
    POLL_TELL = "poll_tell"
    PUBLISH = "publish"
    MEDIA = "media"
    VERIFY = "verify"
    MOVE = "move"
    REPLIES = "replies"
    IMPORT = "import"
    CARD = "card"
    SERVER_CHANGED = "server_changed"
    SYNCHRONIZE = "synchronize"
    ACQUAINT = "acquaint"
    COLLECTIONS = "collections"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job. `lane` is what must not delay others: a host, or the kind itself."""

    id: int
    kind: JobKind
    lane: str
    payload: bytes
    attempts: int
    created_at: int


class Deliver(msgspec.Struct, frozen=True):
    """Payload of `deliver`: POST activity `activity_id`, signed by `account_id`, to `inbox`.

    `domains` are those in the handles of the people whose inbox it is.
    """

    activity_id: int
    account_id: int
    inbox: str
    domains: tuple[str, ...] = ()


class Fanout(msgspec.Struct, frozen=True):
    """Payload of `fanout`: put the status into homes and tell the people it concerns."""

    status_id: int
    edited: bool = False


class Announce(msgspec.Struct, frozen=True):
    """Payload of `announce`: tell streams that an announcement is there, or is no more."""

    announcement_id: int


class Push(msgspec.Struct, frozen=True):
    """Payload of `push`: tell one subscriber of one notification."""

    subscription_id: int
    notification_id: int


class ServerChanged(msgspec.Struct, frozen=True):
    """Payload of `server_changed`: something else is decided about the domain.

    `lift`: the mark of what held before, or 0; `event_id`: what cut follows belong to.
    """

    domain: str
    lift: int
    event_id: int


class FetchKits(msgspec.Struct, frozen=True):
    """Payload of `collections`: ask another server for this person's collections of people."""

    account_id: int


class Acquaint(msgspec.Struct, frozen=True):
    """Payload of `acquaint`: fetch what this account posted lately and pinned."""

    account_id: int


class Synchronize(msgspec.Struct, frozen=True):
    """Payload of `synchronize`: compare our followers of this account with the list at `url`."""

    account_id: int
    collection: str
    url: str
    digest: str


class FetchCard(msgspec.Struct, frozen=True):
    """Payload of `card`: visit the page that this card is of."""

    card_id: int


class Inbox(msgspec.Struct, frozen=True):
    """Payload of `inbox`: an activity whose sender is proven, as it came."""

    account_id: int
    body: str


class PollEnd(msgspec.Struct, frozen=True):
    """Payload of `poll_end`: the poll of this status ends at `at` (ms), unless it was changed."""

    status_id: int
    at: int


class Media(msgspec.Struct, frozen=True):
    """Payload of `media`: make an uploaded film or sound ready to be played."""

    media_id: int


class Publish(msgspec.Struct, frozen=True):
    """Payload of `publish`: a scheduled post that waits for `at` (ms), unless it was put off."""

    scheduled_id: int
    at: int


class Verify(msgspec.Struct, frozen=True):
    """Payload of `verify`: see which links of this account's profile lead back to it."""

    account_id: int


class Move(msgspec.Struct, frozen=True):
    """Payload of `move`: who of ours follows, blocks or mutes the account does so to `target_id`.

    `after`: the last of our people that had their turn.
    """

    account_id: int
    target_id: int
    after: int = 0


class Replies(msgspec.Struct, frozen=True):
    """Payload of `replies`: fetch what was answered elsewhere to the status of this refresh."""

    refresh_id: int


class Import(msgspec.Struct, frozen=True):
    """Payload of `import`: take in the next rows of this import."""

    import_id: int


class PollTell(msgspec.Struct, frozen=True):
    """Payload of `poll_tell`: other servers hear the counts of this status' poll."""

    status_id: int
