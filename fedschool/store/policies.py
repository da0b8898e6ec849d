"""What holds for another server, by all that was decided about it and the domains above it."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from fedschool.model.servers import RANKS, Severity, Standing
from fedschool.ports.database import Call, Row, Tx, among, statement
from fedschool.store.tables_federation import domain_policies
from fedschool.store.tables_servers import domain_allows

_ALLOWED = "allowed"


# The decisions about some domains, by primary key, and which of them are allowed, by the unique
# index.
@statement
def _rules() -> "sa.CompoundSelect[Any]":
    d, allowed = domain_policies.c, domain_allows.c
    decided = sa.select(d.domain, d.severity, d.reject_media, d.reject_reports, d.acted_at)
    zero = sa.literal_column("0", sa.Integer)
    listed = sa.select(
        allowed.domain,
        sa.literal_column(f"'{_ALLOWED}'", sa.Text),
        zero,
        zero,
        sa.literal_column("0", sa.BigInteger),
    )
    return sa.union_all(
        decided.where(among(d.domain, "domains")),
        listed.where(among(allowed.domain, "domains")),
    )


def standing_call(authority: str) -> Call:
    """For a batch; `judge` reads its rows."""
    return _rules()(domains=covering(authority))


def judge(rows: Iterable[Row]) -> Standing:
    """The strictest of all decisions."""
    severity, mark = Severity.NOOP, 0
    media = reports = allowed = False
    for _, said, rejects_media, rejects_reports, acted_at in rows:
        if said == _ALLOWED:
            allowed = True
            continue
        if RANKS[Severity(said)] > RANKS[severity]:
            severity, mark = Severity(said), acted_at
        media = media or bool(rejects_media)
        reports = reports or bool(rejects_reports)
    return Standing(severity, media, reports, allowed, mark)


async def standings(tx: Tx, authorities: Iterable[str]) -> dict[str, Standing]:
    """What holds for each; a decision about a domain covers its subdomains and ports.

    An authority is `uris.host_of`'s: lower case, ASCII, a port where it is not the usual one.
    """
    covers = {authority: covering(authority) for authority in authorities}
    domains = {domain for names in covers.values() for domain in names}
    if not domains:
        return {}
    rows = await tx.all(_rules(), domains=sorted(domains))
    return {
        authority: judge(row for row in rows if row[0] in names)
        for authority, names in covers.items()
    }


def covering(authority: str) -> list[str]:
    """The authority, its host, and the domains above that."""
    host = authority if authority.endswith("]") else authority.rpartition(":")[0] or authority
    labels = host.split(".")
    return [authority, *(".".join(labels[n:]) for n in range(len(labels)))]


def covered(domain: str, authorities: Sequence[str]) -> list[str]:
    """Those of the authorities that a decision about `domain` covers."""
    return [authority for authority in authorities if domain in covering(authority)]
