"""Collections of people that other servers keep: taken in as their owners tell them, and nobody is
shown in one who did not consent at their own server (FEP-7aa9)."""

import contextlib

import msgspec

from fedschool.activitypub import parse, uris, values
from fedschool.activitypub.objects import ClaimedFeature, ClaimedKit
from fedschool.activitypub.vocab import Document
from fedschool.distribution.notify import notify
from fedschool.errors import FedschoolError, Malformed, NotFound, RemoteFailure
from fedschool.model.account import Account
from fedschool.model.job import FetchKits
from fedschool.model.kit import ItemState, Kit, KitItem
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import fetching, remote_actors
from fedschool.services.fetching import Budget
from fedschool.site import Site
from fedschool.store import accounts, senders
from fedschool.store import kits as store
from fedschool.store import relationships as relationship_store
from fedschool.text import compose, html

MAX_KITS = 50
MAX_NAME = 200
MAX_DESCRIPTION = 1_000


async def read_all(site: Site, job: FetchKits) -> None:
    """Takes in the collections that somebody's server lists; what cannot be had is left out."""
    async with site.reading() as tx:
        owner = await senders.welcome(tx, job.account_id)
    if owner is None or not owner.collections_url:
        return
    budget = Budget()
    with contextlib.suppress(FedschoolError):
        for item in (await _listed(site, owner, budget))[:MAX_KITS]:
            with contextlib.suppress(FedschoolError):
                if isinstance(item, dict):
                    await take_in(site, owner, item, budget)
                elif uris.same_origin(item, owner.uri):
                    await take_in(site, owner, await fetching.named(site, item, budget), budget)


async def _listed(site: Site, owner: Account, budget: Budget) -> tuple[str | Document, ...]:
    """What the owner's list holds, of a list in pages the first page."""
    found = parse.collection(await fetching.named(site, owner.collections_url, budget))
    if found.items or found.first is None:
        return found.items
    if isinstance(found.first, dict):
        return parse.collection(found.first).items
    if not uris.same_origin(found.first, owner.uri):
        return ()
    page = await fetching.document(site, found.first, budget)
    if not uris.same_origin(page.url, owner.uri):
        return ()
    return parse.collection(page.document).items


async def fetch(site: Site, uri: str, budget: Budget) -> Kit:
    """The collection with this URI, fetched from its origin when it is unknown.

    Raises NotFound, RemoteGone, RemoteRefused, RemoteFailure.
    """
    async with site.reading() as tx:
        known = await store.by_uri(tx, uri)
    if known is not None:
        return known
    if site.uris.is_local(uri):
        raise NotFound
    document = await fetching.named(site, uri, budget)
    try:
        author = parse.kit(document).attributed_to
        if not uris.same_origin(author, uri):
            raise RemoteFailure("The collection is on another server than its owner")
        owner = await remote_actors.fetch(site, author, budget)
        return await take_in(site, owner, document, budget)
    except Malformed as error:
        raise RemoteFailure("The other server's document is no collection") from error


async def take_in(site: Site, owner: Account, document: Document, budget: Budget) -> Kit:
    """Writes a collection as its proven owner, or the owner's server, tells it now.

    Raises Malformed for what is not the owner's, and for one too many.
    """
    claimed = parse.kit(document)
    if claimed.attributed_to != owner.uri or owner.local:
        raise Malformed("The collection is somebody else's")
    if not uris.same_origin(claimed.id, owner.uri):
        raise Malformed("The collection is on another server than its owner")
    if owner.suspended_at is not None:
        raise NotFound
    known = await _known_items(site, claimed.id)
    consenting = [
        (item, account)
        for item in claimed.items
        if (account := await _consenting(site, claimed.id, item, known, budget)) is not None
    ]
    async with site.writing() as tx:
        await relationship_store.lock(tx, owner.id)
        before = await store.by_uri(tx, claimed.id)
        after = await _write(tx, site, owner, claimed, before)
        await _match(tx, site, after, consenting)
        if before is not None and _told(before) != _told(after):
            await _tell(tx, site, owner, after)
    return after


async def put(site: Site, owner: Account, kit_uri: str, document: Document, budget: Budget) -> None:
    """Somebody is in a known collection of the owner's from now on, if they consented."""
    item = parse.feature(document, kit_uri)
    known = await _known_items(site, kit_uri)
    account = await _consenting(site, kit_uri, item, known, budget)
    if account is None:
        raise Malformed("Nobody consented to that")
    async with site.writing() as tx:
        await relationship_store.lock(tx, owner.id)
        kit = await store.by_uri(tx, kit_uri)
        if kit is None or kit.account_id != owner.id:
            raise NotFound
        if await store.size(tx, kit.id) < values.ITEM_LIMIT:
            await _put(tx, site, kit, item, account, await store.all_items(tx, kit.id))


async def _consenting(
    site: Site, kit_uri: str, item: ClaimedFeature, known: dict[str, KitItem], budget: Budget
) -> Account | None:
    """Who the item shows, if their own server says that they consented, or we do of ours."""
    if site.uris.is_local(item.featured):
        async with site.reading() as tx:
            return await accounts.by_uri(tx, item.featured)
    if item.authorization is None or not uris.same_origin(item.authorization, item.featured):
        return None
    before = known.get(item.authorization)
    try:
        if before is None:
            # Whoever tells of new people again and again does not make us ask for each.
            if not site.keyring.asking.take(f"stamps {uris.host_of(kit_uri)}", site.now()):
                return None
            await _check(site, kit_uri, item, budget)
        account = await remote_actors.fetch(site, item.featured, budget)
    except FedschoolError:
        return None
    if before is not None and before.account_id != account.id:
        return None
    return account if account.suspended_at is None else None


async def _check(site: Site, kit_uri: str, item: ClaimedFeature, budget: Budget) -> None:
    """Raises Malformed, RemoteFailure unless the document is about this person and collection."""
    assert item.authorization is not None
    stamp = parse.feature_authorization(await fetching.named(site, item.authorization, budget))
    if (stamp.id, stamp.kit, stamp.featured) != (item.authorization, kit_uri, item.featured):
        raise Malformed("The authorization is about something else")


async def _known_items(site: Site, kit_uri: str) -> dict[str, KitItem]:
    """What stands in the collection already, by authorization."""
    async with site.reading() as tx:
        kit = await store.by_uri(tx, kit_uri)
        found = [] if kit is None else await store.all_items(tx, kit.id)
    return {
        item.approval_uri: item
        for item in found
        if item.approval_uri is not None and item.state is ItemState.ACCEPTED
    }


async def _write(
    tx: Tx, site: Site, owner: Account, claimed: ClaimedKit, before: Kit | None
) -> Kit:
    now = site.now()
    if before is not None and before.account_id != owner.id:
        raise Malformed("The collection is somebody else's")
    created_at = min(claimed.published or now, now)
    after = Kit(
        id=site.ids.next() if before is None else before.id,
        account_id=owner.id,
        uri=claimed.id,
        url=claimed.url,
        local=False,
        name=html.strip(claimed.name, MAX_NAME),
        description=html.strip(claimed.summary, MAX_DESCRIPTION),
        language=claimed.language,
        tag=_tag(claimed.topic),
        sensitive=claimed.sensitive,
        discoverable=claimed.discoverable,
        created_at=created_at if before is None else before.created_at,
        updated_at=min(claimed.updated or created_at, now),
    )
    if before is not None:
        await store.update(tx, after)
    elif await store.count_of(tx, owner.id) >= MAX_KITS:
        raise Malformed("There are too many collections of this person")
    else:
        await store.insert_new(tx, after)
    return after


async def _match(
    tx: Tx, site: Site, kit: Kit, wanted: list[tuple[ClaimedFeature, Account]]
) -> None:
    """Who is in the collection, as it was told whole.

    One of ours who consented stays until the owner has listed and then left them out; and what
    was taken back stays taken back.
    """
    before = await store.all_items(tx, kit.id)
    listed = {account.id for _, account in wanted}
    for item in before:
        kept = item.state is ItemState.REVOKED or item.account_id in listed
        if not kept and (item.uri is not None or item.activity_uri is None):
            await store.remove(tx, item.id)
    for claimed, account in wanted:
        await _put(tx, site, kit, claimed, account, before)


async def _put(
    tx: Tx, site: Site, kit: Kit, claimed: ClaimedFeature, account: Account, before: list[KitItem]
) -> None:
    known = next((item for item in before if item.account_id == account.id), None)
    if known is None:
        # Nobody but our own people says who of them consented.
        if account.local:
            return
        now = site.now()
        await store.add(
            tx,
            KitItem(
                id=site.ids.next(),
                collection_id=kit.id,
                account_id=account.id,
                uri=claimed.id,
                approval_uri=claimed.authorization,
                created_at=min(claimed.published or now, now),
            ),
        )
    elif account.local:
        await store.update_item(tx, msgspec.structs.replace(known, uri=claimed.id))
    elif known.state is not ItemState.REVOKED or known.approval_uri != claimed.authorization:
        await store.update_item(
            tx,
            msgspec.structs.replace(
                known,
                state=ItemState.ACCEPTED,
                uri=claimed.id,
                approval_uri=claimed.authorization,
            ),
        )


async def _tell(tx: Tx, site: Site, owner: Account, kit: Kit) -> None:
    for item in await store.all_items(tx, kit.id):
        if item.state is ItemState.ACCEPTED:
            await notify(
                tx,
                site,
                to=item.account_id,
                kind=NotificationType.COLLECTION_UPDATE,
                sender=owner.id,
                subject_id=kit.id,
            )


def _told(kit: Kit) -> tuple[object, ...]:
    """What people in a collection hear of when it changes."""
    return kit.name, kit.description, kit.tag, kit.sensitive, kit.discoverable


def _tag(topic: str | None) -> str | None:
    if topic is None or list(compose.pieces(f"#{topic}")) != [compose.Tag(topic)]:
        return None
    return topic
