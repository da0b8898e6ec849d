"""The directory shows people who want to be found, and nobody whom the reader sent away."""

from typing import Any

import pytest

from fedschool.model.account import Account
from fedschool.store import accounts
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import Caller, School, Teacher


async def listed(caller: Caller, **more: Any) -> list[str]:
    answer = await caller.get("/api/v1/directory", query_string=more)
    contract.check("GET", "/api/v1/directory", answer)
    return [account["acct"] for account in answer.json]


async def discoverable(school: School, name: str) -> Teacher:
    teacher = await school.teacher(name)
    answer = await teacher.patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    assert answer.json["discoverable"]
    assert answer.json["source"]["discoverable"]
    return teacher


async def remote(school: School, name: str, **more: Any) -> int:
    account = Account(
        id=school.site.ids.next(),
        username=name,
        domain="elm.test",
        uri=f"https://elm.test/users/{name}",
        url="",
        discoverable=True,
        created_at=school.site.now(),
        **more,
    )
    async with school.site.writing() as tx:
        assert await accounts.insert_new(tx, account)
    return account.id


async def test_only_those_who_want_it_are_listed(school: School) -> None:
    ada = await discoverable(school, "ada")
    await school.teacher("ben")

    assert await listed(school.stranger) == ["ada"]
    await ada.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})
    assert await listed(school.stranger) == []


async def test_who_posted_last_or_came_last_is_first(schools: SchoolMaker) -> None:
    at = [1_766_620_800_000]
    school = await schools(clock=lambda: at[0])
    people = []
    for name in ("ada", "ben", "cem", "dan"):
        people.append(await discoverable(school, name))
        at[0] += 1_000
    ada, ben, cem, _ = people
    for teacher in (cem, ada):
        await teacher.says("Hello")
        at[0] += 1_000

    assert await listed(ben) == ["ada", "cem", "dan", "ben"]
    assert await listed(ben, order="active", limit=2, offset=1) == ["cem", "dan"]
    assert await listed(ben, order="new") == ["dan", "cem", "ben", "ada"]
    assert await listed(ben, order="new", limit=1, offset=3) == ["ada"]
    assert await listed(ben, order="new", offset=4) == []


async def test_our_own_people_can_be_asked_for_alone(school: School) -> None:
    await discoverable(school, "ada")
    await remote(school, "cy")
    await remote(school, "gone", moved_to_uri="https://ash.test/users/gone")

    for order in ("active", "new"):
        assert sorted(await listed(school.stranger, order=order)) == ["ada", "cy@elm.test"]
        assert await listed(school.stranger, order=order, local="true") == ["ada"]


async def test_whom_the_reader_sent_away_is_not_shown_to_the_reader(school: School) -> None:
    ben = await school.teacher("ben")
    people = {name: await discoverable(school, name) for name in ("ada", "cem", "dan", "eve")}
    await remote(school, "cy")

    await ben.does(f"/api/v1/accounts/{people['ada'].id}/block")
    await ben.does(f"/api/v1/accounts/{people['cem'].id}/mute")
    await people["dan"].does(f"/api/v1/accounts/{ben.id}/block")
    await ben.does("/api/v1/domain_blocks", domain="elm.test")

    for order in ("active", "new"):
        assert await listed(ben, order=order) == ["eve"]
        assert len(await listed(school.stranger, order=order)) == 5


@pytest.mark.parametrize("query", ["limit=-1", "offset=-1"])
async def test_pages_before_the_first_are_refused(school: School, query: str) -> None:
    assert (await school.stranger.get(f"/api/v1/directory?{query}")).status == 400


async def test_a_page_costs_one_statement(school: School) -> None:
    for name in ("ada", "ben", "cem"):
        await discoverable(school, name)

    for limit in (1, 80):
        before = school.site.database.statements
        assert await listed(school.stranger, limit=limit)
        assert school.site.database.statements - before == 1
