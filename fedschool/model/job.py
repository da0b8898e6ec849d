"""Durable work: what kinds there are and what one looks like when a worker holds it."""

from enum import StrEnum

import msgspec


class JobKind(StrEnum):
    """Each has one use case in `worker.table`."""

    DELIVER = "deliver"
    FANOUT = "fanout"
    INBOX = "inbox"
    PUSH = "push"
    POLL_END = "poll_end"
    POLL_TELL = "poll_tell"
    PUBLISH = "publish"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job. `lane` is what must not delay others: a host, or the kind itself."""

    id: int
    kind: JobKind
    lane: str
    payload: bytes
    attempts: int
    created_at: int


class Deliver(msgspec.Struct, frozen=True):
    """Payload of `deliver`: POST activity `activity_id`, signed by `account_id`, to `inbox`."""

    activity_id: int
    account_id: int
    inbox: str


class Fanout(msgspec.Struct, frozen=True):
    """Payload of `fanout`: put the status into homes and tell the people it concerns."""

    status_id: int
    edited: bool = False


class Push(msgspec.Struct, frozen=True):
    """Payload of `push`: tell one subscriber of one notification."""

    subscription_id: int
    notification_id: int


class Inbox(msgspec.Struct, frozen=True):
    """Payload of `inbox`: an activity whose sender is proven, as it came."""

    account_id: int
    body: str


class PollEnd(msgspec.Struct, frozen=True):
    """Payload of `poll_end`: the poll of this status ends at `at` (ms), unless it was changed."""

    status_id: int
    at: int


class Publish(msgspec.Struct, frozen=True):
    """Payload of `publish`: a scheduled post that waits for `at` (ms), unless it was put off."""

    scheduled_id: int
    at: int


class PollTell(msgspec.Struct, frozen=True):
    """Payload of `poll_tell`: other servers hear the counts of this status' poll."""

    status_id: int
