"""What polls do by themselves: they end, and other servers hear how they stand."""

import contextlib

from fedschool.errors import FedschoolError
from fedschool.model.job import PollEnd, PollTell
from fedschool.services import polls, received_polls
from fedschool.site import Site
from fedschool.store import accounts, statuses
from fedschool.store import polls as store


async def end(site: Site, job: PollEnd) -> None:
    """Closes a poll, once, unless it was changed to end at another time."""
    async with site.reading() as tx:
        status = await statuses.by_id(tx, job.status_id)
        planned = await store.of_status(tx, job.status_id)
        if status is None or planned is None or planned.closed or planned.expires_at != job.at:
            return
        author = await accounts.by_id(tx, status.account_id)
        voted_here = bool(await store.local_voters(tx, status.id))
    if not status.local and author is not None and voted_here:
        # The last counts; the poll ends here also when its server cannot be asked.
        with contextlib.suppress(FedschoolError):
            await received_polls.ask_again(site, status, author)
    async with site.writing() as tx:
        poll = await store.locked(tx, status.id)
        if poll is not None and not poll.closed and poll.expires_at == job.at:
            await polls.close(tx, site, status, poll)


async def tell(site: Site, job: PollTell) -> None:
    """Sends the counts that votes have moved since the last time, once for all of them."""
    async with site.writing() as tx:
        status = await statuses.by_id(tx, job.status_id)
        if status is not None and await store.told(tx, status.id):
            await polls.tell(tx, site, status)
