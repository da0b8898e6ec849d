"""OAuth 2: the scopes there are, clients, grants and tokens (docs.joinmastodon.org/api)."""

import msgspec

_READ = (
    "accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows",
    "lists", "mutes", "notifications", "search", "statuses",
)  # fmt: skip
_WRITE = (
    "accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters",
    "follows", "lists", "media", "mutes", "notifications", "reports", "statuses",
)  # fmt: skip
_ADMIN = (
    "accounts", "canonical_email_blocks", "domain_allows", "domain_blocks",
    "email_domain_blocks", "ip_blocks", "reports",
)  # fmt: skip

SCOPES: tuple[str, ...] = (
    "profile", "read", "write", "follow", "push", "admin:read", "admin:write",
    *(f"read:{noun}" for noun in _READ),
    *(f"write:{noun}" for noun in _WRITE),
    *(f"admin:read:{noun}" for noun in _ADMIN),
    *(f"admin:write:{noun}" for noun in _ADMIN),
)  # fmt: skip

# Mastodon's old name for the relationships between people
FOLLOW = frozenset(
    f"{act}:{noun}" for act in ("read", "write") for noun in ("blocks", "follows", "mutes")
)
DEFAULT_SCOPE = "read"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A registered application. Only a `confidential` one has a secret to prove itself with."""

    id: int
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    client_id: str
    confidential: bool
    created_at: int


class Credentials(msgspec.Struct, frozen=True):
    """What a client names itself with at the token endpoint; None where it sent nothing."""

    client_id: str | None = None
    secret: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A person's yes to a client, worth one token until `expires_at`."""

    id: int
    application_id: int
    user_id: int
    redirect_uri: str
    scopes: str
    code_challenge: str | None
    expires_at: int
    used_at: int | None
    token_id: int | None


class AccessToken(msgspec.Struct, frozen=True):
    """A new token, the only time that it is seen in clear. `created_at` in milliseconds."""

    id: int
    token: str
    scopes: str
    created_at: int
