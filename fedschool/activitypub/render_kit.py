"""Collections of people as other servers read them, and the questions about them (FEP-7aa9)."""

from collections.abc import Mapping

from fedschool.activitypub.uris import Uris
from fedschool.activitypub.vocab import FEATURE_CONTEXT, PUBLIC, Document
from fedschool.activitypub.written import iso
from fedschool.model.account import Account
from fedschool.model.kit import ItemState, Kit, KitItem, KitView


def collection(
    view: KitView, owner: Account, people: Mapping[int, Account], uris: Uris
) -> Document:
    """A FeaturedCollection of one of ours with everybody who consented."""
    kit = view.kit
    standing = [each for each in view.items if each.state is ItemState.ACCEPTED]
    items = [item(each, kit, people[each.account_id], uris) for each in standing]
    document: Document = {
        "@context": FEATURE_CONTEXT,
        "id": kit.uri,
        "type": "FeaturedCollection",
        "name": kit.name,
        "attributedTo": owner.uri,
        "url": uris.collection_page(kit.id),
        "sensitive": kit.sensitive,
        "discoverable": kit.discoverable,
        "published": iso(kit.created_at),
        "updated": iso(kit.updated_at),
        "totalItems": len(items),
        "orderedItems": items,
    }
    if kit.language is None:
        document["summary"] = kit.description
    else:
        document["summaryMap"] = {kit.language: kit.description}
    if kit.tag is not None:
        document["topic"] = {"type": "Hashtag", "name": f"#{kit.tag}", "href": uris.tag(kit.tag)}
    return document


def item(found: KitItem, kit: Kit, account: Account, uris: Uris) -> Document:
    """A FeaturedItem of a collection of ours."""
    approval = found.approval_uri
    if account.local:
        approval = uris.feature_authorization(account.username, found.id)
    return {
        "id": uris.featured_item(kit.uri, found.id),
        "type": "FeaturedItem",
        "featuredObject": account.uri,
        "featuredObjectType": account.actor_type.value,
        "featureAuthorization": approval,
        "published": iso(found.created_at),
    }


def authorization(approval: str, account: Account, kit: Kit) -> Document:
    """The document that says that `account` lets the collection hold them."""
    return {
        "@context": FEATURE_CONTEXT,
        "id": approval,
        "type": "FeatureAuthorization",
        "attributedTo": account.uri,
        "interactingObject": kit.uri,
        "interactionTarget": account.uri,
    }


def request(activity_id: str, owner: str, kit: str, featured: str) -> Document:
    """The FeatureRequest to the actor `featured`; also a peer's, to be answered."""
    return {
        "@context": FEATURE_CONTEXT,
        "id": activity_id,
        "type": "FeatureRequest",
        "actor": owner,
        "object": featured,
        "instrument": kit,
        "to": [featured],
    }


def answer(activity_id: str, actor: str, asked: Document, approval: str | None) -> Document:
    """The Accept of a FeatureRequest, by the FeatureAuthorization at `approval`, or the Reject."""
    document: Document = {
        "@context": FEATURE_CONTEXT,
        "id": activity_id,
        "type": "Reject" if approval is None else "Accept",
        "actor": actor,
        "to": [asked["actor"]],
        "object": _inside(asked),
    }
    return document if approval is None else document | {"result": approval}


def about(kind: str, activity_id: str, owner: str, what: Document | str, target: str) -> Document:
    """An Add to, or a Remove from, what the owner keeps at `target`."""
    inner = what if isinstance(what, str) else _inside(what)
    return _act(kind, activity_id, owner, inner) | {"target": target}


def update(activity_id: str, owner: str, document: Document) -> Document:
    return _act("Update", activity_id, owner, _inside(document))


def delete_authorization(activity_id: str, document: Document) -> Document:
    """The Delete of what `authorization` made: the consent is taken back."""
    return _act("Delete", activity_id, document["attributedTo"], _inside(document))


def _act(kind: str, activity_id: str, actor: str, what: Document | str) -> Document:
    return {
        "@context": FEATURE_CONTEXT,
        "id": activity_id,
        "type": kind,
        "actor": actor,
        "to": [PUBLIC],
        "object": what,
    }


def _inside(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "@context"}
