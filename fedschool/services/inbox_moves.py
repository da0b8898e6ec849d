"""Moves of remote people, as they arrive."""

from fedschool.activitypub import parse
from fedschool.activitypub.objects import ClaimedActivity
from fedschool.errors import Malformed
from fedschool.model.account import Account
from fedschool.services import moves
from fedschool.services.fetching import Budget
from fedschool.site import Site


async def move(site: Site, sender: Account, activity: ClaimedActivity, budget: Budget) -> None:
    """The sender, and nobody else, is another account from now on."""
    target = parse.object_id(activity.target)
    if parse.object_id(activity.object) != sender.uri or target is None:
        raise Malformed("A move is of the sender, and has a target")
    await moves.arrived(site, sender, target, budget)
