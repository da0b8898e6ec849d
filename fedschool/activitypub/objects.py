"""What a peer claims: its documents as Structs, read but not believed.

Every `id` and every other URI here is an http(s) URI with a host; nothing says yet that the
sender may speak for it. Text is bounded and free of control characters; HTML is not cleaned.
Times are milliseconds since 1970 UTC.
"""

import msgspec

from fedschool.activitypub.vocab import Document


class ClaimedImage(msgspec.Struct, frozen=True, kw_only=True):
    """An avatar or header."""

    url: str
    media_type: str | None = None
    description: str = ""


class ClaimedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key; `owner` is None when the peer left it out."""

    id: str
    owner: str | None
    pem: str


class ClaimedField(msgspec.Struct, frozen=True):
    """A row of the profile's table; `value` is HTML."""

    name: str
    value: str


class ClaimedEmoji(msgspec.Struct, frozen=True, kw_only=True):
    """A custom emoji; `name` is the shortcode without colons."""

    id: str | None
    name: str
    icon_url: str
    updated: int | None = None


class ClaimedQuotePolicy(msgspec.Struct, frozen=True):
    """Who may do something at once, and who after a look: actors and collections."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()


class ClaimedActor(msgspec.Struct, frozen=True, kw_only=True):
    """A person, bot, group or server. `summary` is HTML; `url` is on the id's host.

    `webfinger` is the handle that the actor says is its own (FEP-2c59).
    """

    id: str
    type: str
    preferred_username: str
    webfinger: str = ""
    inbox: str
    url: str
    name: str = ""
    summary: str = ""
    shared_inbox: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    featured_tags: str | None = None
    featured_collections: str | None = None
    feature_policy: ClaimedQuotePolicy | None = None
    icon: ClaimedImage | None = None
    image: ClaimedImage | None = None
    public_key: ClaimedKey | None = None
    manually_approves_followers: bool = False
    discoverable: bool = False
    indexable: bool = False
    memorial: bool = False
    suspended: bool = False
    also_known_as: tuple[str, ...] = ()
    attribution_domains: tuple[str, ...] = ()
    moved_to: str | None = None
    fields: tuple[ClaimedField, ...] = ()
    emojis: tuple[ClaimedEmoji, ...] = ()
    published: int | None = None
    updated: int | None = None


class ClaimedMention(msgspec.Struct, frozen=True):
    """An actor named in a note."""

    href: str
    name: str


class ClaimedHashtag(msgspec.Struct, frozen=True):
    """A hashtag; `name` is without `#`."""

    name: str
    href: str | None


class ClaimedAttachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file at `url`. `kind` is image, video, audio or unknown; focus lies in -1..1.

    `duration` in seconds; `preview_url` is a picture of a film or for a sound.
    """

    kind: str
    url: str
    media_type: str | None = None
    description: str = ""
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focus_x: float = 0.0
    focus_y: float = 0.0
    duration: float | None = None
    preview_url: str | None = None


class ClaimedOption(msgspec.Struct, frozen=True):
    """One answer of a poll and how often it was chosen, if told."""

    name: str
    votes: int | None


class ClaimedPoll(msgspec.Struct, frozen=True, kw_only=True):
    """The poll of a Question: at most 20 options; `closed` is when it was closed, if it was."""

    options: tuple[ClaimedOption, ...]
    multiple: bool
    ends: int | None = None
    closed: int | None = None
    voters: int | None = None


class ClaimedAuthorization(msgspec.Struct, frozen=True, kw_only=True):
    """That `attributed_to` lets the note `quoting` quote the note `quoted`."""

    id: str
    attributed_to: str
    quoting: str
    quoted: str


class ClaimedFeature(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a collection of people: who, and where their consent lies."""

    id: str
    featured: str
    authorization: str | None = None
    published: int | None = None


class ClaimedKit(msgspec.Struct, frozen=True, kw_only=True):
    """A FeaturedCollection (FEP-7aa9) with at most 150 items. `summary` is HTML."""

    id: str
    attributed_to: str
    url: str
    name: str
    summary: str = ""
    language: str | None = None
    topic: str | None = None
    sensitive: bool = False
    discoverable: bool = True
    published: int | None = None
    updated: int | None = None
    items: tuple[ClaimedFeature, ...] = ()


class ClaimedFeatureAuthorization(msgspec.Struct, frozen=True, kw_only=True):
    """That the actor `featured` lets the collection `kit` hold them."""

    id: str
    kit: str
    featured: str


class ClaimedNote(msgspec.Struct, frozen=True, kw_only=True):
    """A publication of any type, ready to be shown once its HTML is cleaned.

    For types other than Note and Question, `content` is put together from title, summary and
    link, and `summary` is None unless the peer marked the thing as sensitive. `name` is the
    title, and in a Note without content the answer given in a poll.
    `quote_is_legacy` where the quote is said in other words than FEP-044f's.
    `url` is on the id's host. `conversation` is an opaque name, not always a URI. `kits` are the
    collections of people that it links to.
    """

    id: str
    type: str
    attributed_to: str
    url: str
    content: str = ""
    content_map: dict[str, str] = {}
    language: str | None = None
    name: str | None = None
    summary: str | None = None
    sensitive: bool = False
    in_reply_to: str | None = None
    published: int | None = None
    updated: int | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: str | None = None
    mentions: tuple[ClaimedMention, ...] = ()
    hashtags: tuple[ClaimedHashtag, ...] = ()
    emojis: tuple[ClaimedEmoji, ...] = ()
    attachments: tuple[ClaimedAttachment, ...] = ()
    poll: ClaimedPoll | None = None
    context: str | None = None
    conversation: str | None = None
    replies: str | None = None
    quote: str | None = None
    quote_is_legacy: bool = False
    quote_authorization: str | None = None
    quote_policy: ClaimedQuotePolicy = ClaimedQuotePolicy()
    kits: tuple[str, ...] = ()


class ClaimedTombstone(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of something deleted."""

    id: str
    former_type: str | None = None
    deleted: int | None = None


class ClaimedActivity(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to what. `object` is the first of `objects`: a URI, or the embedded document.

    `id` is empty only in an embedded activity that came without one. `content` is the reaction
    of an EmojiReact or Like, or the comment of a Flag.
    """

    id: str
    type: str
    actor: str
    object: str | Document | None = None
    objects: tuple[str | Document, ...] = ()
    target: str | Document | None = None
    instrument: str | Document | None = None
    result: str | Document | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    published: int | None = None
    content: str | None = None
    emojis: tuple[ClaimedEmoji, ...] = ()


class ClaimedCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection or one page of it; `first` and `next` are URIs or embedded pages."""

    id: str | None
    type: str
    total_items: int | None = None
    items: tuple[str | Document, ...] = ()
    first: str | Document | None = None
    next: str | Document | None = None
    part_of: str | None = None
