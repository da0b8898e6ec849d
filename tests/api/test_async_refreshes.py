"""Threads that other servers know more of: found in the background, announced to the client."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fedschool.services import remote
from tests.api.contract import check
from tests.conftest import SchoolMaker
from tests.peers import Peer, Person, open_peer
from tests.people import Answer, School, Teacher

MINUTE = 60_000
HEADER = "Mastodon-Async-Refresh"
START = 1_800_000_000_000


@pytest.fixture
def now() -> list[int]:
    return [START]


@pytest.fixture
async def school(schools: SchoolMaker, now: list[int]) -> School:
    return await schools("oak.test", allow_private="localhost", clock=lambda: now[0])


@pytest.fixture
async def alice(school: School) -> Teacher:
    return await school.teacher("alice")


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with open_peer() as opened:
        yield opened


@pytest.fixture
def ada(peer: Peer) -> Person:
    return peer.person("ada")


def collection(uri: str, items: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "id": uri,
        "type": "Collection",
        "first": {"type": "CollectionPage", "items": items},
        **more,
    }


async def thread(school: School, ada: Person, answers: list[Any]) -> str:
    """A post of the peer's with these `replies`; its id here."""
    note = ada.note("How do you teach fractions?")
    note["replies"] = collection(f"{note['id']}/replies", answers)
    ada.peer.serve(note["id"], note)
    return str((await remote.fetch_status(school.site, note["id"])).id)


async def opened(teacher: Teacher, status: str) -> Answer:
    return await teacher.get(f"/api/v1/statuses/{status}/context")


def contents(answer: Answer) -> list[str]:
    return [item["content"] for item in answer.json["descendants"]]


async def test_answers_that_we_missed_are_found_in_the_background(
    school: School, alice: Teacher, ada: Person
) -> None:
    eve = ada.peer.person("eve")
    first = eve.note("With pizza")
    deeper = ada.note("Which one?", inReplyTo=first["id"])
    first["replies"] = collection(f"{first['id']}/replies", [deeper["id"]])
    status = await thread(school, ada, [first["id"]])
    note = await alice.reads(f"/api/v1/statuses/{status}")
    first["inReplyTo"] = note["uri"]

    before = await opened(alice, status)
    refresh = re.fullmatch(r'id="(\d+)", retry=(\d+), result_count=0', before.headers[HEADER])
    assert refresh is not None
    running = await alice.get(f"/api/v1_alpha/async_refreshes/{refresh[1]}")
    await school.work()
    finished = await alice.get(f"/api/v1_alpha/async_refreshes/{refresh[1]}")
    after = await opened(alice, status)

    check("GET", "/api/v1_alpha/async_refreshes/{id}", running)
    assert running.json["async_refresh"]["status"] == "running"
    assert finished.json["async_refresh"] == {
        "id": refresh[1],
        "status": "finished",
        "result_count": 2,
    }
    assert contents(before) == []
    assert contents(after) == ["<p>With pizza</p>", "<p>Which one?</p>"]
    assert HEADER not in after.headers


async def test_one_search_serves_everybody_for_a_quarter_of_an_hour(
    school: School, alice: Teacher, ada: Person, now: list[int]
) -> None:
    bob = await school.teacher("bob")
    status = await thread(school, ada, [])

    first, second = await opened(alice, status), await opened(bob, status)
    await school.work()
    now[0] += 14 * MINUTE
    third = await opened(bob, status)
    now[0] += 2 * MINUTE
    fourth = await opened(bob, status)

    assert first.headers[HEADER] == second.headers[HEADER]
    assert HEADER not in third.headers
    assert fourth.headers[HEADER] != first.headers[HEADER]


async def test_strangers_and_own_posts_set_nothing_in_motion(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await thread(school, ada, [])
    mine = await alice.says("my own thread")

    by_stranger = await school.stranger.get(f"/api/v1/statuses/{status}/context")
    own = await opened(alice, mine["id"])

    assert HEADER not in by_stranger.headers
    assert HEADER not in own.headers


async def test_only_what_the_origin_says_is_believed(
    school: School, alice: Teacher, ada: Person
) -> None:
    async with open_peer() as liar:
        mallory = liar.person("mallory")
        forged = mallory.note("I never wrote that")
        forged["attributedTo"] = ada.uri
        liar.serve(forged["id"], forged)
        embedded = {**ada.note("real"), "content": "<p>not real</p>"}
        status = await thread(school, ada, [forged["id"], embedded, 7, None, "nonsense"])
        root = await alice.reads(f"/api/v1/statuses/{status}")
        served = {**embedded, "content": "<p>real</p>", "inReplyTo": root["uri"]}
        ada.peer.serve(embedded["id"], served)

        await opened(alice, status)
        await school.work()

        assert contents(await opened(alice, status)) == ["<p>real</p>"]


async def test_endless_collection_comes_to_an_end(
    school: School, alice: Teacher, ada: Person
) -> None:
    note = ada.note("Endless")
    uri = f"{note['id']}/replies"
    page = {"id": f"{uri}?p", "type": "CollectionPage", "items": [], "next": f"{uri}?p"}
    note["replies"] = collection(uri, [], first=f"{uri}?p")
    ada.peer.serve(note["id"], note)
    ada.peer.serve(f"{uri}?p", page)
    status = str((await remote.fetch_status(school.site, note["id"])).id)

    await opened(alice, status)
    await school.work()

    asked = [path for path in ada.peer.asked if path.endswith("?p")]
    assert 1 <= len(asked) <= 6


async def test_unknown_refresh_is_not_found(school: School, alice: Teacher) -> None:
    assert (await alice.get("/api/v1_alpha/async_refreshes/1")).status == 404
    assert (await school.stranger.get("/api/v1_alpha/async_refreshes/1")).status == 401
