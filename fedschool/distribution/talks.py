"""A direct status becomes the last of its conversation, and those who listen hear of it."""

from fedschool.distribution import streams
from fedschool.model.status import Status
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import conversations


async def keep(tx: Tx, site: Site, status: Status) -> None:
    """After a status and the people in it were written; nothing unless it is direct."""
    people = await conversations.keep(tx, status, site.now())
    if people:
        assert status.conversation_id is not None
        streams.spoken(tx, site, status.conversation_id, people)
