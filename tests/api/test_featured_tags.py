"""Hashtags that a person shows on the profile."""

import pytest

from tests.api import contract
from tests.people import School

ROOT = "/api/v1/featured_tags"


async def test_featured_hashtag_shows_how_much_it_is_used(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.says("One #Maths")
    await ada.says("Two #maths", visibility="unlisted")
    await ada.says("Quietly #maths", visibility="private")
    await ben.says("Mine #maths")

    made = await ada.post(ROOT, json={"name": "#Maths"})
    unused = await ada.post(ROOT, form={"name": "art"})
    mine = await ada.get(ROOT)
    shown = await school.stranger.get(f"/api/v1/accounts/{ada.id}/featured_tags")

    contract.check("POST", ROOT, made)
    contract.check("GET", ROOT, mine)
    contract.check("GET", "/api/v1/accounts/{id}/featured_tags", shown)
    assert (made.json["name"], made.json["statuses_count"]) == ("Maths", "2")
    assert made.json["last_status_at"] is not None
    assert (unused.json["statuses_count"], unused.json["last_status_at"]) == ("0", None)
    assert mine.json == shown.json == [made.json, unused.json]
    assert await ben.reads(ROOT) == []

    gone = await ada.delete(f"{ROOT}/{made.json['id']}")

    assert (gone.status, gone.json) == (200, {})
    assert (await ada.delete(f"{ROOT}/{made.json['id']}")).status == 404
    assert (await ben.delete(f"{ROOT}/{unused.json['id']}")).status == 404
    assert await ada.reads(ROOT) == [unused.json]


@pytest.mark.parametrize("wrong", ["", "two words", "2026", "x" * 101])
async def test_what_is_no_hashtag_is_refused(school: School, wrong: str) -> None:
    ada = await school.teacher("ada")

    assert (await ada.post(ROOT, json={"name": wrong})).status == 422
    assert await ada.reads(ROOT) == []


async def test_hashtags_are_featured_once_and_at_most_ten(school: School) -> None:
    ada = await school.teacher("ada")
    for n in range(10):
        await ada.does(ROOT, name=f"tag{n}")

    assert (await ada.post(ROOT, json={"name": "Tag1"})).status == 422
    assert (await ada.post(ROOT, json={"name": "another"})).status == 422
    assert (await ada.post("/api/v1/tags/another/feature")).status == 422
    assert len(await ada.reads(ROOT)) == 10


async def test_hashtag_is_featured_from_its_own_page(school: School) -> None:
    ada = await school.teacher("ada")

    featured = await ada.post("/api/v1/tags/Maths/feature")
    again = await ada.does("/api/v1/tags/maths/feature")

    contract.check("POST", "/api/v1/tags/{name}/feature", featured)
    assert featured.json["featuring"] is again["featuring"] is True
    assert (await ada.reads("/api/v1/tags/maths"))["featuring"] is True
    assert [tag["name"] for tag in await ada.reads(ROOT)] == ["Maths"]

    gone = await ada.does("/api/v1/tags/maths/unfeature")

    assert gone["featuring"] is False
    assert await ada.reads(ROOT) == []


async def test_suggestions_are_what_one_used_last_and_does_not_feature(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    for name in ("one", "two", "three", "two"):
        await ada.says(f"#{name}")
    await ben.says("#four")
    await ada.does(ROOT, name="three")
    await ada.does("/api/v1/tags/two/follow")

    answer = await ada.get(f"{ROOT}/suggestions")

    contract.check("GET", f"{ROOT}/suggestions", answer)
    found = [(tag["name"], tag["following"], tag["featuring"]) for tag in answer.json]
    assert found == [("two", True, False), ("one", False, False)]


async def test_other_servers_read_featured_hashtags(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.does(ROOT, name="Maths")

    actor = await school.stranger.get("/users/ada", headers={"Accept": "application/activity+json"})
    path = actor.json["featuredTags"].removeprefix("https://oak.test")
    answer = await school.stranger.get(path, headers={"Accept": "application/activity+json"})

    [item] = answer.json["orderedItems"]
    assert (item["type"], item["name"]) == ("Hashtag", "#Maths")
    assert answer.json["totalItems"] == 1


async def test_lists_of_hashtags_cost_the_same_for_few_and_many(school: School) -> None:
    ada = await school.teacher("ada")
    costs: dict[str, set[int]] = {}
    for count in (2, 8):
        for n in range(count):
            await ada.says(f"#used{count}x{n} #shown{n}")
            await ada.does(f"/api/v1/tags/shown{n}/feature")
        for path in (ROOT, f"{ROOT}/suggestions"):
            before = school.site.database.statements
            await ada.reads(path)
            costs.setdefault(path, set()).add(school.site.database.statements - before)

    assert all(len(found) == 1 for found in costs.values()), costs
