"""Polls across servers: questions and votes, both ways, and how counts travel."""

import time
from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.conftest import SchoolMaker
from tests.federation.stories import follows, is_followed, known, notified, seen
from tests.peers import Peer, Person, moment
from tests.people import School, Teacher

HOUR = 3_600
MINUTES = 60


class Watch:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead * 1000


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def school(schools: SchoolMaker, watch: Watch) -> School:
    return await schools("oak.test", allow_private="localhost", clock=watch)


async def asks(teacher: Teacher, **more: Any) -> dict[str, Any]:
    poll = {"options": ["Tea", "Coffee"], "expires_in": HOUR, **more}
    return await teacher.says("What shall we drink?", poll=poll)


def ballot(person: Person, status: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    """A vote as other servers send it."""
    uri = person.peer.uri("votes")
    return person.activity(
        "Create",
        {
            "id": uri,
            "type": "Note",
            "name": name,
            "attributedTo": person.uri,
            "inReplyTo": status["uri"],
            "to": "https://oak.test/users/alice",
            **more,
        },
        to="https://oak.test/users/alice",
    )


def options(*votes: int, names: tuple[str, ...] = ("Tea", "<i>Coffee</i>")) -> list[dict[str, Any]]:
    return [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": count}}
        for name, count in zip(names, votes, strict=True)
    ]


def question(person: Person, **more: Any) -> dict[str, Any]:
    """A public question of the peer's person, open for an hour."""
    return person.note(
        "What shall we drink?",
        **{
            "type": "Question",
            "oneOf": options(3, 1),
            "votersCount": 4,
            "endTime": moment(-HOUR * 1000),
            **more,
        },
    )


def counts(status: dict[str, Any]) -> list[int | None]:
    return [option["votes_count"] for option in status["poll"]["options"]]


async def asked_by(school: School, alice: Teacher, ada: Person, **more: Any) -> dict[str, Any]:
    """Alice follows ada and sees her question, as the API shows it."""
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(question(ada, **more)))
    [status] = await seen(alice, account)
    return status


async def test_question_goes_out_with_its_options_and_end(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)

    status = await asks(alice)
    await school.work()

    [create] = peer.told("Create")
    document = create["object"]
    assert document["type"] == "Question"
    assert document["content"] == "<p>What shall we drink?</p>"
    assert document["oneOf"] == options(0, 0, names=("Tea", "Coffee"))
    assert document["endTime"] == status["poll"]["expires_at"].replace(".000Z", "Z")
    assert (document["votersCount"], "closed" in document) == (0, False)
    several = await asks(alice, multiple=True, hide_totals=True)
    served = (await ada.asks(school, f"/users/alice/statuses/{several['id']}")).json
    assert served["anyOf"] == [
        {"type": "Note", "name": name, "replies": {"type": "Collection"}}
        for name in ("Tea", "Coffee")
    ]


async def test_votes_that_arrive_are_counted_and_their_sum_is_told_once(
    school: School, peer: Peer, alice: Teacher, ada: Person, watch: Watch
) -> None:
    await is_followed(school, alice, ada)
    status = await asks(alice)
    ben = await school.teacher("ben")

    await ada.tells(school, ballot(ada, status, "Coffee"))
    await peer.person("eve").tells(school, ballot(peer.person("eve"), status, "Coffee"))
    await ben.does(f"/api/v1/polls/{status['id']}/votes", choices=[0])

    poll = (await alice.reads(f"/api/v1/statuses/{status['id']}"))["poll"]
    assert [option["votes_count"] for option in poll["options"]] == [1, 2]
    assert poll["voters_count"] == 3
    assert await notified(alice) == ["follow"]
    assert (await alice.reads(f"/api/v1/statuses/{status['id']}"))["replies_count"] == 0
    assert peer.told("Update") == []

    watch.ahead = 4 * MINUTES
    await school.work()
    [update] = peer.told("Update")
    assert update["object"]["oneOf"] == options(1, 2, names=("Tea", "Coffee"))
    assert update["object"]["votersCount"] == 3
    assert "updated" not in update["object"]

    watch.ahead = 8 * MINUTES
    await school.work()
    assert len(peer.told("Update")) == 1


async def test_votes_that_do_not_count(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person, watch: Watch
) -> None:
    status = await asks(alice)
    private = await asks(alice)
    hidden = await alice.says(
        "For followers", visibility="private", poll={"options": ["A", "B"], "expires_in": HOUR}
    )
    eve = other_peer.person("eve")
    await ada.tells(school, ballot(ada, status, "Coffee"))

    await ada.tells(school, ballot(ada, status, "Coffee"))
    await ada.tells(school, ballot(ada, status, "Tea"))
    await ada.tells(school, ballot(ada, status, "Water"))
    await ada.tells(school, ballot(ada, hidden, "A"))
    await ada.tells(school, ballot(ada, {"uri": "https://oak.test/users/alice/statuses/1"}, "A"))
    await eve.tells(school, ballot(eve, status, "Tea", attributedTo=ada.uri))
    await eve.tells(school, ballot(eve, status, "Tea", id=f"{peer.origin}/votes/forged"))
    watch.ahead = HOUR
    await eve.tells(school, ballot(eve, private, "Tea"))

    assert counts(await alice.reads(f"/api/v1/statuses/{status['id']}")) == [0, 1]
    assert counts(await alice.reads(f"/api/v1/statuses/{private['id']}")) == [0, 0]
    assert counts(await alice.reads(f"/api/v1/statuses/{hidden['id']}")) == [0, 0]


async def test_of_several_options_each_comes_as_a_vote_of_its_own(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await asks(alice, multiple=True)

    await ada.tells(school, ballot(ada, status, "Tea"))
    await ada.tells(school, ballot(ada, status, "Coffee"))
    await ada.tells(school, ballot(ada, status, "Coffee"))

    poll = (await alice.reads(f"/api/v1/statuses/{status['id']}"))["poll"]
    assert [option["votes_count"] for option in poll["options"]] == [1, 1]
    assert poll["voters_count"] == 1


async def test_end_is_told_to_followers_and_voters(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person, watch: Watch
) -> None:
    await is_followed(school, alice, ada)
    eve = other_peer.person("eve")
    status = await asks(alice, hide_totals=True)
    await eve.tells(school, ballot(eve, status, "Tea"))

    watch.ahead = HOUR + 1
    await school.work()

    for told in (peer, other_peer):
        [update] = told.told("Update")
        assert update["object"]["closed"] == update["object"]["endTime"]
        assert update["object"]["oneOf"] == options(1, 0, names=("Tea", "Coffee"))
    assert await notified(alice) == ["poll", "follow"]


async def test_remote_question_is_shown_as_a_poll(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await asked_by(school, alice, ada)

    poll = status["poll"]
    assert status["content"] == "<p>What shall we drink?</p>"
    assert [option["title"] for option in poll["options"]] == ["Tea", "<i>Coffee</i>"]
    assert (counts(status), poll["votes_count"], poll["voters_count"]) == ([3, 1], 4, 4)
    assert (poll["multiple"], poll["expired"], poll["voted"]) == (False, False, False)


async def test_vote_goes_to_the_author_alone(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    status = await asked_by(school, alice, ada)

    poll = await alice.does(f"/api/v1/polls/{status['poll']['id']}/votes", choices=[1])
    again = await alice.post(f"/api/v1/polls/{status['poll']['id']}/votes", json={"choices": [0]})
    await school.work()

    assert ([option["votes_count"] for option in poll["options"]], poll["own_votes"]) == (
        [3, 2],
        [1],
    )
    assert again.status == 422
    [create] = peer.told("Create")
    vote = create["object"]
    assert (vote["type"], vote["name"], vote["inReplyTo"]) == (
        "Note", "<i>Coffee</i>", status["uri"],
    )  # fmt: skip
    assert vote["attributedTo"] == create["actor"] == "https://oak.test/users/alice"
    assert vote["to"] == create["to"] == [ada.uri]
    assert "cc" not in create
    assert "content" not in vote


async def test_counts_that_arrive_replace_ours(
    school: School, alice: Teacher, ada: Person, watch: Watch
) -> None:
    note = question(ada)
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))

    for votes, voters in (((7, 5), 12), ((8, 5), 13)):
        fresh = {**note, "oneOf": options(*votes), "votersCount": voters}
        await ada.tells(school, ada.activity("Update", fresh, to=[PUBLIC]))

    [status] = await seen(alice, account)
    assert (counts(status), status["poll"]["voters_count"]) == ([8, 5], 13)
    assert status["edited_at"] is None
    eve = ada.peer.person("eve")
    forged = {**note, "oneOf": options(99, 0)}
    await eve.tells(school, eve.activity("Update", forged, to=[PUBLIC]))
    assert counts((await seen(alice, account))[0]) == [8, 5]


async def test_other_options_make_another_poll(school: School, alice: Teacher, ada: Person) -> None:
    note = question(ada, published=moment(HOUR * 1000))
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))
    [status] = await seen(alice, account)
    await alice.does(f"/api/v1/polls/{status['id']}/votes", choices=[0])

    changed = {**note, "oneOf": options(0, 0, names=("Milk", "Water")), "updated": moment()}
    await ada.tells(school, ada.activity("Update", changed, to=[PUBLIC]))

    [status] = await seen(alice, account)
    assert [option["title"] for option in status["poll"]["options"]] == ["Milk", "Water"]
    assert (status["poll"]["own_votes"], counts(status)) == ([], [0, 0])
    history = await alice.reads(f"/api/v1/statuses/{status['id']}/history")
    assert [version["poll"]["options"][0]["title"] for version in history] == ["Tea", "Milk"]


async def test_end_of_a_remote_poll_brings_its_last_counts_and_tells_who_voted_here(
    school: School, alice: Teacher, ada: Person, watch: Watch
) -> None:
    note = question(ada)
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))
    [status] = await seen(alice, account)
    await alice.does(f"/api/v1/polls/{status['id']}/votes", choices=[0])
    ada.peer.serve(note["id"], {**note, "oneOf": options(20, 2), "votersCount": 22})

    watch.ahead = HOUR + 1
    await school.work()

    [status] = await seen(alice, account)
    assert (counts(status), status["poll"]["expired"]) == ([20, 2], True)
    assert await notified(alice) == ["poll"]


async def test_poll_that_its_author_closes_is_over(
    school: School, alice: Teacher, ada: Person
) -> None:
    note = question(ada)
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))
    [status] = await seen(alice, account)
    await alice.does(f"/api/v1/polls/{status['id']}/votes", choices=[0])

    closed = {**note, "closed": moment()}
    await ada.tells(school, ada.activity("Update", closed, to=[PUBLIC]))

    [status] = await seen(alice, account)
    assert status["poll"]["expired"] is True
    assert await notified(alice) == ["poll"]
    late = await alice.post(f"/api/v1/polls/{status['id']}/votes", json={"choices": [1]})
    assert late.json == {"error": "The poll has already ended"}


@pytest.mark.parametrize(
    "more",
    [
        {"endTime": moment(HOUR * 1000)},
        {"closed": moment(1000)},
        {"endTime": None, "closed": moment(1000)},
    ],
)
async def test_poll_that_is_over_when_it_arrives(
    school: School, alice: Teacher, ada: Person, more: dict[str, Any]
) -> None:
    status = await asked_by(school, alice, ada, **more)

    assert status["poll"]["expired"] is True
    assert status["poll"]["expires_at"] is not None


async def test_poll_without_an_end_or_a_count_of_voters(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await asked_by(school, alice, ada, endTime=None, votersCount=None)

    voted = await alice.does(f"/api/v1/polls/{status['id']}/votes", choices=[1])

    assert (voted["expires_at"], voted["expired"], voted["voters_count"]) == (None, False, None)


async def test_deleted_poll_leaves_nothing_to_do(
    school: School, alice: Teacher, ada: Person, watch: Watch
) -> None:
    account = await known(school, ada)
    note = question(ada, cc=[ada.followers, "https://oak.test/users/alice"])
    await ada.tells(school, ada.creates(note))
    [status] = await seen(alice, account)
    await alice.does(f"/api/v1/polls/{status['id']}/votes", choices=[0])

    await ada.tells(school, ada.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    watch.ahead = HOUR + 1
    await school.work()

    assert await seen(alice, account) == []
    assert await notified(alice) == []
