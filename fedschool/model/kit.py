"""Collections of accounts that somebody recommends together; `kit` in short, as a collection is
something else in ActivityPub."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Account


class ItemState(StrEnum):
    """Whether the person who is recommended is content with it; pending until they are asked."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"


class KitItem(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a collection.

    `activity_uri` is the FeatureRequest, `approval_uri` the FeatureAuthorization of somebody
    elsewhere, `uri` the item as another server calls it (FEP-7aa9).
    """

    id: int
    collection_id: int
    account_id: int
    state: ItemState = ItemState.ACCEPTED
    uri: str | None = None
    activity_uri: str | None = None
    approval_uri: str | None = None
    created_at: int


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """A collection of `account_id`. `tag` is a hashtag's name without the sign; `url` its page."""

    id: int
    account_id: int
    uri: str
    url: str = ""
    local: bool = True
    name: str
    description: str = ""
    language: str | None = None
    tag: str | None = None
    sensitive: bool = False
    discoverable: bool = False
    created_at: int
    updated_at: int


class KitView(msgspec.Struct, frozen=True):
    """A collection with those of its items that the viewer is shown, the first added first.

    `accounts`: the owner and the people of the items, where they are wanted.
    """

    kit: Kit
    items: tuple[KitItem, ...] = ()
    accounts: tuple[Account, ...] = ()
