"""Our people and posts as ActivityPub documents, as far as whoever asks may see them."""

from fedschool.activitypub import render
from fedschool.activitypub.vocab import Document
from fedschool.distribution import outbox
from fedschool.errors import Gone, NotFound
from fedschool.model.account import ANYBODY, Account, ActorType, Picture, Viewer
from fedschool.model.status import StatusView
from fedschool.ports.database import Tx
from fedschool.services import instance_actor
from fedschool.site import Site
from fedschool.store import accounts, emojis, hydrate, statuses, users


async def person(tx: Tx, username: str) -> Account:
    """One of our people, as known outside: who is not let in yet is not. Raises NotFound."""
    account = await accounts.by_handle(tx, username, None)
    if account is None or account.actor_type is ActorType.APPLICATION:
        raise NotFound
    user = await users.by_account(tx, account.id)
    if user is not None and not (user.confirmed_at and user.approved_at):
        raise NotFound
    return account


async def actor(site: Site, username: str) -> Document:
    """The actor document; of a suspended person without the profile. Raises NotFound, Gone."""
    async with site.reading() as tx:
        if await users.is_buried(tx, site.uris.actor(username)):
            raise Gone
        account = await person(tx, username)
        key = await accounts.key_of(tx, account.id)
    if key is None:
        raise NotFound
    return render.actor(
        account,
        site.uris,
        key.public_pem,
        avatar_url=_picture(site, account.avatar),
        header_url=_picture(site, account.header),
        media_url=lambda key: outbox.media_url(site, key),
    )


async def instance(site: Site) -> Document:
    """The actor of the school itself."""
    account = await instance_actor.ensure(site)
    async with site.reading() as tx:
        key = await accounts.key_of(tx, account.id)
    assert key is not None
    return render.instance_actor(site.uris, key.public_pem, name=site.settings.title)


async def emoji(site: Site, shortcode: str) -> Document:
    """One of our custom emojis. Raises NotFound."""
    async with site.reading() as tx:
        found = (await emojis.named(tx, None, [shortcode])).get(shortcode)
    if found is None:
        raise NotFound
    return render.emoji(found, site.uris, lambda key: outbox.media_url(site, key))


async def status(site: Site, viewer: Viewer, username: str, status_id: int) -> Document:
    """A post as a Note, a boost as its Announce. Raises NotFound."""
    view = await _view(site, viewer, username, status_id)
    if view.reblog is not None:
        return render.announce(view, site.uris)
    return render.note(view, site.uris, lambda key: outbox.media_url(site, key))


async def activity(site: Site, viewer: Viewer, username: str, status_id: int) -> Document:
    """The Create of a post, the Announce of a boost. Raises NotFound."""
    return activity_of(site, await _view(site, viewer, username, status_id))


def activity_of(site: Site, view: StatusView) -> Document:
    if view.reblog is not None:
        return render.announce(view, site.uris)
    return render.create(view, site.uris, lambda key: outbox.media_url(site, key))


async def tombstone(site: Site, username: str, status_id: int) -> Document | None:
    """What is left of a deleted post; None if there was none."""
    uri = site.uris.status(username, status_id)
    async with site.reading() as tx:
        deleted_at = await statuses.buried_at(tx, uri)
    return None if deleted_at is None else render.tombstone(uri, deleted_at=deleted_at)


async def open_status(tx: Tx, username: str, status_id: int) -> StatusView:
    """A post or boost of that person which anybody may see. Raises NotFound."""
    view = await hydrate.one(tx, ANYBODY, status_id)
    return _checked(view, username)


async def _view(site: Site, viewer: Viewer, username: str, status_id: int) -> StatusView:
    async with site.reading() as tx:
        view = await hydrate.one(tx, viewer, status_id)
    return _checked(view, username)


def _checked(view: StatusView | None, username: str) -> StatusView:
    if view is None or not outbox.leaves(view.status):
        raise NotFound
    if view.account.username.casefold() != username.casefold():
        raise NotFound
    return view


def _picture(site: Site, picture: Picture) -> str | None:
    return None if picture.key is None else outbox.media_url(site, picture.key)
