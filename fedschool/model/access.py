"""What acts for a person, so that the person can see it and end it. Times in ms."""

import msgspec


class AuthorizedApp(msgspec.Struct, frozen=True, kw_only=True):
    """An application that holds tokens of the person's; `created_at` is the first one's."""

    id: int
    name: str
    website: str | None
    scopes: tuple[str, ...]
    created_at: int


class BrowserSession(msgspec.Struct, frozen=True):
    """A browser that is signed in; `current` is the one that asks."""

    id: int
    created_at: int
    expires_at: int
    current: bool


class Access(msgspec.Struct, frozen=True):
    """All that acts for one person."""

    applications: tuple[AuthorizedApp, ...]
    browsers: tuple[BrowserSession, ...]
