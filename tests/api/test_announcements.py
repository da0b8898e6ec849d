"""Announcements: everybody is told, may put them away, and may react."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from fedschool.errors import Forbidden
from fedschool.model.account import Role, Viewer
from fedschool.model.announcement import Announcement
from fedschool.ports.database import p, statement
from fedschool.services import announcements, oauth
from fedschool.services.announcements import Draft
from fedschool.services.staff import OPERATOR
from fedschool.store.tables_media import emojis
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import School, Teacher
from tests.streams import Door, open_door
from tests.test_upkeep import HandClock

PATH = "/api/v1/announcements"
HOUR = 3_600_000


async def announced(school: School, text: str = "Hello all", **more: Any) -> Announcement:
    return await announcements.create(school.site, OPERATOR, Draft(text=text, **more))


def reaction(item: Announcement, name: str) -> str:
    return f"{PATH}/{item.id}/reactions/{quote(name)}"


async def shown(who: Teacher, query: str = "") -> list[str]:
    return [item["id"] for item in await who.reads(PATH + query)]


@statement
def _add_emoji() -> sa.sql.dml.Insert:
    names = ("id", "shortcode", "key", "static_key", "updated_at")
    return sa.insert(emojis).values({name: p(name) for name in names})


async def know_emoji(school: School, shortcode: str) -> None:
    async with school.site.writing() as tx:
        await tx.run(
            _add_emoji(),
            id=school.site.ids.next(),
            shortcode=shortcode,
            key=f"emoji/{shortcode}.gif",
            static_key=f"emoji/{shortcode}-still.png",
            updated_at=0,
        )


@pytest.fixture
async def door(school: School) -> AsyncIterator[Door]:
    async with open_door(school) as opened:
        yield opened


async def test_announcement_has_all_that_it_names(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await know_emoji(school, "oak")
    status = await ben.says("The plan")
    secret = await ben.says("The other plan", visibility="private")
    now = school.site.now()

    item = await announced(
        school,
        f"See {status['url']} and {secret['url']} by @ben #Trip :oak: :elm: <script>",
        starts_at=now + HOUR,
        ends_at=now + 2 * HOUR,
    )
    await ada.put(reaction(item, "👍"))
    await ben.put(reaction(item, "👍"))
    await ben.put(reaction(item, "oak"))

    answer = await ada.get(PATH)
    contract.check("GET", PATH, answer)
    [found] = answer.json
    assert found["id"] == str(item.id)
    assert "&lt;script&gt;" in found["content"]
    assert found["mentions"] == [
        {"id": ben.id, "username": "ben", "acct": "ben", "url": "https://oak.test/@ben"}
    ]
    assert found["tags"] == [{"name": "trip", "url": "https://oak.test/tags/trip"}]
    assert found["statuses"] == [{"id": status["id"], "url": status["url"]}]
    [emoji] = found["emojis"]
    assert emoji["shortcode"] == "oak"
    assert found["reactions"] == [
        {"name": "👍", "count": 2, "me": True},
        {
            "name": "oak",
            "count": 1,
            "me": False,
            "url": emoji["url"],
            "static_url": emoji["static_url"],
        },
    ]
    assert emoji["url"].endswith("/emoji/oak.gif")
    assert (found["read"], found["all_day"]) == (False, False)
    assert found["starts_at"] < found["ends_at"]
    assert found["published_at"] == found["updated_at"] < found["starts_at"]


async def test_dismissed_is_shown_to_those_who_ask_and_to_the_others(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    first, second = await announced(school, "One"), await announced(school, "Two")

    answer = await ada.post(f"{PATH}/{first.id}/dismiss")
    again = await ada.post(f"{PATH}/{first.id}/dismiss")

    assert (answer.status, answer.json, again.status) == (200, {}, 200)
    assert await shown(ada) == [str(second.id)]
    both = await ada.reads(f"{PATH}?with_dismissed=true")
    assert [(item["id"], item["read"]) for item in both] == [
        (str(first.id), True),
        (str(second.id), False),
    ]
    assert await shown(ben) == [str(first.id), str(second.id)]


async def test_what_is_over_is_gone_and_what_comes_first_is_first(schools: SchoolMaker) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    ada = await school.teacher("ada")
    now = school.site.now()
    late = await announced(school, "Late", starts_at=now + 9 * HOUR)
    soon = await announced(school, "Soon", starts_at=now + HOUR, ends_at=now + 2 * HOUR)
    undated = await announced(school, "Now")

    before = await shown(ada)
    clock.ahead = 3 * HOUR

    assert before == [str(undated.id), str(soon.id), str(late.id)]
    assert await shown(ada) == [str(undated.id), str(late.id)]
    for method, path in (
        ("POST", f"{PATH}/{soon.id}/dismiss"),
        ("PUT", reaction(soon, "👍")),
        ("DELETE", reaction(soon, "👍")),
        ("PUT", f"{PATH}/x/reactions/y"),
        ("POST", f"{PATH}/123/dismiss"),
    ):
        assert (await ada.call(method, path)).status == 404


async def test_reaction_counts_once_and_can_be_taken_back(school: School) -> None:
    ada = await school.teacher("ada")
    item = await announced(school)

    for _ in range(2):
        answer = await ada.put(reaction(item, "❤️"))
        assert (answer.status, answer.json) == (200, {})
    [found] = await ada.reads(PATH)
    assert found["reactions"] == [{"name": "❤️", "count": 1, "me": True}]

    for _ in range(2):
        answer = await ada.delete(reaction(item, "❤️"))
        assert (answer.status, answer.json) == (200, {})
    [found] = await ada.reads(PATH)
    assert found["reactions"] == []


async def test_only_emojis_are_reactions_and_not_too_many(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    item = await announced(school)

    for name in ("no", "oak", "👍👍", "<b>", " "):
        assert (await ada.put(reaction(item, name))).status == 422
    for name in "🍎🍐🍊🍋🍌🍉🍇🍓":
        assert (await ada.put(reaction(item, name))).status == 200
    assert (await ada.put(reaction(item, "🍒"))).status == 422
    assert (await ben.put(reaction(item, "🍎"))).status == 200


async def test_list_costs_no_more_for_many_than_for_few(school: School) -> None:
    ada = await school.teacher("ada")
    first = await announced(school, "One @ada :oak: #one")
    await ada.put(reaction(first, "👍"))

    async def cost() -> int:
        await ada.reads(PATH)
        before = school.site.database.statements
        await ada.reads(PATH)
        return school.site.database.statements - before

    few = await cost()
    for n in range(8):
        item = await announced(school, f"{n} @ada :elm: #two")
        await ada.put(reaction(item, "👍"))

    assert await cost() == few


async def test_those_who_lead_announce_and_nobody_else(school: School) -> None:
    head = await school.teacher("head", role=Role.ADMIN)
    ada = await school.teacher("ada")

    async def viewer(who: Teacher) -> Viewer:
        return await oauth.authenticate(school.site, who.token or "")

    draft = Draft(text="Hello")
    with pytest.raises(Forbidden):
        await announcements.create(school.site, await viewer(ada), draft)
    item = await announcements.create(school.site, await viewer(head), draft)
    with pytest.raises(Forbidden):
        await announcements.delete(school.site, await viewer(ada), item.id)
    with pytest.raises(Forbidden):
        await announcements.everything(school.site, await viewer(ada))
    await announcements.delete(school.site, await viewer(head), item.id)

    assert await shown(ada) == []


async def test_signing_in_and_scopes_are_needed(school: School) -> None:
    item = await announced(school)
    reader = await school.teacher("ada", scopes="read")

    assert (await school.stranger.get(PATH)).status == 401
    assert len(await reader.reads(PATH)) == 1
    assert (await reader.post(f"{PATH}/{item.id}/dismiss")).status == 403
    assert (await reader.put(reaction(item, "👍"))).status == 403


async def test_open_streams_are_told_of_announcements_and_reactions(
    school: School, door: Door
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async with door.listener(ada, "user", "public") as listener:
        item = await announced(school, "Fire drill")
        await school.work()
        told = await listener.hears()
        await ben.put(reaction(item, "🔥"))
        chosen = await listener.hears()
        await ben.put(reaction(item, "🔥"))
        await ben.delete(reaction(item, "🔥"))
        taken_back = await listener.hears()
        await announcements.delete(school.site, OPERATOR, item.id)
        await school.work()
        deleted = await listener.hears()
        await listener.hears_nothing()

    assert (told.stream, told.event) == (["user"], "announcement")
    assert told.payload["id"] == str(item.id)
    assert "read" not in told.payload
    assert chosen.event == taken_back.event == "announcement.reaction"
    assert chosen.payload == {"name": "🔥", "count": 1, "announcement_id": str(item.id)}
    assert taken_back.payload["count"] == 0
    assert (deleted.event, deleted.payload) == ("announcement.delete", str(item.id))


async def test_open_streams_are_told_when_it_is_over(schools: SchoolMaker) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    ada = await school.teacher("ada")
    item = await announced(school, ends_at=school.site.now() + HOUR)
    await school.work()

    async with open_door(school) as door, door.listener(ada, "user") as listener:
        clock.ahead = HOUR + 1_000
        await school.work()
        told = await listener.hears()

    assert (told.event, told.payload) == ("announcement.delete", str(item.id))
