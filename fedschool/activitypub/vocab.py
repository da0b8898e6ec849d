"""The words of ActivityStreams that we read and write: namespaces, types, contexts."""

from typing import Any, Final

Document = dict[str, Any]
"""A JSON object; as claimed by a peer, or ready to be encoded."""

NAMESPACE: Final = "https://www.w3.org/ns/activitystreams"
PUBLIC: Final = NAMESPACE + "#Public"
SECURITY: Final = "https://w3id.org/security/v1"

ACTIVITY_JSON: Final = "application/activity+json"
LD_JSON: Final = f'application/ld+json; profile="{NAMESPACE}"'
ACCEPT: Final = f"{ACTIVITY_JSON}, {LD_JSON}"

ACTORS: Final = frozenset({"Person", "Service", "Application", "Group", "Organization"})
COLLECTIONS: Final = frozenset(
    {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
)
NOTES: Final = frozenset({"Note", "Question", "ChatMessage"})
"""Shown as they are. Every other kind of object is shown by title, summary and link."""

PUBLICATIONS: Final = NOTES | {"Article", "Page", "Event", "Video", "Audio", "Image"}

ACTOR_CONTEXT: Final[list[Any]] = [
    NAMESPACE,
    SECURITY,
    {
        "toot": "http://joinmastodon.org/ns#",
        "schema": "http://schema.org#",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
        "suspended": "toot:suspended",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
        "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
        "canFeature": {"@id": "https://w3id.org/fep/7aa9#canFeature", "@type": "@id"},
        "featuredCollections": {
            "@id": "https://w3id.org/fep/7aa9#featuredCollections",
            "@type": "@id",
        },
        "Emoji": "toot:Emoji",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    },
]

NOTE_CONTEXT: Final[list[Any]] = [
    NAMESPACE,
    {
        "toot": "http://joinmastodon.org/ns#",
        "ostatus": "http://ostatus.org#",
        "sensitive": "as:sensitive",
        "conversation": "ostatus:conversation",
        "Hashtag": "as:Hashtag",
        "Emoji": "toot:Emoji",
        "FeaturedCollection": "https://w3id.org/fep/7aa9#FeaturedCollection",
        "blurhash": "toot:blurhash",
        "votersCount": "toot:votersCount",
        "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
        "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
        "quoteAuthorization": {
            "@id": "https://w3id.org/fep/044f#quoteAuthorization",
            "@type": "@id",
        },
        "quoteUri": "http://fedibird.com/ns#quoteUri",
        "quoteUrl": "as:quoteUrl",
        "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    },
]

QUOTE_CONTEXT: Final[list[Any]] = [
    *NOTE_CONTEXT,
    {
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]

FEATURE_CONTEXT: Final[list[Any]] = [
    NAMESPACE,
    {
        "gts": "https://gotosocial.org/ns#",
        "toot": "http://joinmastodon.org/ns#",
        "fep": "https://w3id.org/fep/7aa9#",
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "discoverable": "toot:discoverable",
        "FeaturedCollection": "fep:FeaturedCollection",
        "FeaturedItem": "fep:FeaturedItem",
        "FeatureRequest": "fep:FeatureRequest",
        "FeatureAuthorization": "fep:FeatureAuthorization",
        "topic": {"@id": "fep:topic", "@type": "@id"},
        "featuredObject": {"@id": "fep:featuredObject", "@type": "@id"},
        "featuredObjectType": "fep:featuredObjectType",
        "featureAuthorization": {"@id": "fep:featureAuthorization", "@type": "@id"},
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]
