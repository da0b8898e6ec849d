"""Beginnings that many stories share."""

from typing import Any

from fedschool.services import remote
from tests.peers import Person
from tests.people import School, Teacher


async def known(school: School, person: Person) -> str:
    """The school looks the person up; the account's id here."""
    account = await remote.resolve_handle(school.site, person.name, person.peer.host)
    return str(account.id)


async def follows(school: School, teacher: Teacher, person: Person) -> str:
    """The teacher follows the peer's person, who accepts; the account's id here."""
    account = await known(school, person)
    await teacher.does(f"/api/v1/accounts/{account}/follow")
    await school.work()
    asked = person.peer.told("Follow")[-1]
    await person.tells(school, person.activity("Accept", asked))
    return account


async def is_followed(school: School, teacher: Teacher, person: Person) -> dict[str, Any]:
    """The peer's person follows the teacher; the Follow."""
    follow = person.activity("Follow", school.site.uris.actor(teacher.name))
    await person.tells(school, follow)
    return follow


async def home(teacher: Teacher) -> list[str]:
    """The contents of the teacher's home, newest first."""
    return [status["content"] for status in await teacher.reads("/api/v1/timelines/home")]


async def notified(teacher: Teacher) -> list[str]:
    """The types of the teacher's notifications, newest first."""
    return [item["type"] for item in await teacher.reads("/api/v1/notifications")]


async def seen(teacher: Teacher, account: str) -> list[dict[str, Any]]:
    """What the teacher sees on that account's page."""
    statuses: list[dict[str, Any]] = await teacher.reads(f"/api/v1/accounts/{account}/statuses")
    return statuses
