"""What breaks real clients when they read: neighbours of pages, threads, streams, odd hosts."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fedschool.services import oauth, users
from fedschool.settings import Federation
from tests.conftest import SchoolMaker
from tests.people import ALL_SCOPES, Answer, School, Teacher
from tests.streams import open_door

APP = {"client_name": "Pine", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}


@pytest.fixture
async def ada(school: School) -> Teacher:
    return await school.teacher("ada")


async def crowd(school: School, ada: Teacher) -> str:
    """A post of ada's, and two people who like and quote it; she keeps them in every list."""
    await ada.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    post = str((await ada.says("Hello", quote_approval_policy="public"))["id"])
    people = [await school.teacher(name) for name in ("ben", "cleo")]
    reading_list = await ada.does("/api/v1/lists", title="All")
    for who in people:
        for deed in ("favourite", "reblog"):
            await who.does(f"/api/v1/statuses/{post}/{deed}")
        await who.does(f"/api/v1/accounts/{ada.id}/follow")
        await who.says("See this", quoted_status_id=post)
        await ada.does(f"/api/v1/accounts/{who.id}/follow")
        await ada.does(f"/api/v1/accounts/{who.id}/endorse")
        await ada.does(f"/api/v1/lists/{reading_list['id']}/accounts", account_ids=[who.id])
        await ada.does("/api/v1/tags/" + who.name + "/follow")
        await ada.does("/api/v1/domain_blocks", domain=f"{who.name}.example")
        await ada.does("/api/v1/statuses/" + (await who.says("#x"))["id"] + "/bookmark")
    await school.work()
    return post


def neighbours(answer: Answer) -> list[tuple[str, str]]:
    """The `rel`s of a Link header in order, each with its address."""
    parts = answer.headers["Link"].split(", ")
    pairs = [part.removeprefix("<").removesuffix('"').split('>; rel="') for part in parts]
    return [(rel, url) for url, rel in pairs]


BACK = {
    "/api/v1/endorsements": "since_id",
    "/api/v1/follow_requests": "since_id",
    "/api/v1/followed_tags": "since_id",
    "/api/v1/lists/{list}/accounts": "since_id",
    "/api/v1/statuses/{post}/favourited_by": "since_id",
    "/api/v1/statuses/{post}/reblogged_by": "since_id",
    "/api/v1/statuses/{post}/quotes": "since_id",
    "/api/v1/domain_blocks": "since_id",
    "/api/v1/timelines/home": "min_id",
    "/api/v1/timelines/public": "min_id",
    "/api/v1/timelines/tag/x": "min_id",
    "/api/v1/notifications": "min_id",
    "/api/v2/notifications": "min_id",
    "/api/v1/bookmarks": "min_id",
    "/api/v1/accounts/{ada}/following": "min_id",
}


async def test_pages_lead_on_first_and_back_as_clients_expect(school: School, ada: Teacher) -> None:
    post = await crowd(school, ada)
    [reading_list] = await ada.reads("/api/v1/lists")

    for path, back in BACK.items():
        place = path.format(post=post, list=reading_list["id"], ada=ada.id)
        first = await ada.get(f"{place}?limit=1&lang=en")
        (on, after), (before, newer) = neighbours(first)
        second = await ada.get(after.removeprefix("https://oak.test"))
        none = await ada.get(newer.removeprefix("https://oak.test"))

        assert (on, before) == ("next", "prev")
        for url, cursor in ((after, "max_id"), (newer, back)):
            asked = parse_qs(urlsplit(url).query)
            assert url.startswith(f"https://oak.test{place}?")
            assert set(asked) == {"limit", "lang", cursor}, path
        assert second.json, path
        assert second.json != first.json
        assert none.status == 200
        assert "Link" not in none.headers


async def thread(ada: Teacher, above: int, below: int) -> tuple[str, list[str]]:
    """A post with so many before it in a row, and so many answers: its id, and theirs."""
    last: dict[str, Any] = await ada.says("The first")
    for number in range(above):
        last = await ada.says(f"On {number}", in_reply_to_id=last["id"])
    post = str(last["id"])
    answers = [await ada.says(f"Re {n}", in_reply_to_id=post) for n in range(below)]
    return post, [answer["id"] for answer in answers]


async def test_strangers_read_a_part_of_a_long_thread(school: School, ada: Teacher) -> None:
    post, _ = await thread(ada, above=42, below=62)
    path = f"/api/v1/statuses/{post}/context"

    for who, before, after in ((school.stranger, 40, 60), (ada, 42, 62)):
        around = (await who.get(path)).json
        assert (len(around["ancestors"]), len(around["descendants"])) == (before, after)
        assert around["ancestors"][-1]["id"] < post


async def test_strangers_read_a_deep_thread_so_far(school: School, ada: Teacher) -> None:
    root = await ada.says("The first")
    last = root
    for number in range(22):
        last = await ada.says(f"On {number}", in_reply_to_id=last["id"])
    path = f"/api/v1/statuses/{root['id']}/context"

    assert len((await school.stranger.get(path)).json["descendants"]) == 20
    assert len((await ada.reads(path))["descendants"]) == 22


async def test_what_is_public_is_read_without_a_token(school: School, ada: Teacher) -> None:
    post = await ada.says("Hello #maths")
    private = await ada.says("For followers", visibility="private")
    one = f"/api/v1/statuses/{post['id']}"

    for path in (
        "/api/v1/timelines/public", "/api/v1/timelines/public?local=true",
        "/api/v1/timelines/tag/maths", f"/api/v1/accounts/{ada.id}",
        f"/api/v1/accounts/{ada.id}/statuses", "/api/v1/accounts/lookup?acct=ada", one,
        f"{one}/context", f"{one}/history", f"{one}/favourited_by", f"{one}/card",
        f"/api/v1/accounts/{ada.id}/followers", "/api/v1/tags/maths", "/api/v1/custom_emojis",
        "/api/v1/directory", "/api/v1/trends/tags", "/api/v2/search?q=ada",
    ):  # fmt: skip
        answer = await school.stranger.get(path)
        assert answer.status in ((200, 404) if path.endswith("/card") else (200,)), path
        assert "For followers" not in answer.text
    assert (await school.stranger.get(f"/api/v1/statuses/{private['id']}")).status == 404
    closed = await school.stranger.get("/api/v1/timelines/home")
    assert closed.status == 401
    assert closed.json["error"]


async def test_streamed_posts_tell_what_is_filtered(school: School, ada: Teacher) -> None:
    ben = await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    async with open_door(school) as door, door.listener(ada, "user") as heard:
        made = await ada.does(
            "/api/v2/filters",
            title="Exams",
            context=["home"],
            keywords_attributes=[{"keyword": "exam", "whole_word": True}],
        )
        changed = await heard.raw()
        await ben.says("An exam")
        await school.work()
        update = await heard.hears()

    assert changed == {"stream": ["user"], "event": "filters_changed"}
    [result] = update.payload["filtered"]
    assert result["filter"]["id"] == made["id"]
    assert result["keyword_matches"] == ["exam"]


async def test_who_asks_for_no_scope_may_read(school: School) -> None:
    silent = await school.stranger.post("/api/v1/apps", json=APP)
    old = await school.stranger.post("/api/v1/apps", json={**APP, "scopes": "read write follow"})

    assert silent.json["scopes"] == ["read"]
    assert old.json["scopes"] == ["read", "write", "follow"]


@pytest.mark.parametrize("federation", list(Federation))
async def test_instance_is_shown_to_anybody_however_closed(
    schools: SchoolMaker, federation: Federation
) -> None:
    school = await schools(federation=federation, registrations="closed")

    for path in ("/api/v1/instance", "/api/v2/instance", "/.well-known/nodeinfo", "/nodeinfo/2.0"):
        assert (await school.stranger.get(path)).status == 200


async def test_port_is_a_part_of_the_name(schools: SchoolMaker) -> None:
    school = await schools("oak.test:9466")
    ada = await oak_teacher(school, "ada")
    for path in ("lookup?acct=ada@oak.test:9466", "lookup?acct=@ada@oak.test:9466"):
        found = await ada.reads(f"/api/v1/accounts/{path}")
        assert (found["id"], found["acct"]) == (ada.id, "ada")

    named = await ada.says("Dear @ada@oak.test:9466, and @ada@oak.test:1234")
    other = await ada.get("/api/v1/accounts/lookup?acct=ada@oak.test:1234")

    assert [who["acct"] for who in named["mentions"]] == ["ada"]
    assert named["url"].startswith("https://oak.test:9466/@ada/")
    assert other.status == 404


async def oak_teacher(school: School, name: str) -> Teacher:
    """Somebody whose mail has no port."""
    account = await users.create_by_admin(
        school.site, username=name, email=f"{name}@oak.test", password="correct-horse"
    )
    token = await oauth.token_for(school.site, username=name, scopes=ALL_SCOPES)
    return Teacher(school.app.test_client(), token, name, account.id)
