"""Statuses and what hangs on them, and the view of one for one viewer."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Account
from fedschool.model.card import Card
from fedschool.model.emoji import Emoji
from fedschool.model.filters import FilterResult
from fedschool.model.kit import KitView
from fedschool.model.quote import NOBODY, MayQuote, Quote, QuotePolicy, QuoteState


class Visibility(StrEnum):
    """Who may see a status, widest first; `direct` is for the people mentioned."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DIRECT = "direct"


class MediaState(StrEnum):
    """Whether an upload can be posted: its film is being worked on, is there, or was no good."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class MediaDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a film or sound besides its size; `duration` in seconds, rates per second.

    `colors` are those of the preview: background, foreground, accent. `failure` is the sentence
    for people where it could not be used.
    """

    duration: float | None = None
    frame_rate: str | None = None
    bitrate: int | None = None
    audio_encode: str | None = None
    audio_bitrate: str | None = None
    audio_channels: str | None = None
    colors: tuple[str, str, str] | None = None
    failure: str | None = None


NO_DETAILS = MediaDetails()


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """An image, video, audio or file. Local ones have `key`s, remote ones a `remote_url`.

    `source_key` is the file as it was uploaded, kept while it is being worked on.
    """

    id: int
    account_id: int
    status_id: int | None = None
    kind: str = "image"
    mime_type: str = ""
    key: str | None = None
    preview_key: str | None = None
    remote_url: str | None = None
    description: str = ""
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    preview_width: int | None = None
    preview_height: int | None = None
    focus_x: float = 0.0
    focus_y: float = 0.0
    size: int = 0
    created_at: int = 0
    state: MediaState = MediaState.READY
    details: MediaDetails = NO_DETAILS
    preview_remote_url: str | None = None
    source_key: str | None = None

    @property
    def moves(self) -> bool:
        """Whether it plays: such a file stands alone in a post."""
        return self.kind in ("video", "audio", "gifv")


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A person named in a status; enough to render without loading the account."""

    account_id: int
    username: str
    domain: str | None
    uri: str
    url: str
    silent: bool = False

    @property
    def acct(self) -> str:
        return self.username if self.domain is None else f"{self.username}@{self.domain}"


class Application(msgspec.Struct, frozen=True):
    """The client that a status was written with."""

    name: str
    website: str | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A post, or a boost of one (`reblog_of_id`). `content` is HTML that is safe to show.

    `text` is what a local author typed. `in_reply_to_uri` stays when the parent is unknown.
    """

    id: int
    uri: str
    url: str
    account_id: int
    local: bool
    visibility: Visibility
    content: str = ""
    text: str = ""
    spoiler_text: str = ""
    sensitive: bool = False
    language: str | None = None
    local_only: bool = False
    in_reply_to_id: int | None = None
    in_reply_to_account_id: int | None = None
    in_reply_to_uri: str | None = None
    reblog_of_id: int | None = None
    conversation_id: int
    created_at: int
    edited_at: int | None = None
    application_id: int | None = None
    replies_count: int = 0
    reblogs_count: int = 0
    favourites_count: int = 0
    emojis: tuple[Emoji, ...] = ()
    quotes_count: int = 0
    quote_policy: QuotePolicy = NOBODY


class PollOption(msgspec.Struct, frozen=True):
    """One answer and how often it was chosen."""

    title: str
    votes: int = 0


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """What a status asks. `closed` once its end has come and was acted upon.

    `hide_totals` keeps the counts back until then; `voters` is None where nobody told it.
    """

    options: tuple[PollOption, ...]
    multiple: bool = False
    hide_totals: bool = False
    expires_at: int | None = None
    closed: bool = False
    voters: int | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(option.title for option in self.options)

    @property
    def shows_totals(self) -> bool:
        return self.closed or not self.hide_totals

    def over(self, now: int) -> bool:
        """Whether votes come too late at `now` (ms)."""
        return self.closed or (self.expires_at is not None and self.expires_at <= now)


class StatusEdit(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a status, as its history shows it."""

    status_id: int
    content: str
    text: str
    spoiler_text: str
    sensitive: bool
    created_at: int
    attachments: tuple[Attachment, ...] = ()
    poll_options: tuple[str, ...] | None = None


class ViewerFlags(msgspec.Struct, frozen=True):
    """What the viewer did with a status. `pinned` is None on other people's statuses."""

    favourited: bool = False
    reblogged: bool = False
    bookmarked: bool = False
    muted: bool = False
    pinned: bool | None = None


NO_FLAGS = ViewerFlags()
UNPINNED = ViewerFlags(pinned=False)

Version = tuple[int, int, int]


class QuoteView(msgspec.Struct, frozen=True):
    """A quote as one viewer sees it. `status` is None where the viewer may not see it, and in
    what is itself shown as a quote: there `status_id` alone says what is quoted."""

    state: QuoteState
    status_id: int | None = None
    status: "StatusView | None" = None


class StatusView(msgspec.Struct, frozen=True, kw_only=True):
    """A status with all that a face needs to show it to one viewer.

    `version` names the state of all but `reblog`, `flags`, `choices`, `filtered`, `quote`, `kits`,
    `may_quote` and `signed_in`; None is a state that is not committed yet. `choices` are the
    viewer's votes in the poll. `quoting` is the quote as it is kept, `quote` as the viewer sees it.
    `kits` are the collections of people that it links to.
    """

    status: Status
    account: Account
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[Mention, ...] = ()
    tags: tuple[str, ...] = ()
    application: Application | None = None
    poll: Poll | None = None
    card: Card | None = None
    quoting: Quote | None = None
    reblog: "StatusView | None" = None
    quote: QuoteView | None = None
    kits: tuple[KitView, ...] = ()
    may_quote: MayQuote = MayQuote.DENIED
    flags: ViewerFlags = NO_FLAGS
    choices: tuple[int, ...] = ()
    filtered: tuple[FilterResult, ...] = ()
    signed_in: bool = False
    version: Version | None = None


class ContextView(msgspec.Struct, frozen=True):
    """A thread around a status: what it answers, oldest first, and what answers it."""

    ancestors: tuple[StatusView, ...]
    descendants: tuple[StatusView, ...]
