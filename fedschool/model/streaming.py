"""What clients may listen to while they are open, and what is told to the parts that serve them."""

from enum import StrEnum

import msgspec


class StreamKind(StrEnum):
    """Names as clients send them (docs.joinmastodon.org/methods/streaming)."""

    USER = "user"
    NOTIFICATIONS = "user:notification"
    PUBLIC = "public"
    PUBLIC_MEDIA = "public:media"
    LOCAL = "public:local"
    LOCAL_MEDIA = "public:local:media"
    REMOTE = "public:remote"
    REMOTE_MEDIA = "public:remote:media"
    HASHTAG = "hashtag"
    LOCAL_HASHTAG = "hashtag:local"
    LIST = "list"
    DIRECT = "direct"


PUBLIC_KINDS = frozenset(
    {
        StreamKind.PUBLIC,
        StreamKind.PUBLIC_MEDIA,
        StreamKind.LOCAL,
        StreamKind.LOCAL_MEDIA,
        StreamKind.REMOTE,
        StreamKind.REMOTE_MEDIA,
    }
)
MEDIA_KINDS = frozenset({StreamKind.PUBLIC_MEDIA, StreamKind.LOCAL_MEDIA, StreamKind.REMOTE_MEDIA})
LOCAL_KINDS = frozenset({StreamKind.LOCAL, StreamKind.LOCAL_MEDIA, StreamKind.LOCAL_HASHTAG})
REMOTE_KINDS = frozenset({StreamKind.REMOTE, StreamKind.REMOTE_MEDIA})
TAG_KINDS = frozenset({StreamKind.HASHTAG, StreamKind.LOCAL_HASHTAG})


class Stream(msgspec.Struct, frozen=True):
    """One thing to listen to; `parameter` is a hashtag as the client typed it, a list's id, or
    empty.
    """

    kind: StreamKind
    parameter: str = ""

    @property
    def names(self) -> list[str]:
        """As clients are told where an event comes from."""
        return [self.kind.value, self.parameter] if self.parameter else [self.kind.value]


class EventKind(StrEnum):
    """Names as clients read them; those below `DELETE` carry no status."""

    UPDATE = "update"
    EDIT = "status.update"
    DELETE = "delete"
    NOTIFICATION = "notification"
    FILTERS_CHANGED = "filters_changed"
    CONVERSATION = "conversation"
    ANNOUNCEMENT = "announcement"
    REACTION = "announcement.reaction"
    ANNOUNCEMENT_DELETE = "announcement.delete"


class Event(msgspec.Struct, frozen=True, array_like=True):
    """Something that happened, in ids; what it is for one listener is looked up for that one.

    `readers`: accounts whose home it concerns, or who are told. `public`: it may be in public and
    hashtag streams, too; `local`: it was written here. `tags` is known of what is deleted only.
    `everybody`: it concerns all homes. `name`: the emoji of a reaction. `lists`: it concerns
    these lists of the readers, and not their homes.
    """

    kind: EventKind
    id: int = 0
    readers: tuple[int, ...] = ()
    public: bool = False
    local: bool = False
    tags: tuple[str, ...] = ()
    everybody: bool = False
    name: str = ""
    lists: tuple[int, ...] = ()


class Frame(msgspec.Struct):
    """One event in one stream, ready to be sent; `payload` is JSON, an id, or nothing."""

    stream: Stream
    event: EventKind
    payload: bytes
    encoded: str | None = None
    """The message of a WebSocket; kept, as all who hear it share it."""
