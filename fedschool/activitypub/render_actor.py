"""Our people and the school itself as ActivityPub actors."""

from collections.abc import Callable

from fedschool.activitypub.render_emoji import emoji_tags
from fedschool.activitypub.uris import Uris
from fedschool.activitypub.vocab import ACTOR_CONTEXT, PUBLIC, Document
from fedschool.activitypub.written import iso, media_type_of
from fedschool.model.account import Account, ActorType


def actor(
    account: Account,
    uris: Uris,
    public_key_pem: str,
    *,
    avatar_url: str | None = None,
    header_url: str | None = None,
    media_url: Callable[[str], str] | None = None,
) -> Document:
    """A local account's actor document (ActivityPub 4.1). A suspended one shows no profile."""
    name = account.username
    document: Document = {
        "@context": ACTOR_CONTEXT,
        "id": uris.actor(name),
        "type": account.actor_type.value,
        "preferredUsername": name,
        "webfinger": f"{name}@{uris.host}",
        "name": account.display_name or name,
        "summary": account.note,
        "url": uris.profile(name),
        "inbox": uris.inbox(name),
        "outbox": uris.outbox(name),
        "followers": uris.followers(name),
        "following": uris.following(name),
        "featured": uris.featured(name),
        "featuredTags": uris.featured_tags(name),
        "featuredCollections": uris.featured_collections(name),
        "endpoints": {"sharedInbox": uris.shared_inbox},
        "publicKey": _public_key(uris.key(name), uris.actor(name), public_key_pem),
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        # Nobody's is said by naming oneself (FEP-7aa9).
        "interactionPolicy": {
            "canFeature": {"automaticApproval": [PUBLIC if featurable(account) else account.uri]}
        },
        "published": iso(account.created_at),
        "attachment": [
            {"type": "PropertyValue", "name": field.name, "value": field.value}
            for field in account.fields
        ],
        "tag": [] if media_url is None else emoji_tags(account.emojis, uris, media_url),
    }
    if account.also_known_as:
        document["alsoKnownAs"] = list(account.also_known_as)
    if account.attribution_domains:
        document["attributionDomains"] = list(account.attribution_domains)
    if account.moved_to_uri:
        document["movedTo"] = account.moved_to_uri
    if avatar_url:
        document["icon"] = _image(avatar_url, account.avatar.description)
    if header_url:
        document["image"] = _image(header_url, account.header.description)
    if account.suspended_at is not None:
        document |= {"suspended": True, "name": "", "summary": "", "attachment": []}
        document.pop("icon", None)
        document.pop("image", None)
    return document


def featurable(account: Account) -> bool:
    """Whether one of our people wants to be recommended: who wants to be found."""
    return (
        account.local
        and account.discoverable
        and account.suspended_at is None
        and account.moved_to_uri is None
        and account.actor_type is not ActorType.APPLICATION
    )


def instance_actor(uris: Uris, public_key_pem: str, *, name: str = "") -> Document:
    """The actor that signs the server's own requests; named after the authority."""
    return {
        "@context": ACTOR_CONTEXT,
        "id": uris.instance_actor,
        "type": "Application",
        "preferredUsername": uris.host,
        "name": name or uris.host,
        "url": uris.base,
        "inbox": uris.instance_inbox,
        "outbox": uris.instance_outbox,
        "endpoints": {"sharedInbox": uris.shared_inbox},
        "publicKey": _public_key(uris.instance_key, uris.instance_actor, public_key_pem),
        "manuallyApprovesFollowers": True,
        "discoverable": False,
        "indexable": False,
    }


def _public_key(key_id: str, owner: str, pem: str) -> Document:
    return {"id": key_id, "owner": owner, "publicKeyPem": pem}


def _image(url: str, description: str) -> Document:
    image: Document = {"type": "Image", "url": url}
    if media_type := media_type_of(url):
        image["mediaType"] = media_type
    if description:
        image["name"] = description
    return image
