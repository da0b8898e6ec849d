"""Remote people: fetched from where their id lies, kept as accounts, looked at again daily."""

import msgspec

from fedschool.activitypub import keys, parse, uris
from fedschool.activitypub.objects import ClaimedActor, ClaimedImage
from fedschool.distribution import doors
from fedschool.errors import (
    FedschoolError,
    Malformed,
    NotFound,
    RemoteFailure,
    RemoteGone,
    RemoteRefused,
)
from fedschool.model.account import Account, ActorType, Picture, ProfileField
from fedschool.model.servers import Severity
from fedschool.ports.database import Tx
from fedschool.services import (
    departures,
    emojis,
    fetching,
    suspended_elsewhere,
    verification,
    webfinger,
)
from fedschool.services.fetching import Budget
from fedschool.services.webfinger import Finger
from fedschool.site import Site
from fedschool.store import accounts, servers
from fedschool.store.accounts import KeyPair
from fedschool.text import html

DAY = 86_400_000
MAX_FIELDS = 16
MAX_NAME = 200
MAX_ALIASES = 20


async def fetch(
    site: Site,
    uri: str,
    budget: Budget,
    *,
    fresh: bool = False,
    told: Finger | None = None,
) -> Account:
    """The account with this URI; a remote one is fetched when unknown or older than a day.

    `fresh`: fetched in any case. `told`: what WebFinger said already. A known account is
    answered as it is when its server cannot be reached, unless `fresh`.
    Raises NotFound (local), RemoteGone, RemoteRefused, RemoteFailure.
    """
    async with site.reading() as tx:
        known = await accounts.by_uri(tx, uri)
    if known is not None and (known.local or (not fresh and not _stale(site, known))):
        return known
    if uris.host_of(uri) == site.uris.host:
        raise NotFound
    try:
        claimed = _read(await fetching.named(site, uri, budget))
    except RemoteFailure:
        if known is None or fresh:
            raise
        return known
    return await _keep(site, claimed, budget, told)


async def by_document(site: Site, document: dict[str, object], budget: Budget) -> Account:
    """The account of an actor document that `fetching.named` answered."""
    return await _keep(site, _read(document), budget, None)


async def erase(site: Site, account: Account) -> None:
    """Removes a remote account with all it did here."""
    async with site.writing() as tx:
        await departures.erase(tx, site, account)


def _stale(site: Site, account: Account) -> bool:
    return account.fetched_at is None or account.fetched_at < site.now() - DAY


def _read(document: dict[str, object]) -> ClaimedActor:
    try:
        claimed = parse.actor(document)
    except Malformed as error:
        raise RemoteFailure("The other server's document is not an actor") from error
    if uris.host_of(claimed.inbox) != uris.host_of(claimed.id):
        raise RemoteFailure("The actor's inbox is on another server")
    return claimed


async def _keep(site: Site, claimed: ClaimedActor, budget: Budget, told: Finger | None) -> Account:
    async with site.reading() as tx:
        known = await accounts.by_uri(tx, claimed.id)
    if known is not None:
        return await _renew(site, known, claimed)
    domain = await webfinger.handle_of(
        site, claimed.id, claimed.preferred_username, budget, told, claimed.webfinger
    )
    return await _add(site, _account(site, claimed, domain), claimed, budget)


async def _renew(site: Site, known: Account, claimed: ClaimedActor) -> Account:
    assert known.domain is not None
    new = _account(site, claimed, known.domain)
    item = msgspec.structs.replace(
        new,
        id=known.id,
        username=known.username,
        created_at=known.created_at,
        fields=verification.carried_over(new.fields, known.fields),
    )
    async with site.writing() as tx:
        item = await _with_emojis(tx, site, item, claimed)
        await accounts.update(tx, item)
        await _put_key(tx, site, item, claimed)
        await suspended_elsewhere.heed(tx, site, item, suspended=claimed.suspended)
        if _may_visit(site, known, item):
            await verification.plan(tx, site, item)
        kept = await accounts.by_id(tx, known.id)
    if kept is None:
        raise RemoteGone
    return kept


def _may_visit(site: Site, before: Account, after: Account) -> bool:
    """Whether the links of a profile are looked at: when they changed, and once a day; but not
    each time for somebody who changes them again and again."""
    due = after.fields != before.fields or _stale(site, before)
    return due and site.keyring.once.take(f"links {after.id}", site.now())


async def _add(site: Site, item: Account, claimed: ClaimedActor, budget: Budget) -> Account:
    domain = item.domain
    assert domain is not None
    async with site.reading() as tx:
        if await doors.is_shut(tx, site, domain):
            raise RemoteRefused
        namesake = await accounts.by_handle(tx, item.username, domain)
    if namesake is not None and namesake.uri != item.uri:
        await _make_room(site, namesake, budget)
    async with site.writing() as tx:
        item = await _with_emojis(tx, site, item, claimed)
        assert item.domain is not None
        if not await accounts.insert_new(tx, item):
            # Somebody else was faster, or the handle is still taken.
            known = await accounts.by_uri(tx, item.uri)
            if known is None:
                raise RemoteFailure("The handle belongs to somebody else")
            return known
        await _put_key(tx, site, item, claimed)
        if site.keyring.once.take(f"links {item.id}", site.now()):
            await verification.plan(tx, site, item)
        standing = await doors.standing(tx, domain)
        if doors.shuts(site, standing):
            raise RemoteRefused
        if standing.severity is Severity.SILENCE:
            await servers.limit_new(tx, item.id, standing.mark)
        await suspended_elsewhere.heed(tx, site, item, suspended=claimed.suspended)
        kept = await accounts.by_id(tx, item.id)
    assert kept is not None
    return kept


async def _with_emojis(tx: Tx, site: Site, item: Account, claimed: ClaimedActor) -> Account:
    """The account with the emojis of its server that its profile uses."""
    assert item.domain is not None
    rows = (text for field in item.fields for text in (field.name, field.value))
    texts = (item.display_name, item.note, *rows)
    found = await emojis.received(tx, site, item.domain, claimed.emojis, *texts)
    return msgspec.structs.replace(item, emojis=found)


async def _make_room(site: Site, namesake: Account, budget: Budget) -> None:
    """A handle passes to another actor only when its own server says that the first is gone."""
    if not await fetching.is_gone(site, namesake.uri, budget, or_missing=True):
        raise RemoteFailure("The handle belongs to somebody else")
    await erase(site, namesake)


async def _put_key(tx: Tx, site: Site, item: Account, claimed: ClaimedActor) -> None:
    """Keeps the actor's key, if it is one and is the actor's own."""
    key = claimed.public_key
    if key is None or key.owner not in (None, item.uri):
        return
    if uris.host_of(key.id) != uris.host_of(item.uri):
        return
    try:
        keys.load_public(key.pem)
    except FedschoolError:
        return
    holder = await accounts.key_by_id(tx, key.id)
    if holder is not None and holder.account_id != item.id:
        return
    await accounts.put_key(tx, KeyPair(item.id, key.id, key.pem, None, site.now()))


def _account(site: Site, claimed: ClaimedActor, domain: str) -> Account:
    now = site.now()
    found = Account(
        id=site.ids.next(),
        username=claimed.preferred_username,
        domain=domain,
        uri=claimed.id,
        url=claimed.url,
        actor_type=_type(claimed.type),
        display_name=html.strip(claimed.name, MAX_NAME),
        note=html.clean(claimed.summary),
        fields=_fields(claimed),
        avatar=_picture(claimed.icon),
        header=_picture(claimed.image),
        inbox_url=claimed.inbox,
        shared_inbox_url=_own(claimed, claimed.shared_inbox) or None,
        outbox_url=_own(claimed, claimed.outbox),
        followers_url=_own(claimed, claimed.followers),
        following_url=_own(claimed, claimed.following),
        featured_url=_own(claimed, claimed.featured),
        collections_url=_own(claimed, claimed.featured_collections),
        also_known_as=claimed.also_known_as[:MAX_ALIASES],
        moved_to_uri=claimed.moved_to,
        locked=claimed.manually_approves_followers,
        discoverable=claimed.discoverable,
        indexable=claimed.indexable,
        attribution_domains=claimed.attribution_domains,
        created_at=min(claimed.published or now, now),
        fetched_at=now,
    )
    if claimed.feature_policy is None:
        return found
    policy = parse.quote_policy(claimed.feature_policy, found)
    return msgspec.structs.replace(found, feature_policy=policy)


def _own(claimed: ClaimedActor, uri: str | None) -> str:
    """The URI if it is on the actor's own server: nobody lends us to deliver elsewhere."""
    return uri if uri and uris.host_of(uri) == uris.host_of(claimed.id) else ""


def _type(name: str) -> ActorType:
    try:
        return ActorType(name)
    except ValueError:
        return ActorType.PERSON


def _picture(image: ClaimedImage | None) -> Picture:
    if image is None:
        return Picture()
    return Picture(remote_url=image.url, description=html.strip(image.description, 1_500))


def _fields(claimed: ClaimedActor) -> tuple[ProfileField, ...]:
    rows = claimed.fields[:MAX_FIELDS]
    return tuple(
        ProfileField(html.strip(row.name, 255), html.clean_inline(row.value)) for row in rows
    )
