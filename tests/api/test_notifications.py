"""Notifications: what concerns a person, as pages, and getting rid of it."""

from typing import Any

import pytest

from tests.api import contract
from tests.people import School, Teacher


async def listed(who: Teacher, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = await who.reads(f"/api/v1/notifications{query}")
    return items


async def kinds(who: Teacher, query: str = "") -> list[str]:
    return [item["type"] for item in await listed(who, query)]


async def busy(school: School) -> tuple[Teacher, Teacher, Teacher]:
    """ada, whom ben followed, favourited, boosted and mentioned, and cleo followed."""
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    status = await ada.says("A thought")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
    await ben.does(f"/api/v1/statuses/{status['id']}/reblog")
    await ben.says("Well said, @ada")
    await cleo.does(f"/api/v1/accounts/{ada.id}/follow")
    await school.work()
    return ada, ben, cleo


async def test_deeds_are_told_newest_first_with_who_and_what(school: School) -> None:
    ada, ben, _ = await busy(school)

    answer = await ada.get("/api/v1/notifications")

    contract.check("GET", "/api/v1/notifications", answer)
    items = answer.json
    told = [(item["type"], item["account"]["username"]) for item in items]
    assert told == [
        ("follow", "cleo"),
        ("mention", "ben"),
        ("reblog", "ben"),
        ("favourite", "ben"),
        ("follow", "ben"),
    ]
    assert items[3]["status"]["content"] == "<p>A thought</p>"
    assert "status" not in items[0]
    assert await kinds(ben) == []


async def test_types_and_people_are_chosen(school: School) -> None:
    ada, ben, _ = await busy(school)

    assert await kinds(ada, "?types[]=follow&types[]=mention") == ["follow", "mention", "follow"]
    assert await kinds(ada, "?exclude_types[]=follow") == ["mention", "reblog", "favourite"]
    assert await kinds(ada, f"?account_id={ben.id}&types[]=follow") == ["follow"]
    assert await kinds(ada, "?types[]=unheard_of") == await kinds(ada, "?types[]=%00") == []
    assert await kinds(ada, "?account_id=nobody") == []


async def test_pages_lead_on_and_back(school: School) -> None:
    ada, *_ = await busy(school)

    first = await ada.get("/api/v1/notifications?limit=2&exclude_types[]=follow")
    link = first.headers["Link"]
    second = await ada.get(link.split(">")[0].removeprefix("<https://oak.test"))
    back = second.headers["Link"].split("<")[2].split(">")[0].removeprefix("https://oak.test")

    assert "exclude_types" in link
    assert "min_id=" in link
    assert [item["type"] for item in second.json] == ["favourite"]
    assert (await ada.get(back)).json == first.json
    assert "Link" not in (await ada.get("/api/v1/notifications?max_id=1")).headers


async def test_page_costs_no_more_for_many_than_for_few(school: School) -> None:
    ada, ben, _ = await busy(school)

    async def cost() -> int:
        before = school.site.database.statements
        await listed(ada, "?limit=80")
        return school.site.database.statements - before

    few = await cost()
    for number in range(10):
        await ben.says(f"@ada {number} #tag{number}")
    await school.work()

    many = await cost()

    assert len(await listed(ada)) == 15
    assert many <= few


async def test_deleted_or_hidden_statuses_are_not_told_any_more(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ben.says("Hello @ada")
    assert await kinds(ada) == ["mention"]

    await ben.delete(f"/api/v1/statuses/{status['id']}")

    assert await kinds(ada) == []


async def test_one_notification_is_shown_and_dismissed_by_its_owner_alone(school: School) -> None:
    ada, ben, _ = await busy(school)
    first, *rest = await listed(ada, "?exclude_types[]=follow")
    path = f"/api/v1/notifications/{first['id']}"

    shown = await ada.get(path)
    contract.check("GET", "/api/v1/notifications/{id}", shown)
    assert shown.json == first
    assert (await ben.get(path)).status == 404
    assert (await ben.post(f"{path}/dismiss")).status == 404

    gone = await ada.post(f"{path}/dismiss")

    assert (gone.status, gone.json) == (200, {})
    assert await listed(ada, "?exclude_types[]=follow") == rest
    assert (await ada.get(path)).status == 404


async def test_clear_leaves_nothing_and_others_alone(school: School) -> None:
    ada, ben, _ = await busy(school)
    await ada.says("Thank you @ben")

    answer = await ada.post("/api/v1/notifications/clear")

    assert (answer.status, answer.json) == (200, {})
    assert await listed(ada) == []
    assert await kinds(ben) == ["mention"]


async def test_waiting_notifications_are_counted_up_to_the_limit(school: School) -> None:
    ada, *_ = await busy(school)
    path = "/api/v1/notifications/unread_count"

    answer = await ada.get(path)

    contract.check("GET", path, answer)
    assert answer.json == {"count": 5}
    assert (await ada.reads(f"{path}?limit=2")) == {"count": 2}
    assert (await ada.reads(f"{path}?types[]=follow")) == {"count": 2}
    assert (await ada.get(f"{path}?limit=-1")).status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/notifications"),
        ("GET", "/api/v1/notifications/unread_count"),
        ("POST", "/api/v1/notifications/clear"),
    ],
)
async def test_notifications_are_private(school: School, method: str, path: str) -> None:
    other = await school.teacher("ada", scopes="read:accounts write:accounts")

    assert (await school.stranger.call(method, path)).status == 401
    assert (await other.call(method, path)).status == 403
