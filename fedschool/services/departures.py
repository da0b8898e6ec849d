"""A remote person leaves the network: nothing of theirs stays here."""

from fedschool.model.account import Account
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import departures as store


async def erase(tx: Tx, site: Site, account: Account) -> None:
    """Removes profile, posts, boosts, favourites and follows of a remote account."""
    assert account.domain is not None
    await store.erase(tx, account.id, site.now())
