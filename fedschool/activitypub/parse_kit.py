"""Collections of people as other servers claim them, and consent to be in one (FEP-7aa9)."""

from fedschool.activitypub import uris
from fedschool.activitypub.objects import (
    ClaimedFeature,
    ClaimedFeatureAuthorization,
    ClaimedKit,
    ClaimedQuotePolicy,
)
from fedschool.activitypub.values import HTML_LIMIT, LINE_LIMIT, Fields
from fedschool.activitypub.vocab import Document
from fedschool.errors import Malformed

MAX_ITEMS = 150
MAX_TAGGED = 4


def kit(document: Document) -> ClaimedKit:
    """A FeaturedCollection; items that are not embedded are left out. Raises Malformed."""
    fields = Fields(document)
    author = fields.reference("attributedTo")
    if "FeaturedCollection" not in fields.types() or author is None:
        raise Malformed("The object is no collection of people")
    identity = fields.identity()
    name, _ = fields.localized("name", LINE_LIMIT)
    summary, by_language = fields.localized("summary", HTML_LIMIT)
    url = fields.reference("url")
    items = (_item(item, identity) for item in fields.objects("orderedItems", MAX_ITEMS))
    return ClaimedKit(
        id=identity,
        attributed_to=author,
        url=url if url and uris.host_of(url) == uris.host_of(identity) else "",
        name=(name or "").strip(),
        summary=summary or "",
        language=next(iter(by_language), None),
        topic=_topic(fields),
        sensitive=fields.flag("sensitive"),
        discoverable=fields.first("discoverable") is not False,
        published=fields.moment("published"),
        updated=fields.moment("updated"),
        items=tuple(item for item in items if item is not None),
    )


def feature(document: Document, kit_uri: str) -> ClaimedFeature:
    """A FeaturedItem of the collection with this URI. Raises Malformed."""
    found = _item(Fields(document), kit_uri)
    if found is None:
        raise Malformed("The object is nobody in the collection")
    return found


def feature_authorization(document: Document) -> ClaimedFeatureAuthorization:
    """A FeatureAuthorization. Raises Malformed for anything else."""
    fields = Fields(document)
    kit_uri, featured = (
        fields.reference(name) for name in ("interactingObject", "interactionTarget")
    )
    if "FeatureAuthorization" not in fields.types() or not (kit_uri and featured):
        raise Malformed("The document lets nobody be recommended")
    return ClaimedFeatureAuthorization(id=fields.identity(), kit=kit_uri, featured=featured)


def claimed_policy(fields: Fields) -> ClaimedQuotePolicy | None:
    """`interactionPolicy.canFeature` of an actor; None where nothing is said of it."""
    for interaction in fields.objects("interactionPolicy", 1):
        for can_feature in interaction.objects("canFeature", 1):
            return ClaimedQuotePolicy(
                automatic=can_feature.addresses("automaticApproval"),
                manual=can_feature.addresses("manualApproval"),
            )
    return None


def tagged(fields: Fields) -> tuple[str, ...]:
    """The collections that a note names among its tags."""
    found: dict[str, None] = {}
    for tag in fields.objects("tag"):
        if "FeaturedCollection" in tag.types():
            uri = tag.reference("id") or tag.reference("href")
            if uri is not None:
                found[uri] = None
    return tuple(found)[:MAX_TAGGED]


def _item(fields: Fields, kit_uri: str) -> ClaimedFeature | None:
    identity, featured = fields.reference("id"), fields.reference("featuredObject")
    if "FeaturedItem" not in fields.types() or identity is None or featured is None:
        return None
    if not uris.same_origin(identity, kit_uri):
        return None
    return ClaimedFeature(
        id=identity,
        featured=featured,
        authorization=fields.reference("featureAuthorization"),
        published=fields.moment("published"),
    )


def _topic(fields: Fields) -> str | None:
    for topic in fields.objects("topic", 1):
        return (topic.text("name", LINE_LIMIT) or "").strip().lstrip("#") or None
    return None
