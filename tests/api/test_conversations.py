"""Private conversations: who talks with whom, what is unread, and tidying up."""

from typing import Any

import pytest

from tests.api import contract
from tests.people import School, Teacher

BASE = "/api/v1/conversations"


async def talk(who: Teacher, text: str, **more: Any) -> dict[str, Any]:
    return await who.says(text, visibility="direct", **more)


async def listed(who: Teacher, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = await who.reads(f"{BASE}{query}")
    return items


async def three(school: School) -> tuple[Teacher, Teacher, Teacher]:
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    return ada, ben, cleo


async def test_direct_post_opens_a_conversation_for_all_in_it(school: School) -> None:
    ada, ben, cleo = await three(school)

    status = await talk(ada, "Lunch, @ben?")

    answer = await ben.get(BASE)
    contract.check("GET", BASE, answer)
    [theirs] = answer.json
    [own] = await listed(ada)
    assert theirs["last_status"]["id"] == own["last_status"]["id"] == status["id"]
    assert (theirs["unread"], own["unread"]) == (True, False)
    assert [item["username"] for item in theirs["accounts"]] == ["ada"]
    assert [item["username"] for item in own["accounts"]] == ["ben"]
    assert await listed(cleo) == []


async def test_other_posts_open_none(school: School) -> None:
    ada, ben, _ = await three(school)

    await ada.says("Hello @ben")
    await ada.says("Hello @ben", visibility="private")

    assert await listed(ada) == await listed(ben) == []


async def test_answer_moves_the_conversation_up_and_is_read_by_its_author(school: School) -> None:
    ada, ben, cleo = await three(school)
    first = await talk(ada, "Lunch, @ben?")
    await talk(cleo, "The keys, @ben")

    answer = await talk(ben, "Yes, @ada", in_reply_to_id=first["id"])

    top, below = await listed(ben)
    assert top["last_status"]["id"] == answer["id"]
    assert top["id"] == (await listed(ada))[0]["id"]
    assert (top["unread"], below["unread"]) == (False, True)
    assert (await listed(ada))[0]["unread"] is True


async def test_conversation_is_read_unread_and_taken_off_by_its_owner_alone(school: School) -> None:
    ada, ben, cleo = await three(school)
    await talk(ada, "Lunch, @ben?")
    [conversation] = await listed(ben)
    path = f"{BASE}/{conversation['id']}"

    read = await ben.post(f"{path}/read")

    contract.check("POST", f"{BASE}/{{id}}/read", read)
    assert read.json == {**conversation, "unread": False}
    assert (await ben.does(f"{path}/unread"))["unread"] is True
    for call in (cleo.post(f"{path}/read"), cleo.delete(path), ben.post(f"{BASE}/1/unread")):
        assert (await call).status == 404
    gone = await ben.delete(path)
    assert (gone.status, gone.json) == (200, {})
    assert await listed(ben) == []
    assert len(await listed(ada)) == 1


async def test_who_writes_again_brings_a_conversation_back(school: School) -> None:
    ada, ben, _ = await three(school)
    first = await talk(ada, "Lunch, @ben?")
    await ben.delete(f"{BASE}/{(await listed(ben))[0]['id']}")

    await talk(ada, "Or tea, @ben?", in_reply_to_id=first["id"])

    assert len(await listed(ben)) == 1


async def test_deleting_steps_back_to_the_post_before(school: School) -> None:
    ada, ben, _ = await three(school)
    first = await talk(ada, "Lunch, @ben?")
    second = await talk(ada, "Or tea, @ben?", in_reply_to_id=first["id"])

    await ada.delete(f"/api/v1/statuses/{second['id']}")
    assert [item["last_status"]["id"] for item in await listed(ben)] == [first["id"]]
    await ada.delete(f"/api/v1/statuses/{first['id']}")

    assert await listed(ben) == await listed(ada) == []


async def test_blocked_and_muted_people_start_no_conversation(school: School) -> None:
    ada, ben, cleo = await three(school)
    await talk(cleo, "Before, @ada")
    await ada.does(f"/api/v1/accounts/{ben.id}/mute")
    await ada.does(f"/api/v1/accounts/{cleo.id}/block")

    await talk(ben, "Psst, @ada")

    assert await listed(ada) == []
    assert len(await listed(ben)) == 1


async def test_edit_brings_in_who_is_named_now(school: School) -> None:
    ada, ben, cleo = await three(school)
    status = await talk(ada, "Lunch, @ben?")
    await ben.does(f"{BASE}/{(await listed(ben))[0]['id']}/read")

    await ada.put(f"/api/v1/statuses/{status['id']}", json={"status": "Lunch, @ben and @cleo?"})

    assert [item["unread"] for item in await listed(cleo)] == [True]
    assert [item["unread"] for item in await listed(ben)] == [False]


async def test_note_to_oneself_is_in_ones_own_company(school: School) -> None:
    ada, *_ = await three(school)

    await talk(ada, "Remember the keys")

    [own] = await listed(ada)
    assert [item["username"] for item in own["accounts"]] == ["ada"]


async def test_pages_lead_on_and_back(school: School) -> None:
    ada, ben, _ = await three(school)
    for number in range(3):
        await talk(ada, f"{number} @ben")
    everything = await listed(ben)

    first = await ben.get(f"{BASE}?limit=2")
    links = [part.split(">")[0] for part in first.headers["Link"].split("<")[1:]]
    forward, _ = (link.removeprefix("https://oak.test") for link in links)
    second = await ben.get(forward)
    back = second.headers["Link"].split("<")[2].split(">")[0].removeprefix("https://oak.test")

    assert first.json == everything[:2]
    assert second.json == everything[2:]
    assert (await ben.get(back)).json == everything[:2]


async def test_page_costs_no_more_for_many_than_for_few(school: School) -> None:
    ada, ben, cleo = await three(school)
    for number in range(6):
        await talk(ada if number % 2 else cleo, f"{number} @ben")

    async def cost(limit: int) -> int:
        await listed(ben, f"?limit={limit}")
        before = school.site.database.statements
        await listed(ben, f"?limit={limit}")
        return school.site.database.statements - before

    assert len(await listed(ben)) == 6
    assert await cost(1) == await cost(6)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", BASE), ("POST", f"{BASE}/1/read"), ("DELETE", f"{BASE}/1")]
)
async def test_conversations_are_private(school: School, method: str, path: str) -> None:
    other = await school.teacher("ada", scopes="read:accounts write:accounts")

    assert (await school.stranger.call(method, path)).status == 401
    assert (await other.call(method, path)).status == 403
