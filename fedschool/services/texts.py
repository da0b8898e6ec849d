"""What the instance says about itself: a sentence, a page, what it keeps of people, its terms."""

import re
from datetime import UTC, datetime

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.staff import Permission
from fedschool.model.texts import InstanceText, TextKind
from fedschool.ports.database import Tx
from fedschool.services import audit, staff
from fedschool.site import Site
from fedschool.store import texts as store
from fedschool.text import markdown

MAX_TEXT = 100_000
MAX_DESCRIPTION = 500
# Since when the text that every instance begins with is as it is.
_DEFAULT_DAY = "2026-11-24"
_DEFAULT_AT = 1_795_478_400_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


async def description(tx: Tx, site: Site) -> str:
    """The sentence about the instance: what was written, or what the settings say."""
    found = await store.holding(tx, TextKind.DESCRIPTION, today(site))
    return site.settings.description if found is None else found.text


async def sentence(site: Site) -> str:
    """The description that holds today."""
    async with site.reading() as tx:
        return await description(tx, site)


async def has_terms(tx: Tx, site: Site) -> bool:
    return await store.holding(tx, TextKind.TERMS, today(site)) is not None


async def about(site: Site) -> InstanceText | None:
    """The page about the school, if somebody wrote one."""
    return await _holding(site, TextKind.ABOUT)


async def privacy(site: Site) -> InstanceText:
    """What is kept of people; there is always something to say about that."""
    found = await _holding(site, TextKind.PRIVACY)
    return found or InstanceText(
        id=0,
        kind=TextKind.PRIVACY,
        text=_default_privacy(site),
        effective_on=_DEFAULT_DAY,
        created_at=_DEFAULT_AT,
    )


async def terms(site: Site, day: str | None = None) -> InstanceText:
    """The terms that hold now, or the version that holds from a day. Raises NotFound."""
    if day is not None and not _is_day(day):
        raise NotFound
    async with site.reading() as tx:
        if day is None:
            found = await store.holding(tx, TextKind.TERMS, today(site))
        else:
            found = await store.of_day(tx, TextKind.TERMS, day)
    if found is None:
        raise NotFound
    return found


async def written(site: Site, kind: TextKind) -> str:
    """What holds today as it was typed, defaults included; empty where there is nothing."""
    if kind is TextKind.DESCRIPTION:
        return await sentence(site)
    if kind is TextKind.PRIVACY:
        return (await privacy(site)).text
    found = await _holding(site, kind)
    return "" if found is None else found.text


async def write(
    site: Site, actor: Viewer, kind: TextKind, text: str, day: str | None = None
) -> InstanceText:
    """A new version, which holds from a day on (None: today). Raises Forbidden, Unprocessable."""
    now = today(site)
    chosen = now if day is None else day
    if not _is_day(chosen):
        raise Unprocessable("A day looks like 2026-12-01")
    if chosen < now:
        raise Unprocessable("What held in the past cannot be changed any more")
    limit = MAX_DESCRIPTION if kind is TextKind.DESCRIPTION else MAX_TEXT
    plain = text.replace("\0", "").strip()
    if not plain:
        raise Unprocessable("The text is empty")
    if len(plain) > limit:
        raise Unprocessable(f"The text is longer than {limit} characters")
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_SETTINGS)
        item = InstanceText(
            id=site.ids.next(),
            kind=kind,
            text=plain,
            effective_on=chosen,
            created_at=site.now(),
        )
        await store.add(tx, item)
        await audit.record(
            tx, site, actor=officer.account_id, action="write_text",
            target=f"text/{kind.value}", detail={"effective_on": chosen},
        )  # fmt: skip
    return item


def today(site: Site) -> str:
    """The day in UTC."""
    return today_of(site.now())


def today_of(ms: int) -> str:
    """The day in UTC at a moment."""
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


async def _holding(site: Site, kind: TextKind) -> InstanceText | None:
    async with site.reading() as tx:
        return await store.holding(tx, kind, today(site))


def _default_privacy(site: Site) -> str:
    settings = site.settings
    contact = "Turn to those who run this server."
    if settings.contact_email:
        contact = f"Write to [{settings.contact_email}](mailto:{settings.contact_email})."
    return markdown.PRIVACY.format(title=settings.title, host=settings.host, contact=contact)


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
