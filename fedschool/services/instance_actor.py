"""The school itself as an actor: it signs what the server asks on nobody's behalf."""

import asyncio

from fedschool.activitypub import keys
from fedschool.activitypub.keys import SigningKey
from fedschool.distribution import delivery
from fedschool.errors import StartupFailure
from fedschool.model.account import Account, ActorType
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store.accounts import KeyPair


async def ensure(site: Site) -> Account:
    """The instance actor's account, made with its keys when it is first needed."""
    found = await _find(site)
    if found is not None:
        return found
    private_pem, public_pem = await asyncio.to_thread(keys.generate)
    account = _new(site)
    async with site.writing() as tx:
        if await accounts.insert_new(tx, account):
            pair = KeyPair(
                account.id, site.uris.instance_key, public_pem, private_pem, account.created_at
            )
            await accounts.put_key(tx, pair)
            return account
    # Another request was faster.
    found = await _find(site)
    if found is None:
        raise StartupFailure(f"Somebody else has the name {account.username}")
    return found


async def key(site: Site) -> SigningKey:
    """What signs our requests."""
    account = await ensure(site)
    found = await delivery.signing_key(site, account.id)
    assert found is not None
    return found


async def _find(site: Site) -> Account | None:
    async with site.reading() as tx:
        return await accounts.by_uri(tx, site.uris.instance_actor)


def _new(site: Site) -> Account:
    uris = site.uris
    # A host without a dot (`localhost`) could be a person's name; one with a dot cannot.
    name = uris.host if not uris.host.isalnum() else f"{uris.host}."
    return Account(
        id=site.ids.next(),
        username=name,
        domain=None,
        uri=uris.instance_actor,
        url=uris.base,
        actor_type=ActorType.APPLICATION,
        display_name=site.settings.title,
        inbox_url=uris.instance_inbox,
        shared_inbox_url=uris.shared_inbox,
        outbox_url=uris.instance_outbox,
        locked=True,
        hide_collections=True,
        created_at=site.now(),
    )
