"""Servers that understand only one way of signing are spoken to in that way."""

from tests.federation.stories import is_followed, known
from tests.peers import Peer, Person
from tests.people import School, Teacher


async def test_the_older_way_comes_first_and_is_enough(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)

    await alice.says("Good morning")
    await school.work()

    assert len(peer.told("Create")) == 1
    assert set(peer.ways) == {"cavage"}


async def test_a_server_that_knows_the_newer_way_alone_is_found_out_once(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    peer.only = "rfc9421"

    await is_followed(school, alice, ada)
    found_out = list(peer.ways)
    await alice.says("Good morning")
    await alice.says("Good evening")
    await school.work()

    assert found_out[:2] == ["cavage", "rfc9421"]
    assert found_out.count("cavage") == 1
    assert len(peer.told("Accept")) == 1
    assert len(peer.told("Create")) == 2
    assert set(peer.ways[len(found_out) :]) == {"rfc9421"}


async def test_a_server_that_goes_back_to_the_older_way_is_followed(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    school.site.keyring.ways.put(peer.host, "rfc9421")
    peer.only = "cavage"

    await alice.says("Good morning")
    await school.work()

    assert len(peer.told("Create")) == 1
    assert school.site.keyring.ways.get(peer.host) == "cavage"


async def test_a_server_that_refuses_everything_is_not_asked_twice_each_time(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    peer.ways.clear()
    peer.only = "neither"

    for _ in range(3):
        await alice.says("Good morning")
    await school.work()

    assert sorted(peer.ways) == ["cavage"] * 3 + ["rfc9421"]


async def test_documents_are_asked_for_in_the_newer_way_too(
    school: School, peer: Peer, ada: Person
) -> None:
    peer.only = "rfc9421"

    await known(school, ada)

    assert peer.ways == ["cavage", "rfc9421"]
