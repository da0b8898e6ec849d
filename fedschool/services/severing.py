"""What a decision about a server does to the people who are known of it: hidden, limited, shown
again, and follows cut both ways; in batches, as often as it is asked for, to the same end.
"""

from collections.abc import Awaitable, Callable, Sequence

from fedschool.model.job import ServerChanged
from fedschool.model.moderation import SeveranceKind
from fedschool.model.servers import Severity, Standing
from fedschool.ports.database import Tx
from fedschool.services import following, severances
from fedschool.site import Site
from fedschool.store import accounts, instance, policies, severed
from fedschool.store import relationships as relations
from fedschool.store import servers as store

# How many batches a request does before it leaves the rest to the job.
AT_ONCE = 10
FOLLOWS = 50
FOR_EVER = 1_000_000

_Move = Callable[[Tx, Sequence[str], int], Awaitable[int]]


async def run(site: Site, change: ServerChanged) -> None:
    """Carries a decision out to its end; the durable job."""
    await reach(site, change.domain, lift=change.lift, batches=FOR_EVER)
    await cut(site, change.domain, change.event_id)


async def reach(site: Site, domain: str, *, lift: int = 0, batches: int = AT_ONCE) -> None:
    """Hides and limits the domain's accounts as is decided now, after taking back what was
    marked with `lift` (ms)."""
    async with site.reading() as tx:
        known = policies.covered(domain, await instance.all_domains(tx))
        standings = await policies.standings(tx, known)
    left = batches
    if lift:
        for undo in (store.show, store.free):
            left = await _repeat(site, undo, known, lift, left)
    for severity, move in ((Severity.SUSPEND, store.hide), (Severity.SILENCE, store.limit)):
        for mark, names in _by_mark(standings, severity).items():
            left = await _repeat(site, move, names, mark, left, while_=severity)


async def cut(site: Site, domain: str, event_id: int) -> None:
    """Ends all follows between our people and a suspended domain's, keeps what they were, and
    tells whom it concerns."""
    async with site.reading() as tx:
        known = policies.covered(domain, await instance.all_domains(tx))
        standings = await policies.standings(tx, known)
    names = [name for name, held in standings.items() if held.severity is Severity.SUSPEND]
    if not names:
        return
    while await _cut_some(site, domain, names, event_id):
        pass
    await _tell(site, domain, event_id)


async def _cut_some(site: Site, domain: str, names: Sequence[str], event_id: int) -> int:
    """A batch of follows; how many there were."""
    async with site.writing() as tx:
        pairs = await severed.pairs(tx, names, FOLLOWS)
        held = await policies.standings(tx, names)
        if not pairs or any(one.severity is not Severity.SUSPEND for one in held.values()):
            return 0
        ids = sorted({account_id for pair in pairs for account_id in pair})
        await relations.lock(tx, *ids)
        people = await accounts.by_ids(tx, ids)
        await severed.begin(tx, event_id, SeveranceKind.DOMAIN_BLOCK, target=domain, now=site.now())
        for follower_id, target_id in pairs:
            follower, target = people[follower_id], people[target_id]
            ended = await following.end(tx, follower, target)
            if ended is not None:
                await severed.keep(tx, event_id, ended, incoming=target.local)
        return len(pairs)


async def _tell(site: Site, domain: str, event_id: int) -> None:
    async with site.reading() as tx:
        waiting = await severed.untold(tx, event_id)
    for account_id in waiting:
        async with site.writing() as tx:
            followers, followed = await severed.tell(tx, event_id, account_id)
            if followers or followed:
                await severances.tell(
                    tx,
                    site,
                    to=account_id,
                    kind=SeveranceKind.DOMAIN_BLOCK,
                    target_name=domain,
                    followers=followers,
                    following=followed,
                )


async def _repeat(
    site: Site,
    move: _Move,
    names: Sequence[str],
    mark: int,
    left: int,
    *,
    while_: Severity | None = None,
) -> int:
    """Moves batch after batch until none is left or `left` are done; how many may still be.

    `while_`: only as long as that is decided, by the decision of this mark.
    """
    while left > 0 and names:
        left -= 1
        async with site.writing() as tx:
            if while_ is not None:
                held = (await policies.standings(tx, names[:1]))[names[0]]
                if (held.severity, held.mark) != (while_, mark):
                    break
            if await move(tx, names, mark) < store.BATCH:
                break
    return left


def _by_mark(standings: dict[str, Standing], severity: Severity) -> dict[int, list[str]]:
    marks: dict[int, list[str]] = {}
    for name, held in standings.items():
        if held.severity is severity:
            marks.setdefault(held.mark, []).append(name)
    return marks
