"""Notifications in groups: what many did alike is told together."""

from typing import Any

from fedschool.model.notification import WINDOW
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import School, Teacher

BASE = "/api/v2/notifications"
NOON = 41_000 * WINDOW


class Watch:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


async def staff(school: School, *names: str) -> list[Teacher]:
    return [await school.teacher(name) for name in names]


async def liked(school: School) -> tuple[Teacher, Teacher, Teacher, dict[str, Any]]:
    """ada, one of whose posts ben and cleo liked and ben boosted; ben mentioned her between."""
    ada, ben, cleo = await staff(school, "ada", "ben", "cleo")
    status = await ada.says("A thought")
    await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
    await ben.says("Well said, @ada")
    await cleo.does(f"/api/v1/statuses/{status['id']}/favourite")
    await ben.does(f"/api/v1/statuses/{status['id']}/reblog")
    return ada, ben, cleo, status


def _told(body: dict[str, Any]) -> list[tuple[str, int]]:
    return [(group["type"], group["notifications_count"]) for group in body["notification_groups"]]


async def test_likes_of_one_post_are_told_together_with_who_and_what(school: School) -> None:
    ada, ben, cleo, status = await liked(school)

    answer = await ada.get(BASE)

    contract.check("GET", BASE, answer)
    assert _told(answer.json) == [("reblog", 1), ("favourite", 2), ("mention", 1)]
    likes = answer.json["notification_groups"][1]
    assert likes["sample_account_ids"] == [cleo.id, ben.id]
    assert likes["status_id"] == status["id"]
    assert likes["page_max_id"] == str(likes["most_recent_notification_id"])
    assert int(likes["page_min_id"]) < int(likes["page_max_id"])
    assert {account["id"] for account in answer.json["accounts"]} == {ben.id, cleo.id}
    assert len(answer.json["statuses"]) == 2


async def test_both_versions_name_the_same_groups(school: School) -> None:
    ada, *_ = await liked(school)

    one_by_one = await ada.reads("/api/v1/notifications")
    groups = (await ada.reads(BASE))["notification_groups"]

    keys = [item["group_key"] for item in one_by_one]
    assert list(dict.fromkeys(keys)) == [group["group_key"] for group in groups]
    assert keys[1] == keys[3] != keys[2]


async def test_likes_of_the_next_half_day_are_told_apart(schools: SchoolMaker) -> None:
    watch = Watch()
    school = await schools(clock=watch)
    ada, ben, cleo = await staff(school, "ada", "ben", "cleo")
    status = await ada.says("Long lasting")
    await ben.does(f"/api/v1/statuses/{status['id']}/favourite")

    watch.now += WINDOW
    await cleo.does(f"/api/v1/statuses/{status['id']}/favourite")

    assert _told(await ada.reads(BASE)) == [("favourite", 1), ("favourite", 1)]


async def test_clients_choose_which_types_are_told_together(school: School) -> None:
    ada, *_ = await liked(school)

    apart = await ada.reads(f"{BASE}?grouped_types[]=follow")
    chosen = await ada.reads(f"{BASE}?types[]=favourite&grouped_types[]=favourite")

    assert _told(apart) == [("reblog", 1), ("favourite", 1), ("mention", 1), ("favourite", 1)]
    alone = apart["notification_groups"][1]["group_key"]
    assert alone.startswith("ungrouped-")
    assert _told(await ada.reads(f"{BASE}/{alone}")) == [("favourite", 1)]
    assert _told(chosen) == [("favourite", 2)]


async def test_partial_avatars_are_enough_for_all_but_the_latest(school: School) -> None:
    ada, _, cleo, _ = await liked(school)

    answer = await ada.get(f"{BASE}?types[]=favourite&expand_accounts=partial_avatars")

    contract.check("GET", BASE, answer)
    assert [item["id"] for item in answer.json["accounts"]] == [cleo.id]
    assert [item["acct"] for item in answer.json["partial_accounts"]] == ["ben"]
    assert "note" not in answer.json["partial_accounts"][0]
    assert (await ada.get(f"{BASE}?expand_accounts=some")).status == 400


async def test_pages_lead_on_and_back(school: School) -> None:
    ada, *_ = await liked(school)

    first = await ada.get(f"{BASE}?limit=2")
    forward = first.headers["Link"].split("<")[1].split(">")[0].removeprefix("https://oak.test")
    second = await ada.get(forward)
    back = second.headers["Link"].split("<")[2].split(">")[0].removeprefix("https://oak.test")

    assert _told(first.json) == [("reblog", 1), ("favourite", 2)]
    # the older like of the group lies on the second page, which clients tell by the key
    assert _told(second.json) == [("mention", 1), ("favourite", 1)]
    assert _told((await ada.get(back)).json) == [("reblog", 1), ("favourite", 2)]
    assert "Link" not in (await ada.get(f"{BASE}?max_id=1")).headers
    newest = first.json["notification_groups"][0]["page_max_id"]
    assert _told(await ada.reads(f"{BASE}?since_id={newest}")) == []
    assert _told(await ada.reads(f"{BASE}?since_id={int(newest) - 1}")) == [("reblog", 1)]


async def test_one_group_is_shown_with_everybody_in_it(school: School) -> None:
    ada, ben, cleo, status = await liked(school)
    key = (await ada.reads(BASE))["notification_groups"][1]["group_key"]

    shown = await ada.get(f"{BASE}/{key}")
    people = await ada.get(f"{BASE}/{key}/accounts")

    contract.check("GET", f"{BASE}/{{group_key}}", shown)
    contract.check("GET", f"{BASE}/{{group_key}}/accounts", people)
    assert _told(shown.json) == [("favourite", 2)]
    assert [item["id"] for item in shown.json["statuses"]] == [status["id"]]
    assert "page_min_id" not in shown.json["notification_groups"][0]
    assert [item["id"] for item in people.json] == [cleo.id, ben.id]
    one = await ada.get(f"{BASE}/{key}/accounts?limit=1")
    assert [item["id"] for item in one.json] == [cleo.id]
    assert "max_id=" in one.headers["Link"]
    assert (await ben.get(f"{BASE}/{key}")).status == 404
    assert await ben.reads(f"{BASE}/{key}/accounts") == []


async def test_group_is_dismissed_as_a_whole_by_its_owner_alone(school: School) -> None:
    ada, ben, *_ = await liked(school)
    key = (await ada.reads(BASE))["notification_groups"][1]["group_key"]

    await ben.does(f"{BASE}/{key}/dismiss")
    assert _told(await ada.reads(BASE))[1] == ("favourite", 2)
    gone = await ada.post(f"{BASE}/{key}/dismiss")

    assert (gone.status, gone.json) == (200, {})
    assert _told(await ada.reads(BASE)) == [("reblog", 1), ("mention", 1)]
    assert (await ada.get(f"{BASE}/{key}")).status == 404
    assert (await ada.get(f"{BASE}/nonsense")).status == 404


async def test_groups_are_counted_up_to_the_limit_and_from_the_marker(school: School) -> None:
    ada, *_ = await liked(school)
    path = f"{BASE}/unread_count"

    assert await ada.reads(path) == {"count": 3}
    assert await ada.reads(f"{path}?limit=2") == {"count": 2}
    assert await ada.reads(f"{path}?grouped_types[]=follow") == {"count": 4}
    contract.check("GET", path, await ada.get(path))
    mention = (await ada.reads("/api/v1/notifications?types[]=mention"))[0]["id"]
    await ada.does("/api/v1/markers", notifications={"last_read_id": mention})
    assert await ada.reads(path) == {"count": 2}


async def test_who_is_muted_is_neither_told_nor_hides_the_others(school: School) -> None:
    ada, ben, cleo, _ = await liked(school)

    await ada.does(f"/api/v1/accounts/{cleo.id}/mute")

    body = await ada.reads(f"{BASE}?types[]=favourite")
    assert _told(body) == [("favourite", 1)]
    assert body["notification_groups"][0]["sample_account_ids"] == [ben.id]


async def test_page_costs_no_more_for_many_than_for_few(school: School) -> None:
    ada, ben, *_ = await liked(school)

    async def cost() -> int:
        before = school.site.database.statements
        await ada.reads(f"{BASE}?limit=80")
        return school.site.database.statements - before

    await cost()
    few = await cost()
    for number in range(8):
        status = await ada.says(f"Thought {number}")
        await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
        await ben.says(f"@ada {number}")
    await cost()
    many = await cost()

    assert len((await ada.reads(BASE))["notification_groups"]) == 19
    assert many <= few


async def test_groups_are_private(school: School) -> None:
    other = await school.teacher("ada", scopes="read:accounts write:accounts")

    for path in (BASE, f"{BASE}/unread_count", f"{BASE}/policy", "/api/v1/notifications/requests"):
        assert (await school.stranger.get(path)).status == 401
        assert (await other.get(path)).status == 403
