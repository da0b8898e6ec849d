"""Lists: making them, who is in them, and what they show."""

from typing import Any

import pytest

from fedschool.store import list_entries
from tests.api import contract
from tests.people import School, Teacher

LISTS = "/api/v1/lists"


async def new_list(owner: Teacher, *members: Teacher, **fields: Any) -> str:
    """A list of the owner's with these people, whom the owner follows from now on."""
    made = await owner.does(LISTS, **({"title": "Colleagues"} | fields))
    for member in members:
        if member is not owner:
            await owner.does(f"/api/v1/accounts/{member.id}/follow")
    if members:
        await owner.does(f"{LISTS}/{made['id']}/accounts", account_ids=[m.id for m in members])
    list_id: str = made["id"]
    return list_id


async def ids(reader: Teacher, path: str) -> list[str]:
    return [status["id"] for status in await reader.reads(f"/api/v1/timelines/{path}")]


async def test_list_is_made_shown_changed_and_deleted(school: School) -> None:
    ada = await school.teacher("ada")

    made = await ada.post(LISTS, form={"title": " Maths ", "replies_policy": "none"})
    path = f"{LISTS}/{made.json['id']}"
    shown = await ada.get(path)
    changed = await ada.put(path, json={"exclusive": "true"})
    listed = await ada.get(LISTS)

    contract.check("POST", LISTS, made)
    contract.check("GET", f"{LISTS}/{{id}}", shown)
    contract.check("PUT", f"{LISTS}/{{id}}", changed)
    contract.check("GET", LISTS, listed)
    assert made.json == shown.json
    assert (made.json["title"], made.json["replies_policy"], made.json["exclusive"]) == (
        "Maths",
        "none",
        False,
    )
    assert changed.json == made.json | {"exclusive": True}
    assert listed.json == [changed.json]

    gone = await ada.delete(path)

    assert (gone.status, gone.json) == (200, {})
    assert (await ada.get(path)).status == 404
    assert await ada.reads(LISTS) == []


@pytest.mark.parametrize(
    "wrong", [{}, {"title": " "}, {"title": "x" * 257}, {"title": "x", "replies_policy": "some"}]
)
async def test_list_needs_a_title_and_a_known_policy(school: School, wrong: dict[str, str]) -> None:
    ada = await school.teacher("ada")

    assert (await ada.post(LISTS, json=wrong)).status == 422
    assert await ada.reads(LISTS) == []


async def test_lists_are_bounded_in_number(school: School) -> None:
    ada = await school.teacher("ada")
    for n in range(50):
        await ada.does(LISTS, title=f"List {n}")

    assert (await ada.post(LISTS, json={"title": "One more"})).status == 422


async def test_lists_are_nobody_elses(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    list_id = await new_list(ada, ben)

    for method, path in (
        ("GET", f"{LISTS}/{list_id}"),
        ("PUT", f"{LISTS}/{list_id}"),
        ("DELETE", f"{LISTS}/{list_id}"),
        ("GET", f"{LISTS}/{list_id}/accounts"),
        ("POST", f"{LISTS}/{list_id}/accounts"),
        ("DELETE", f"{LISTS}/{list_id}/accounts"),
        ("GET", f"/api/v1/timelines/list/{list_id}"),
    ):
        assert (await ben.call(method, path)).status == 404, (method, path)
        assert (await school.stranger.call(method, path)).status == 401
    assert await ben.reads(LISTS) == []
    assert len(await ada.reads(f"{LISTS}/{list_id}/accounts")) == 1


async def test_followed_people_and_oneself_can_be_added_and_removed(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    list_id = await new_list(ada, ben, ada)
    accounts = f"{LISTS}/{list_id}/accounts"

    listed = await ada.get(f"{accounts}?limit=1")
    holding = await ada.get(f"/api/v1/accounts/{ben.id}/lists")

    contract.check("GET", f"{LISTS}/{{id}}/accounts", listed)
    contract.check("GET", "/api/v1/accounts/{id}/lists", holding)
    assert [account["acct"] for account in listed.json] == ["ada"]
    assert "since_id=" in listed.headers["Link"]
    assert len(await ada.reads(f"{accounts}?limit=0")) == 2
    assert [item["id"] for item in holding.json] == [list_id]
    assert await ben.reads(f"/api/v1/accounts/{ben.id}/lists") == []
    assert (await ada.post(accounts, json={"account_ids": [eve.id]})).status == 404
    assert (await ada.post(accounts, json={"account_ids": [ben.id]})).status == 422

    gone = await ada.delete(accounts, json={"account_ids": [ben.id, eve.id]})

    contract.check("DELETE", f"{LISTS}/{{id}}/accounts", gone)
    assert [account["acct"] for account in await ada.reads(accounts)] == ["ada"]


async def test_list_shows_earlier_and_later_posts_of_its_people(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    earlier = await ben.says("Earlier", visibility="private")
    list_id = await new_list(ada, ben)
    await ada.does(f"/api/v1/accounts/{eve.id}/follow")
    later = await ben.says("Later")
    await eve.says("Not in the list")
    boosted = await eve.says("Worth it")
    boost = await ben.does(f"/api/v1/statuses/{boosted['id']}/reblog")
    await school.work()

    answer = await ada.get(f"/api/v1/timelines/list/{list_id}")

    contract.check("GET", "/api/v1/timelines/list/{list_id}", answer)
    found = [status["id"] for status in answer.json]
    # the private post is older than the follow, which now grants it
    assert found == [boost["id"], later["id"], earlier["id"]]
    assert set(found) <= set(await ids(ada, "home"))

    await ada.delete(f"{LISTS}/{list_id}/accounts", json={"account_ids": [ben.id]})

    assert await ids(ada, f"list/{list_id}") == []


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        ("followed", ["to ada", "to eve", "to dan", "to ben"]),
        ("list", ["to ada", "to eve", "to ben"]),
        ("none", ["to ada", "to ben"]),
    ],
)
@pytest.mark.parametrize("added", ["before", "after"])
async def test_replies_are_shown_as_the_list_wants(
    school: School, policy: str, shown: list[str], added: str
) -> None:
    ada, ben, eve, dan, fay = [await school.teacher(n) for n in ("ada", "ben", "eve", "dan", "fay")]
    await ada.does(f"/api/v1/accounts/{dan.id}/follow")
    list_id = ""
    if added == "before":
        list_id = await new_list(ada, ben, eve, replies_policy=policy)
    for person in (ben, fay, dan, eve, ada):
        root = await person.says("root")
        await ben.says(f"to {person.name}", in_reply_to_id=root["id"])
    await school.work()
    if added == "after":
        list_id = await new_list(ada, ben, eve, replies_policy=policy)

    found = await ada.reads(f"/api/v1/timelines/list/{list_id}")

    texts = [status["content"].removeprefix("<p>").removesuffix("</p>") for status in found]
    assert [text for text in texts if text != "root"] == shown


async def test_exclusive_list_keeps_its_people_out_of_home(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does("/api/v1/tags/maths/follow")
    list_id = await new_list(ada, ben, ada)
    own = await ada.says("Own")
    first = await ben.says("First")
    await school.work()
    assert set(await ids(ada, "home")) == {own["id"], first["id"]}

    await ada.put(f"{LISTS}/{list_id}", json={"exclusive": True})
    second = await ben.says("Second #maths")
    mine = await ada.says("Mine")
    await school.work()

    assert await ids(ada, "home") == [mine["id"], own["id"]]
    assert {first["id"], second["id"]} < set(await ids(ada, f"list/{list_id}"))

    await ada.put(f"{LISTS}/{list_id}", json={"exclusive": False})

    assert await ids(ada, "home") == [mine["id"], second["id"], first["id"], own["id"]]


async def test_who_comes_into_an_exclusive_list_leaves_home_and_comes_back(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    status = await ben.says("Here or there")
    await school.work()

    list_id = await new_list(ada, ben, exclusive=True)
    assert await ids(ada, "home") == []
    # neither does the end of a mute bring it home
    await ada.does(f"/api/v1/accounts/{ben.id}/mute")
    await ada.does(f"/api/v1/accounts/{ben.id}/unmute")
    assert await ids(ada, "home") == []
    assert await ids(ada, f"list/{list_id}") == [status["id"]]

    await ada.delete(f"{LISTS}/{list_id}/accounts", json={"account_ids": [ben.id]})
    assert await ids(ada, "home") == [status["id"]]

    await ada.does(f"{LISTS}/{list_id}/accounts", account_ids=[ben.id])
    await ada.delete(f"{LISTS}/{list_id}")
    assert await ids(ada, "home") == [status["id"]]


async def test_unfollow_takes_people_and_their_posts_out_of_lists(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    list_id = await new_list(ada, ben)
    await ben.says("Gone soon")
    await school.work()

    await ada.does(f"/api/v1/accounts/{ben.id}/unfollow")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    await ben.says("Not in the list any more")
    await school.work()

    assert await ids(ada, f"list/{list_id}") == []
    assert await ada.reads(f"{LISTS}/{list_id}/accounts") == []


@pytest.mark.parametrize("deed", ["mute", "block"])
async def test_lists_are_spared_what_the_reader_blocked_or_muted(school: School, deed: str) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    list_id = await new_list(ada, ben)
    original = await eve.says("Unwanted")
    await ben.does(f"/api/v1/statuses/{original['id']}/reblog")
    await school.work()
    assert len(await ids(ada, f"list/{list_id}")) == 1

    await ada.does(f"/api/v1/accounts/{eve.id}/{deed}")
    other = await eve.says("Unwanted as well")
    await ben.does(f"/api/v1/statuses/{other['id']}/reblog")
    await school.work()

    assert await ids(ada, f"list/{list_id}") == []


async def test_what_others_blocked_or_muted_keeps_nothing_out(school: School) -> None:
    ada, ben, eve, fay = [await school.teacher(n) for n in ("ada", "ben", "eve", "fay")]
    list_id = await new_list(ada, ben)
    await new_list(fay, ben)
    await fay.does(f"/api/v1/accounts/{eve.id}/block")
    original = await eve.says("Fine for ada")
    boost = await ben.does(f"/api/v1/statuses/{original['id']}/reblog")
    await school.work()

    assert await ids(ada, f"list/{list_id}") == [boost["id"]]


async def test_block_that_crosses_a_fan_out_still_holds(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    list_id = await new_list(ada, ben)
    status = await ben.says("On its way")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    async with school.site.writing() as tx:
        await list_entries.enter(tx, [int(list_id)], int(status["id"]))

    assert await ids(ada, f"list/{list_id}") == []


async def test_boosts_enter_lists_only_where_they_are_wanted(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    list_id = await new_list(ada, ben)
    await ada.does(f"/api/v1/accounts/{ben.id}/follow", reblogs=False)
    original = await eve.says("Boosted")
    await ben.does(f"/api/v1/statuses/{original['id']}/reblog")
    await school.work()

    assert await ids(ada, f"list/{list_id}") == []


async def test_pages_of_a_list_lead_on(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    list_id = await new_list(ada, ben)
    posted = [(await ben.says(f"Post {n}"))["id"] for n in range(3)]
    await school.work()

    first = await ada.get(f"/api/v1/timelines/list/{list_id}?limit=2")
    rest = first.headers["Link"].split(">")[0].removeprefix("<https://oak.test")

    assert [status["id"] for status in first.json] == posted[:0:-1]
    assert [status["id"] for status in await ada.reads(rest)] == posted[:1]
