"""An actor document as its server claims it."""

import re

from fedschool import errors
from fedschool.activitypub import parse_kit, uris
from fedschool.activitypub.objects import ClaimedActor, ClaimedField, ClaimedImage, ClaimedKey
from fedschool.activitypub.parse_tags import emojis, link, media_type
from fedschool.activitypub.values import (
    HTML_LIMIT,
    LINE_LIMIT,
    PARAGRAPH_LIMIT,
    Fields,
)
from fedschool.activitypub.vocab import ACTORS, COLLECTIONS, PUBLICATIONS, Document

PEM_LIMIT = 8192
FIELDS_LIMIT = 50
DOMAINS_LIMIT = 100

_NOT_ACTORS = PUBLICATIONS | COLLECTIONS | {"Tombstone"}

# A school under test lives on a port, and its instance actor is named after the authority.
_USERNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]{0,126}[A-Za-z0-9_])?")


def actor(doc: Document) -> ClaimedActor:
    """Needed are id, type, a preferredUsername that fits into a handle, and an inbox."""
    fields = Fields(doc)
    kind = fields.type_among(ACTORS)
    if kind in _NOT_ACTORS:
        raise errors.Malformed("The object is not an actor")
    identity = fields.identity()
    summary, _ = fields.localized("summary", HTML_LIMIT)
    name, _ = fields.localized("name", LINE_LIMIT)
    return ClaimedActor(
        id=identity,
        type=kind,
        preferred_username=_username(fields),
        webfinger=fields.text("webfinger", LINE_LIMIT) or "",
        inbox=_inbox(fields),
        url=own_url(fields, identity),
        name=(name or "").strip(),
        summary=summary or "",
        shared_inbox=_shared_inbox(fields),
        outbox=fields.reference("outbox"),
        followers=fields.reference("followers"),
        following=fields.reference("following"),
        featured=fields.reference("featured"),
        featured_tags=fields.reference("featuredTags"),
        featured_collections=fields.reference("featuredCollections"),
        feature_policy=parse_kit.claimed_policy(fields),
        icon=_image(fields, "icon"),
        image=_image(fields, "image"),
        public_key=key(fields),
        manually_approves_followers=fields.flag("manuallyApprovesFollowers"),
        discoverable=fields.flag("discoverable"),
        indexable=fields.flag("indexable"),
        memorial=fields.flag("memorial"),
        suspended=fields.flag("suspended"),
        also_known_as=fields.references("alsoKnownAs"),
        attribution_domains=_domains(fields),
        moved_to=fields.reference("movedTo"),
        fields=_profile_fields(fields),
        emojis=emojis(fields),
        published=fields.moment("published"),
        updated=fields.moment("updated"),
    )


def own_url(fields: Fields, identity: str) -> str:
    """The page of a thing, if it is on the host of its id; a link elsewhere would be a trap.

    PeerTube lists several Links, of which the HTML one is meant for readers.
    """
    candidates = fields.all("url", 20)
    pages = [
        item for item in candidates if isinstance(item, dict) and _is_page(Fields(item))
    ] or candidates
    for item in pages:
        url = link(item)
        if url and uris.host_of(url) == uris.host_of(identity):
            return url
    return identity


def key(fields: Fields) -> ClaimedKey | None:
    """The first `publicKey` that is embedded, has an id and holds a PEM; GoToSocial keeps
    keys as documents of their own and then gives their owner."""
    for item in fields.objects("publicKey", 10):
        identity = item.reference("id")
        pem = item.text("publicKeyPem", PEM_LIMIT + 1)
        if identity and pem and len(pem) <= PEM_LIMIT:
            return ClaimedKey(id=identity, owner=item.reference("owner"), pem=pem)
    return None


def _domains(fields: Fields) -> tuple[str, ...]:
    """Websites whose pages may name the actor as their author, in the form of `host_of`."""
    named = fields.all("attributionDomains", DOMAINS_LIMIT)
    hosts = (uris.authority_of(item) for item in named if isinstance(item, str))
    return tuple(dict.fromkeys(host for host in hosts if host is not None))


def _is_page(fields: Fields) -> bool:
    return media_type(fields) == "text/html"


def _username(fields: Fields) -> str:
    name = fields.text("preferredUsername", LINE_LIMIT) or ""
    if not _USERNAME.fullmatch(name):
        raise errors.Malformed("The actor has no usable preferredUsername")
    return name


def _inbox(fields: Fields) -> str:
    inbox = fields.reference("inbox")
    if inbox is None:
        raise errors.Malformed("The actor has no inbox")
    return inbox


def _shared_inbox(fields: Fields) -> str | None:
    endpoints = fields.objects("endpoints", 1)
    return endpoints[0].reference("sharedInbox") if endpoints else None


def _image(fields: Fields, name: str) -> ClaimedImage | None:
    value = fields.first(name)
    url = link(value)
    if url is None:
        return None
    if not isinstance(value, dict):
        return ClaimedImage(url=url)
    image = Fields(value)
    description = image.text("name", PARAGRAPH_LIMIT) or image.text("summary", PARAGRAPH_LIMIT)
    return ClaimedImage(url=url, media_type=media_type(image), description=description or "")


def _profile_fields(fields: Fields) -> tuple[ClaimedField, ...]:
    rows = [item for item in fields.objects("attachment") if "PropertyValue" in item.types()]
    found = (
        ClaimedField(
            row.text("name", LINE_LIMIT) or "",
            row.text("value", PARAGRAPH_LIMIT) or "",
        )
        for row in rows[:FIELDS_LIMIT]
    )
    return tuple(row for row in found if row.name)
