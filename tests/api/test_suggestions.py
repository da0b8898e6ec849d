"""People are suggested for a reason, never against anybody's wish, and colleagues come first."""

from typing import Any

import pytest

from fedschool.errors import NotFound
from fedschool.services import suggestions
from tests.api import contract
from tests.api.test_directory import discoverable, remote
from tests.people import School, Teacher


async def suggested(caller: Teacher, **more: Any) -> dict[str, list[str]]:
    """Handles with the reasons, in order."""
    answer = await caller.get("/api/v2/suggestions", query_string=more)
    contract.check("GET", "/api/v2/suggestions", answer)
    return {item["account"]["acct"]: item["sources"] for item in answer.json}


async def follow(who: Teacher, *others: Teacher | str) -> None:
    for other in others:
        target = other if isinstance(other, str) else other.id
        await who.does(f"/api/v1/accounts/{target}/follow")


async def test_a_newcomer_meets_the_colleagues_first(school: School) -> None:
    ada, ben = await discoverable(school, "ada"), await discoverable(school, "ben")
    star = await remote(school, "star")
    for name in ("cem", "dan", "eve"):
        await follow(await school.teacher(name), str(star), ben)
    await suggestions.feature(school.site, "star@elm.test")
    newcomer = await school.teacher("newcomer")

    found = await suggested(newcomer)

    assert list(found) == ["ben", "ada", "star@elm.test"]
    assert found["star@elm.test"][0] == "featured"
    assert found["ada"] == ["most_followed"]
    await follow(newcomer, ada)
    assert "ada" not in await suggested(newcomer)


async def test_the_staff_choose_whom_to_suggest(school: School) -> None:
    await discoverable(school, "ada")
    ben = await discoverable(school, "ben")
    reader = await school.teacher("reader")
    for name in ("cem", "dan"):
        await follow(await school.teacher(name), ben)

    assert list(await suggested(reader)) == ["ben", "ada"]
    _, new = await suggestions.feature(school.site, "@ada@oak.test")
    _, again = await suggestions.feature(school.site, "ada")
    assert (new, again) == (True, False)
    assert list(await suggested(reader)) == ["ada", "ben"]
    assert [account.acct for account in await suggestions.featured(school.site)] == ["ada"]

    await suggestions.unfeature(school.site, "ada")
    assert list(await suggested(reader)) == ["ben", "ada"]
    with pytest.raises(NotFound):
        await suggestions.unfeature(school.site, "ada")
    with pytest.raises(NotFound):
        await suggestions.feature(school.site, "nobody")


async def test_friends_of_friends_are_suggested_unless_these_hide_them(school: School) -> None:
    ada, ben = await school.teacher("ada"), await discoverable(school, "ben")
    cem = await discoverable(school, "cem")
    await follow(ada, ben)
    await follow(ben, cem)
    found = await suggested(ada)

    assert "friends_of_friends" in found["cem"]
    assert "similar_to_recently_followed" not in found["cem"]
    assert "ben" not in found

    await ben.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})
    assert "friends_of_friends" not in (await suggested(ada))["cem"]


async def test_those_who_follow_the_same_lead_to_others(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    shared, other = await school.teacher("shared"), await discoverable(school, "other")
    await follow(ada, shared)
    await follow(ben, shared, other)

    assert "similar_to_recently_followed" in (await suggested(ada))["other"]


async def test_whose_posts_are_liked_is_suggested(school: School) -> None:
    ada, ben = await school.teacher("ada"), await discoverable(school, "ben")
    post = await ben.says("A fine idea")
    assert (await suggested(ada))["ben"] == ["most_followed"]

    await (await school.teacher("cem")).does(f"/api/v1/statuses/{post['id']}/favourite")

    assert (await suggested(ada))["ben"] == ["most_interactions", "most_followed"]


async def test_nobody_is_suggested_against_a_wish(school: School) -> None:
    reader = await school.teacher("reader")
    names = ("asked", "blocked", "muted", "blocker", "dismissed", "hidden", "fine")
    people = {name: await discoverable(school, name) for name in names}
    await remote(school, "gone", moved_to_uri="https://ash.test/users/gone")
    for name in (*names, "gone@elm.test"):
        await suggestions.feature(school.site, name)
    assert set(await suggested(reader)) == set(names)

    await people["asked"].patch("/api/v1/accounts/update_credentials", json={"locked": True})
    await follow(reader, people["asked"])
    await reader.does(f"/api/v1/accounts/{people['blocked'].id}/block")
    await reader.does(f"/api/v1/accounts/{people['muted'].id}/mute")
    await people["blocker"].does(f"/api/v1/accounts/{reader.id}/block")
    await people["hidden"].patch(
        "/api/v1/accounts/update_credentials", json={"discoverable": False}
    )
    for _ in range(2):
        answer = await reader.delete(f"/api/v1/suggestions/{people['dismissed'].id}")
        assert (answer.status, answer.json) == (200, {})

    assert list(await suggested(reader)) == ["fine"]
    assert "dismissed" in await suggested(people["fine"])


async def test_the_first_version_answers_with_accounts(school: School) -> None:
    reader = await school.teacher("reader")
    await discoverable(school, "ada")
    await discoverable(school, "ben")

    answer = await reader.get("/api/v1/suggestions?limit=1")

    contract.check("GET", "/api/v1/suggestions", answer)
    assert [item["acct"] for item in answer.json] == ["ada"]
    old = (await reader.get("/api/v2/suggestions")).json[0]
    assert old["source"] == "global"


async def test_suggestions_are_for_people_who_are_signed_in(school: School) -> None:
    writer = await school.teacher("writer", scopes="write:statuses")

    for caller, status in ((school.stranger, 401), (writer, 403)):
        for path in ("/api/v1/suggestions", "/api/v2/suggestions"):
            assert (await caller.get(path)).status == status
        assert (await caller.delete("/api/v1/suggestions/1")).status == status
    reader = await school.teacher("reader")
    assert (await reader.get("/api/v2/suggestions?limit=-1")).status == 400
    for unknown in ("1", "x", "9" * 30):
        assert (await reader.delete(f"/api/v1/suggestions/{unknown}")).json == {}


async def test_suggestions_cost_the_same_statements_however_many(school: School) -> None:
    reader = await school.teacher("reader")
    await discoverable(school, "ada")

    async def cost() -> int:
        before = school.site.database.statements
        await suggested(reader)
        return school.site.database.statements - before

    few = await cost()
    for n in range(6):
        await follow(reader, await discoverable(school, f"more{n}"))
        await discoverable(school, f"other{n}")

    assert await cost() == few
