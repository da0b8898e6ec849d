"""May we deal with this server? The one place that says so; every door asks here.

What the staff decides holds at once in every process: it is read from the database each time,
by primary key.
"""

from collections.abc import Iterable

from fedschool.model.servers import Severity, Standing
from fedschool.ports.database import Tx
from fedschool.settings import Federation
from fedschool.site import Site
from fedschool.store import policies


def shuts(site: Site, standing: Standing) -> bool:
    """Whether nothing goes to a server of this standing, nor comes from it."""
    if standing.severity is Severity.SUSPEND:
        return True
    return site.settings.federation is Federation.ALLOWLIST and not standing.allowed


async def standing(tx: Tx, authority: str) -> Standing:
    """All that holds for a server; `authority` is `uris.host_of`'s."""
    return (await policies.standings(tx, [authority]))[authority]


async def is_shut(tx: Tx, site: Site, *authorities: str | None) -> bool:
    """Whether one of them may not be dealt with; a decision covers subdomains and ports."""
    return bool(await shut_among(tx, site, [name for name in authorities if name]))


async def shut_among(tx: Tx, site: Site, authorities: Iterable[str]) -> set[str]:
    """Those of them that may not be dealt with; ourselves never are."""
    others = {authority for authority in authorities if authority != site.uris.host}
    found = await policies.standings(tx, others)
    return {authority for authority, held in found.items() if shuts(site, held)}


async def refuses_media(tx: Tx, site: Site, host: str, owner: str) -> bool:
    """Whether a picture at `host` of somebody at `owner` is not shown.

    Pictures often lie on a third server, which nobody allows by name.
    """
    found = await policies.standings(tx, (host, owner))
    refused = any(held.reject_media or held.severity is Severity.SUSPEND for held in found.values())
    return refused or shuts(site, found[owner])


async def refuses_reports(tx: Tx, *authorities: str | None) -> bool:
    """Whether reports of one of these servers are dropped."""
    found = await policies.standings(tx, [name for name in authorities if name])
    return any(held.reject_reports for held in found.values())
