"""Threads of posts that arrive: answers before what they answer, and answers that go in circles."""

import time
from itertools import count
from typing import Any

from tests.conftest import SchoolMaker
from tests.federation.stories import follows, seen
from tests.peers import Peer, Person
from tests.people import School, Teacher

Status = dict[str, Any]


async def thread(teacher: Teacher, status: Status) -> tuple[list[str], list[str]]:
    """The URIs before and after a status."""
    context = await teacher.reads(f"/api/v1/statuses/{status['id']}/context")
    before, after = context["ancestors"], context["descendants"]
    return [item["uri"] for item in before], [item["uri"] for item in after]


async def by_uri(teacher: Teacher, account: str) -> dict[str, Status]:
    return {status["uri"]: status for status in await seen(teacher, account)}


async def test_a_post_that_answers_itself_is_a_thread_of_one(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    note = ada.note("I agree with myself")
    note["inReplyTo"] = note["id"]

    await ada.tells(school, ada.creates(note))

    [status] = await seen(alice, account)
    assert status["replies_count"] == 0
    assert await thread(alice, status) == ([], [])


async def test_posts_that_answer_each_other_are_a_thread_with_an_end(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    notes = [ada.note(text) for text in ("egg", "hen", "chick")]
    for note, answered in zip(notes, [*notes[1:], notes[0]], strict=True):
        note["inReplyTo"] = answered["id"]

    for note in notes:
        await ada.tells(school, ada.creates(note))

    statuses = await by_uri(alice, account)
    assert set(statuses) == {note["id"] for note in notes}
    for uri, status in statuses.items():
        before, after = await thread(alice, status)
        assert uri not in (*before, *after)
        assert len({*before, *after}) == len(before) + len(after)


async def test_answers_that_came_first_are_counted_once_what_they_answer_comes(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    first = ada.note("Who has a globe?")
    document = peer.paths.pop(first["id"].removeprefix(peer.origin)).document
    answer = ada.note("I do", inReplyTo=first["id"])
    await ada.tells(school, ada.creates(answer))
    assert document is not None

    await ada.tells(school, ada.creates(document))

    status = (await by_uri(alice, account))[first["id"]]
    assert status["replies_count"] == 1
    assert await thread(alice, status) == ([], [answer["id"]])

    await ada.tells(school, ada.activity("Delete", {"id": answer["id"], "type": "Tombstone"}))

    status = (await by_uri(alice, account))[first["id"]]
    assert status["replies_count"] == 0


async def test_a_server_that_answers_slowly_is_not_asked_for_a_whole_thread(
    schools: SchoolMaker, peer: Peer
) -> None:
    ticks = count(time.time_ns() // 1_000_000, 2_000)
    school = await schools("oak.test", allow_private="localhost", clock=lambda: next(ticks))
    alice, ada = await school.teacher("alice"), peer.person("ada")
    account = await follows(school, alice, ada)
    notes = [ada.note("first")]
    for _ in range(20):
        notes.append(ada.note("next", inReplyTo=notes[-1]["id"]))
    peer.asked.clear()

    await ada.tells(school, ada.creates(notes[-1]))

    assert notes[-1]["id"] in await by_uri(alice, account)
    assert 1 <= len([path for path in peer.asked if path.startswith("/notes/")]) <= 11
