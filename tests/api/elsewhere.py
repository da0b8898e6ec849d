"""Other servers in tests of the client API: somebody there, and what was handed over for them."""

import json
from typing import Any

import sqlalchemy as sa

from fedschool.model.account import Account
from fedschool.ports.database import statement
from fedschool.store import accounts
from fedschool.store.tables_federation import activities
from tests.people import School, Teacher


async def peer(school: School, name: str = "rose") -> Account:
    """A person of another server, known here."""
    base = f"https://elm.test/users/{name}"
    account = Account(
        id=school.site.ids.next(),
        username=name,
        domain="elm.test",
        uri=base,
        url=f"https://elm.test/@{name}",
        inbox_url=f"{base}/inbox",
        followers_url=f"{base}/followers",
        created_at=school.site.now(),
    )
    async with school.site.writing() as tx:
        assert await accounts.insert_new(tx, account)
    return account


async def local(school: School, who: Teacher) -> Account:
    async with school.site.reading() as tx:
        account = await accounts.by_id(tx, int(who.id))
    assert account is not None
    return account


async def sent(school: School) -> list[dict[str, Any]]:
    """The activities that were handed over for delivery, the first first."""
    database = school.site.database
    async with database.reading() as tx:
        return [json.loads(row[0]) for row in await tx.all(_bodies())]


@statement
def _bodies() -> sa.Select[bytes]:
    return sa.select(activities.c.body).order_by(activities.c.id)
