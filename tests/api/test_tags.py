"""Hashtags: looking at one, following it, listing what one follows."""

import pytest

from tests.api import contract
from tests.people import School, Teacher


async def home(who: Teacher) -> list[str]:
    return [status["content"] for status in await who.reads("/api/v1/timelines/home")]


async def test_hashtag_tells_how_much_it_was_used_today(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.says("One #Maths")
    await ada.says("Two #maths")
    await ben.says("Three #maths")
    await ben.says("Quietly #maths", visibility="private")

    answer = await ada.get("/api/v1/tags/Maths")

    contract.check("GET", "/api/v1/tags/{name}", answer)
    tag = answer.json
    assert (tag["name"], tag["following"]) == ("maths", False)
    assert tag["url"] == "https://oak.test/tags/maths"
    assert len(tag["history"]) == 7
    assert (tag["history"][0]["uses"], tag["history"][0]["accounts"]) == ("3", "2")
    assert int(tag["history"][0]["day"]) - int(tag["history"][1]["day"]) == 86_400
    assert tag["history"][1]["uses"] == "0"


async def test_strangers_see_hashtags_without_themselves_in_it(school: School) -> None:
    answer = await school.stranger.get("/api/v1/tags/unheard")

    assert answer.status == 200
    assert "following" not in answer.json
    assert {day["uses"] for day in answer.json["history"]} == {"0"}


@pytest.mark.parametrize("name", ["2026", "two%20words", "a!", "x" * 101, "%00", "a%00b", "%23"])
async def test_what_is_no_hashtag_is_not_found(school: School, name: str) -> None:
    ada = await school.teacher("ada")

    assert (await ada.get(f"/api/v1/tags/{name}")).status == 404
    assert (await ada.post(f"/api/v1/tags/{name}/follow")).status == 404


async def test_followed_hashtag_brings_posts_home_until_unfollowed(school: School) -> None:
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    await ada.does(f"/api/v1/accounts/{cleo.id}/follow")

    answer = await ada.post("/api/v1/tags/Maths/follow")
    contract.check("POST", "/api/v1/tags/{name}/follow", answer)
    await ada.does("/api/v1/tags/maths/follow")
    await ben.says("By ben #maths")
    await cleo.says("By cleo #maths")
    await ada.says("By ada #maths")
    await school.work()

    assert answer.json["following"] is True
    assert len(await home(ada)) == 3

    gone = await ada.does("/api/v1/tags/maths/unfollow")

    assert gone["following"] is False
    left = " ".join(await home(ada))
    assert "By ben" not in left
    assert "By cleo" in left
    assert "By ada" in left


async def test_followed_hashtags_page_by_link_back_by_since_id(school: School) -> None:
    ada = await school.teacher("ada")
    for name in ("one", "two", "three"):
        await ada.does(f"/api/v1/tags/{name}/follow")

    first = await ada.get("/api/v1/followed_tags?limit=2")
    rest = first.headers["Link"].split(">")[0].removeprefix("<https://oak.test")
    second = await ada.get(rest)

    contract.check("GET", "/api/v1/followed_tags", first)
    assert [tag["name"] for tag in first.json] == ["three", "two"]
    assert [tag["name"] for tag in second.json] == ["one"]
    assert "since_id=" in second.headers["Link"]
    assert "max_id=" not in second.headers["Link"]


async def test_list_of_hashtags_costs_the_same_for_few_and_many(school: School) -> None:
    ada = await school.teacher("ada")
    costs = []
    for count in (2, 12):
        for number in range(count):
            await ada.does(f"/api/v1/tags/tag{count}x{number}/follow")
        before = school.site.database.statements
        await ada.reads("/api/v1/followed_tags")
        costs.append(school.site.database.statements - before)

    assert costs[0] == costs[1]


async def test_following_hashtags_needs_the_right_token(school: School) -> None:
    reader = await school.teacher("ada", scopes="read")

    assert (await school.stranger.get("/api/v1/followed_tags")).status == 401
    assert (await reader.post("/api/v1/tags/maths/follow")).status == 403
