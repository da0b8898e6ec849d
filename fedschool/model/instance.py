"""What the instance says about itself."""

import msgspec

from fedschool.model.account import Account
from fedschool.model.rule import Rule

MAX_FEATURED_TAGS = 10


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What fits: lengths in characters, sizes in bytes, pictures in pixels."""

    status_characters: int
    url_characters: int
    attachments: int
    poll_options: int
    poll_option_characters: int
    poll_min_seconds: int
    poll_max_seconds: int
    pins: int
    description_characters: int
    media_types: tuple[str, ...]
    image_bytes: int
    image_pixels: int
    video_bytes: int
    video_pixels: int
    video_frame_rate: int
    name_characters: int
    note_characters: int
    picture_description_characters: int
    fields: int
    field_characters: int


class InstanceView(msgspec.Struct, frozen=True, kw_only=True):
    """The school as visitors and their clients see it.

    `version` is the client API's, as clients parse it, and `api_level` Mastodon's number for it.
    `limited_federation`: whether not every server may talk to it. `contact`: an admin, where
    there is one. `active_month`: people who posted in 30 days.
    """

    host: str
    title: str
    description: str
    email: str
    has_terms: bool
    contact: Account | None
    version: str
    api_level: int
    limited_federation: bool
    registrations: bool
    approval_required: bool
    invites: bool
    bounds: Bounds
    people: int
    active_month: int
    posts: int
    domains: int
    rules: tuple[Rule, ...] = ()


class Week(msgspec.Struct, frozen=True):
    """What happened in the week that began at `start` (seconds, Monday 0:00 UTC)."""

    start: int
    statuses: int
    logins: int
    registrations: int
