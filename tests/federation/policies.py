"""What an admin decides about other servers, written as the admin's tools write it."""

import sqlalchemy as sa

from fedschool.ports.database import p, statement
from fedschool.store.base import domain_policies
from tests.people import School


@statement
def _block() -> sa.sql.base.Executable:
    names = ("domain", "severity", "created_at")
    return sa.insert(domain_policies).values({name: p(name) for name in names})


async def block_domain(school: School, domain: str) -> None:
    """Nothing goes to this server nor comes from it any more."""
    async with school.site.writing() as tx:
        await tx.run(_block(), domain=domain, severity="suspend", created_at=school.site.now())
