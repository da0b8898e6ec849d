"""Posts that wait for their time."""

import msgspec

from fedschool.model.status import Attachment


class ScheduledPoll(msgspec.Struct, frozen=True, kw_only=True):
    """A poll that begins with its post and then lasts `expires_in` seconds."""

    options: tuple[str, ...]
    expires_in: int
    multiple: bool = False
    hide_totals: bool = False


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """What will be posted, checked, with what the author left open filled in."""

    text: str
    visibility: str
    spoiler_text: str = ""
    sensitive: bool = False
    language: str | None = None
    in_reply_to_id: int | None = None
    media_ids: tuple[int, ...] = ()
    poll: ScheduledPoll | None = None
    quoted_status_id: int | None = None
    quote_approval_policy: str = "nobody"
    local_only: bool = False


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """A post of `account_id` that waits until `scheduled_at` (ms). `key` is the idempotency key."""

    id: int
    account_id: int
    scheduled_at: int
    params: Params
    application_id: int | None = None
    key: str | None = None
    created_at: int
    attachments: tuple[Attachment, ...] = ()
