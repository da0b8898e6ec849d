"""Streams of lists, and of private conversations."""

from collections.abc import AsyncIterator

import pytest

from tests.people import School
from tests.streams import Door, open_door


@pytest.fixture
async def door(school: School) -> AsyncIterator[Door]:
    async with open_door(school) as found:
        yield found


async def test_list_stream_hears_what_enters_changes_and_leaves_the_list(
    school: School, door: Door
) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    for somebody in (ben, eve):
        await ada.does(f"/api/v1/accounts/{somebody.id}/follow")
    science = (await ada.does("/api/v1/lists", title="Science"))["id"]
    await ada.does(f"/api/v1/lists/{science}/accounts", account_ids=[ben.id])
    await school.work()

    async with door.listener(ada) as listener:
        await listener.follows("list", list=science)
        await eve.says("Not of the list")
        post = await ben.says("Of the list")
        await school.work()
        entered = await listener.hears()
        await ben.put(f"/api/v1/statuses/{post['id']}", json={"status": "Of the list, better"})
        await school.work()
        edited = await listener.hears()
        await ben.delete(f"/api/v1/statuses/{post['id']}")
        await school.work()
        gone = await listener.hears()
        await listener.hears_nothing()

    assert entered.stream == edited.stream == gone.stream == ["list", science]
    assert (entered.event, entered.payload["id"]) == ("update", post["id"])
    assert edited.event == "status.update"
    assert edited.payload["content"] == "<p>Of the list, better</p>"
    assert (gone.event, gone.payload) == ("delete", post["id"])


async def test_list_of_somebody_else_is_not_to_be_heard(school: School, door: Door) -> None:
    ada, eve = await school.teacher("ada"), await school.teacher("eve")
    mine = (await ada.does("/api/v1/lists", title="Mine"))["id"]

    async with door.listener(eve) as listener:
        await listener.says(type="subscribe", stream="list", list=mine)
        foreign = await listener.raw()
        await listener.says(type="subscribe", stream="list")
        nameless = await listener.raw()
    over_http = await eve.get(f"/api/v1/streaming/list?list={mine}")

    assert foreign == {"error": "Not authorized to stream this list", "status": 401}
    assert nameless["status"] == 400
    assert over_http.status == 401


async def test_conversations_are_heard_by_those_in_them(school: School, door: Door) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]

    async with (
        door.listener(ada, "direct") as hers,
        door.listener(ben, "direct") as own,
        door.listener(eve, "direct") as strangers,
    ):
        said = await ben.says("@ada for you", visibility="direct")
        await ben.says("For everybody")
        await school.work()
        told, mine = await hers.hears(), await own.hears()
        await strangers.hears_nothing()
        await hers.hears_nothing()

    assert told.stream == mine.stream == ["direct"]
    assert told.event == mine.event == "conversation"
    assert told.payload["last_status"]["id"] == said["id"]
    assert told.payload["unread"] is True
    assert mine.payload["unread"] is False
    assert [one["acct"] for one in told.payload["accounts"]] == ["ben"]
