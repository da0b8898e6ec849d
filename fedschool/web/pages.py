"""What anybody may read in a browser: the start page, people, posts with their threads, tags."""

from quart import Blueprint, Response, redirect, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.wrappers import Response as Redirect

from fedschool import ids
from fedschool.errors import NotFound
from fedschool.http.context import site
from fedschool.model.account import ANYBODY, Account, Viewer
from fedschool.model.kit import ItemState
from fedschool.model.timeline import Cursor
from fedschool.services import accounts, kits, rules, statuses, texts, timelines, users
from fedschool.services.timelines import TagQuery
from fedschool.text import markdown
from fedschool.web import session
from fedschool.web.templating import page

bp = Blueprint("web_pages", __name__)

LATEST = 10
PAGE = 20
TAG_LIMIT = 100

_ACTIVITY = ("application/activity+json", "application/ld+json")
_HTML = ("text/html", "application/xhtml+xml")


@bp.get("/")
async def landing() -> Response:
    """The instance in short, how to join it, and what its people said last."""
    viewer = await _viewer()
    latest = await timelines.public(site(), viewer, Cursor(limit=LATEST), local=True)
    settings = site().settings
    return await page(
        "pages/landing.html",
        description=await texts.sentence(site()),
        may_join=users.open_to_sign_ups(site()),
        registrations=settings.registrations.value,
        contact=settings.contact_email,
        statuses=latest.items,
    )


@bp.get("/about")
async def about() -> Response:
    settings = site().settings
    written = await texts.about(site())
    return await page(
        "pages/about.html",
        written="" if written is None else markdown.render(written.text),
        description=await texts.sentence(site()),
        contact=settings.contact_email,
        may_join=users.open_to_sign_ups(site()),
        registrations=settings.registrations.value,
        max_characters=settings.max_characters,
        rules=await rules.shown(site()),
    )


@bp.get("/@<name>")
async def profile(name: str) -> Response | Redirect:
    """A person of ours. Servers that ask for ActivityPub here are led to the actor."""
    viewer = await _viewer()
    account = await _person(viewer, name)
    if _wants_activity():
        return _elsewhere(account.uri)
    cursor = _cursor()
    found = await timelines.account_statuses(
        site(), viewer, account.id, cursor, exclude_replies=True
    )
    pinned = []
    if cursor.max_id is None:
        first = await timelines.account_statuses(
            site(), viewer, account.id, Cursor(limit=PAGE), pinned=True
        )
        pinned = list(first.items)
    return await page(
        "pages/profile.html",
        account=account,
        pinned=pinned,
        statuses=found.items,
        older=_older(found.next_id, len(found.items)),
    )


@bp.get("/@<name>/<number>")
async def status(name: str, number: str) -> Response | Redirect:
    """One post of ours and what was said around it."""
    viewer = await _viewer()
    status_id = ids.parse(number)
    if status_id is None:
        raise NotFound
    view = await statuses.get(site(), viewer, status_id)
    if not view.account.local or view.account.username.lower() != name.lower():
        raise NotFound
    if _wants_activity():
        return _elsewhere(view.status.uri)
    context = await statuses.context(site(), viewer, status_id)
    return await page("pages/status.html", view=view, context=context)


@bp.get("/collections/<number>")
async def collection(number: str) -> Response | Redirect:
    """People whom somebody of ours recommends."""
    kit_id = ids.parse(number)
    if kit_id is None:
        raise NotFound
    view = await kits.get(site(), await _viewer(), kit_id)
    if not view.kit.local:
        raise NotFound
    if _wants_activity():
        return _elsewhere(view.kit.uri)
    owner, *people = view.accounts
    standing = {item.account_id for item in view.items if item.state is ItemState.ACCEPTED}
    shown = [person for person in people if person.id in standing]
    return await page("pages/collection.html", kit=view.kit, owner=owner, people=shown)


@bp.get("/tags/<name>")
async def tag(name: str) -> Response:
    """Public posts under a hashtag, as far as they are known here."""
    if len(name) > TAG_LIMIT:
        raise NotFound
    found = await timelines.tag(site(), await _viewer(), TagQuery(name=name), _cursor())
    return await page(
        "pages/tag.html",
        name=name,
        statuses=found.items,
        older=_older(found.next_id, len(found.items)),
    )


async def _viewer() -> Viewer:
    who = await session.visitor()
    return who.session.viewer if who.session is not None else ANYBODY


async def _person(viewer: Viewer, name: str) -> Account:
    """One of our people; others have their pages at home."""
    if "@" in name:
        raise NotFound
    account = await accounts.lookup(site(), viewer, name)
    if not account.local or account.suspended_at is not None:
        raise NotFound
    return account


def _cursor() -> Cursor:
    text = request.args.get("max_id", "")
    return Cursor(max_id=ids.parse(text), limit=PAGE)


def _older(next_id: int | None, count: int) -> str | None:
    """The query of the page with older posts, where there may be one."""
    return f"?max_id={next_id}" if next_id is not None and count >= PAGE else None


def _wants_activity() -> bool:
    """Whether the client would rather have ActivityPub than a page."""
    accept: MIMEAccept = request.accept_mimetypes
    activity = max(_quality(accept, kind) for kind in _ACTIVITY)
    return activity > 0 and activity > max(_quality(accept, kind) for kind in _HTML)


def _quality(accept: MIMEAccept, kind: str) -> float:
    """The weight that the header gives this very type; wildcards name nothing."""
    return max(
        (quality for value, quality in accept if value.partition(";")[0].strip().lower() == kind),
        default=0.0,
    )


def _elsewhere(uri: str) -> Redirect:
    response = redirect(uri, 303)
    response.headers["Vary"] = "Accept"
    return response
