"""Accounts (profiles, local or remote), users (logins), and who looks or sends."""

from enum import StrEnum

import msgspec

from fedschool.model.emoji import Emoji
from fedschool.model.quote import ApprovalPolicy, QuotePolicy


class Role(StrEnum):
    """What a user may do here; each includes the ones before it."""

    TEACHER = "teacher"
    MODERATOR = "moderator"
    ADMIN = "admin"


class ActorType(StrEnum):
    """ActivityStreams actor types; Service and Application are shown as bots."""

    PERSON = "Person"
    SERVICE = "Service"
    APPLICATION = "Application"
    GROUP = "Group"
    ORGANIZATION = "Organization"


class ProfileField(msgspec.Struct, frozen=True):
    """A row of the profile's table. `value` is HTML once composed or cleaned."""

    name: str
    value: str
    verified_at: int | None = None


class Picture(msgspec.Struct, frozen=True):
    """An avatar or header: `key` in our media store, or `remote_url` at its origin."""

    key: str | None = None
    remote_url: str | None = None
    description: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A profile. `domain` is None for our own people; `uri` is the ActivityPub id.

    `role` is TEACHER for everybody who does not look after this instance. `moved_to` is who the
    person is now, as it was when the move was found true; `moved_to_uri` alone is a claim.
    `feature_policy` says who may recommend somebody of another server; None says nothing.
    """

    id: int
    username: str
    domain: str | None
    uri: str
    url: str
    actor_type: ActorType = ActorType.PERSON
    display_name: str = ""
    note: str = ""
    note_source: str = ""
    fields: tuple[ProfileField, ...] = ()
    fields_source: tuple[ProfileField, ...] = ()
    avatar: Picture = Picture()
    header: Picture = Picture()
    inbox_url: str = ""
    shared_inbox_url: str | None = None
    outbox_url: str = ""
    followers_url: str = ""
    following_url: str = ""
    featured_url: str = ""
    collections_url: str = ""
    feature_policy: QuotePolicy | None = None
    also_known_as: tuple[str, ...] = ()
    moved_to_uri: str | None = None
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    hide_collections: bool = False
    show_featured: bool = True
    show_media: bool = True
    show_media_replies: bool = True
    moved_at: int | None = None
    moved_to: "Account | None" = None
    attribution_domains: tuple[str, ...] = ()
    created_at: int
    fetched_at: int | None = None
    last_status_at: int | None = None
    suspended_at: int | None = None
    silenced_at: int | None = None
    sensitized_at: int | None = None
    role: Role = Role.TEACHER
    followers_count: int = 0
    following_count: int = 0
    statuses_count: int = 0
    emojis: tuple[Emoji, ...] = ()

    @property
    def local(self) -> bool:
        return self.domain is None

    @property
    def acct(self) -> str:
        """`ada` here, `ada@host` elsewhere, as the client API names people."""
        return self.username if self.domain is None else f"{self.username}@{self.domain}"

    @property
    def bot(self) -> bool:
        return self.actor_type in (ActorType.SERVICE, ActorType.APPLICATION)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The login behind a local account. `default_*` are what the person's next post starts from."""

    id: int
    account_id: int
    email: str
    password_hash: str
    role: Role = Role.TEACHER
    confirmed_at: int | None = None
    approved_at: int | None = None
    disabled_at: int | None = None
    locale: str = "en"
    default_visibility: str = "public"
    default_sensitive: bool = False
    default_language: str | None = None
    default_quote_policy: ApprovalPolicy = ApprovalPolicy.PUBLIC
    reason: str = ""
    created_at: int

    @property
    def may_act(self) -> bool:
        """Confirmed, approved, and not switched off."""
        return bool(self.confirmed_at and self.approved_at and not self.disabled_at)


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks. `account_id` None is anybody: a stranger in a browser, an unsigned fetch.

    A remote viewer (a signed fetch) has `account_id` and `local=False`.
    """

    account_id: int | None = None
    local: bool = False
    user_id: int | None = None
    token_id: int | None = None
    application_id: int | None = None
    scopes: frozenset[str] = frozenset()
    role: Role = Role.TEACHER

    @property
    def me(self) -> int:
        """The viewer's account id where a face has already required one."""
        assert self.account_id is not None
        return self.account_id


ANYBODY = Viewer()


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A remote account that proved itself by a signature; `federation.authenticate` mints it."""

    account_id: int
    uri: str
    domain: str


class Relationship(msgspec.Struct, frozen=True, kw_only=True):
    """How `viewer` and the account `id` stand to each other, seen from the viewer."""

    id: int
    following: bool = False
    showing_reblogs: bool = False
    notifying: bool = False
    languages: tuple[str, ...] | None = None
    followed_by: bool = False
    requested: bool = False
    requested_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: int | None = None
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""
