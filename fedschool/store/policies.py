"""What the admins decided about other servers."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from fedschool.ports.database import Call, Row, Tx, among, statement
from fedschool.store.base import domain_policies

SUSPEND = "suspend"


# The policies of a domain and of those above it, by primary key.
@statement
def _severities() -> sa.Select[Any]:
    d = domain_policies.c
    return sa.select(d.severity).where(among(d.domain, "domains"))


@statement
def _suspended() -> sa.Select[Any]:
    d = domain_policies.c
    return sa.select(d.domain).where(among(d.domain, "domains"), d.severity == SUSPEND)


@statement
def _media() -> sa.Select[Any]:
    d = domain_policies.c
    return sa.select(d.severity, d.reject_media).where(among(d.domain, "domains"))


def severities_call(authority: str) -> Call:
    """For a batch; `blocks` reads its rows."""
    return _severities()(domains=_covering(authority))


def blocks(rows: Sequence[Row]) -> bool:
    return any(row[0] == SUSPEND for row in rows)


async def is_blocked(tx: Tx, authority: str) -> bool:
    """Whether nothing goes to this server nor comes from it; a block covers subdomains and ports.

    `authority` is `uris.host_of`'s: lower case, ASCII, a port where it is not the usual one.
    """
    return blocks(await tx.all(_severities(), domains=_covering(authority)))


async def blocked_among(tx: Tx, authorities: Iterable[str]) -> set[str]:
    """Those of them that are blocked, as `is_blocked` says of one."""
    covering = {authority: _covering(authority) for authority in authorities}
    domains = {domain for names in covering.values() for domain in names}
    rows = await tx.all(_suspended(), domains=sorted(domains))
    suspended = {row[0] for row in rows}
    return {authority for authority, names in covering.items() if suspended.intersection(names)}


async def refuses_media(tx: Tx, authorities: Iterable[str]) -> bool:
    """Whether pictures of one of these servers are not shown; a blocked one's never are."""
    covering = {domain for authority in authorities for domain in _covering(authority)}
    rows = await tx.all(_media(), domains=sorted(covering))
    return any(severity == SUSPEND or reject for severity, reject in rows)


def _covering(authority: str) -> list[str]:
    host = authority if authority.endswith("]") else authority.rpartition(":")[0] or authority
    labels = host.split(".")
    return [authority, *(".".join(labels[n:]) for n in range(len(labels)))]
