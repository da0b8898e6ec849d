"""The instance as it presents itself: what it is, what it allows, how much happens."""

from fedschool import __version__
from fedschool.model.instance import Bounds, InstanceView, Week
from fedschool.ports.images import LIMITS
from fedschool.services import interactions, media, polls, posting, profiles, texts, users
from fedschool.settings import Federation, Registrations
from fedschool.site import Site
from fedschool.store import instance as store
from fedschool.store import rules, usage
from fedschool.text import compose

# The level of Mastodon's client API that is really served: clients switch features on by it.
API_VERSION = "4.6.0"
API_LEVEL = 10

WEEKS = 12
DAY = 86_400_000


async def describe(site: Site) -> InstanceView:
    """Public whatever else is closed: clients begin with it."""
    now = site.now()
    async with site.reading() as tx:
        figures = await usage.usage(tx, month=now - 30 * DAY, half_year=now - 180 * DAY)
        contact = await store.contact(tx)
        domains = await store.domains(tx)
        description = await texts.description(tx, site)
        has_terms = await texts.has_terms(tx, site)
        held = await rules.live(tx)
    settings = site.settings
    return InstanceView(
        host=settings.host,
        title=settings.title,
        description=description,
        email=settings.contact_email,
        has_terms=has_terms,
        contact=contact,
        version=f"{API_VERSION}+fedschool-{__version__}",
        api_level=API_LEVEL,
        limited_federation=settings.federation is not Federation.OPEN,
        registrations=users.open_to_sign_ups(site),
        approval_required=settings.registrations is Registrations.APPROVAL,
        invites=settings.registrations is Registrations.INVITE,
        bounds=bounds(site),
        people=figures.people,
        active_month=figures.month,
        posts=figures.posts,
        domains=len(domains),
        rules=tuple(held),
    )


def bounds(site: Site) -> Bounds:
    """What fits into posts and profiles, as the use cases enforce it."""
    return Bounds(
        status_characters=site.settings.max_characters,
        url_characters=compose.URL_LENGTH,
        attachments=posting.MAX_MEDIA,
        poll_options=polls.MAX_OPTIONS,
        poll_option_characters=polls.MAX_OPTION_CHARACTERS,
        poll_min_seconds=polls.MIN_SECONDS,
        poll_max_seconds=polls.MAX_SECONDS,
        pins=interactions.MAX_PINS,
        description_characters=media.MAX_DESCRIPTION,
        media_types=media.SUPPORTED_TYPES,
        video_bytes=site.movies.limits.max_bytes,
        video_pixels=site.movies.limits.max_pixels,
        video_frame_rate=site.movies.limits.max_frame_rate,
        image_bytes=LIMITS.max_bytes,
        image_pixels=LIMITS.max_input_pixels,
        name_characters=profiles.NAME_LIMIT,
        note_characters=profiles.NOTE_LIMIT,
        picture_description_characters=profiles.DESCRIPTION_LIMIT,
        fields=profiles.MAX_FIELDS,
        field_characters=profiles.FIELD_LIMIT,
    )


async def peers(site: Site) -> list[str]:
    """The other servers that we know people of."""
    async with site.reading() as tx:
        return await store.domains(tx)


async def activity(site: Site) -> list[Week]:
    """The last twelve weeks, this one first."""
    async with site.reading() as tx:
        return await store.weeks(tx, site.now(), WEEKS)
