"""Favourites, boosts and pins that arrive: counted once, taken back by who did them."""

from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.federation.stories import follows, home, is_followed, known, notified, seen
from tests.peers import Peer, Person
from tests.people import School, Teacher


async def counts(teacher: Teacher, status: dict[str, Any]) -> tuple[int, int]:
    """Favourites and boosts of a status."""
    shown = await teacher.reads(f"/api/v1/statuses/{status['id']}")
    return shown["favourites_count"], shown["reblogs_count"]


# Favourites


@pytest.mark.parametrize("kind", ["Like", "EmojiReact"])
async def test_a_favourite_is_counted_once_and_told(
    school: School, alice: Teacher, ada: Person, kind: str
) -> None:
    status = await alice.says("Good")

    for _ in range(2):
        await ada.tells(school, ada.activity(kind, status["uri"], content="⭐"))

    assert await counts(alice, status) == (1, 0)
    assert await notified(alice) == ["favourite"]


@pytest.mark.parametrize("named", [True, False])
async def test_a_favourite_is_taken_back(
    school: School, alice: Teacher, ada: Person, named: bool
) -> None:
    status = await alice.says("Good")
    like = ada.activity("Like", status["uri"])
    await ada.tells(school, like)

    await ada.tells(school, ada.activity("Undo", like["id"] if named else like))

    assert await counts(alice, status) == (0, 0)
    assert await notified(alice) == []


async def test_nobody_takes_back_what_another_did(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    status = await alice.says("Good")
    like = ada.activity("Like", status["uri"])
    boost = ada.activity("Announce", status["uri"], to=[PUBLIC])
    for each in (like, boost):
        await ada.tells(school, each)
    eve = peer.person("eve")

    for each in (like, boost):
        await eve.tells(school, eve.activity("Undo", each))
        await eve.tells(school, eve.activity("Undo", each["id"]))

    assert await counts(alice, status) == (1, 1)


async def test_nobody_likes_or_boosts_what_they_may_not_see(
    school: School, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)
    secret = await alice.says("For followers", visibility="private")
    spoilt = await alice.says("For nobody in particular", visibility="direct")

    for status in (secret, spoilt):
        for kind in ("Like", "Announce"):
            await ada.tells(school, ada.activity(kind, status["uri"], to=[PUBLIC]))
        assert await counts(alice, status) == (0, 0)

    assert await notified(alice) == []


async def test_a_follower_may_like_a_private_post_and_not_boost_it(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    secret = await alice.says("For followers", visibility="private")

    for kind in ("Like", "Announce"):
        await ada.tells(school, ada.activity(kind, secret["uri"], to=[PUBLIC]))

    assert await counts(alice, secret) == (1, 0)


async def test_whom_a_teacher_blocked_does_nothing_with_her_posts(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    status = await alice.says("Good")
    await alice.does(f"/api/v1/accounts/{account}/block")

    for kind in ("Like", "Announce"):
        await ada.tells(school, ada.activity(kind, status["uri"], to=[PUBLIC]))

    assert await counts(alice, status) == (0, 0)


# Boosts


async def test_a_boost_is_counted_once_told_and_taken_back(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await alice.says("Good")
    boost = ada.activity("Announce", status["uri"], to=[PUBLIC], cc=[ada.followers])
    again = ada.activity("Announce", status["uri"], to=[PUBLIC])
    for each in (boost, again):
        await ada.tells(school, each)
    before = (await counts(alice, status), await notified(alice))

    await ada.tells(school, ada.activity("Undo", boost))

    assert before == ((0, 1), ["reblog"])
    assert await counts(alice, status) == (0, 0)
    assert await notified(alice) == []


async def test_a_boosted_post_of_a_stranger_is_fetched_from_its_own_server(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = other_peer.person("bert").note("Worth reading")
    forged = note | {"content": "Not what Bert wrote"}

    await ada.tells(school, ada.activity("Announce", forged, to=[PUBLIC]))

    [boost] = await alice.reads("/api/v1/timelines/home")
    assert boost["reblog"]["uri"] == note["id"]
    assert boost["reblog"]["content"] == "<p>Worth reading</p>"


async def test_boosts_by_people_whom_nobody_follows_are_left(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    note = other_peer.person("bert").note("Worth reading")

    await ada.tells(school, ada.activity("Announce", note["id"], to=[PUBLIC]))

    assert other_peer.asked == []


async def test_a_private_post_is_not_spread_by_boosts(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    bert = other_peer.person("bert")
    account = await follows(school, alice, bert)
    await follows(school, bob, ada)
    note = bert.note("For followers", to=[bert.followers])
    await bert.tells(school, bert.creates(note))

    await ada.tells(school, ada.activity("Announce", note["id"], to=[PUBLIC]))

    assert len(await seen(alice, account)) == 1
    assert await home(bob) == []


async def test_a_boost_that_was_undone_first_does_not_come(
    school: School, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)
    status = await alice.says("Good")
    boost = ada.activity("Announce", status["uri"], to=[PUBLIC])

    await ada.tells(school, ada.activity("Undo", boost | {"object": "https://x.example/1"}))
    await ada.tells(school, boost)

    assert await counts(alice, status) == (0, 0)


async def test_a_boost_of_a_boost_is_none(school: School, alice: Teacher, ada: Person) -> None:
    bob = await school.teacher("bob")
    status = await alice.says("Good")
    boost = await bob.does(f"/api/v1/statuses/{status['id']}/reblog")

    await ada.tells(school, ada.activity("Announce", boost["uri"], to=[PUBLIC]))
    await ada.tells(school, ada.activity("Like", boost["uri"]))

    assert await counts(alice, status) == (0, 1)


# Pins


async def pinned(teacher: Teacher, account: str) -> list[str]:
    shown = await teacher.reads(f"/api/v1/accounts/{account}/statuses?pinned=true")
    return [status["uri"] for status in shown]


async def test_the_author_pins_and_unpins(school: School, alice: Teacher, ada: Person) -> None:
    account = await follows(school, alice, ada)
    note = ada.note("Read me first")
    featured = f"{ada.uri}/featured"

    await ada.tells(school, ada.activity("Add", note["id"], target=featured))
    before = await pinned(alice, account)
    await ada.tells(school, ada.activity("Remove", note["id"], target=featured))

    assert before == [note["id"]]
    assert await pinned(alice, account) == []


async def test_nobody_pins_to_another_s_profile(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    note = ada.note("Not for pinning")
    await ada.tells(school, ada.creates(note))
    eve = peer.person("eve")
    other = eve.note("Buy this")

    for uri in (note["id"], other["id"]):
        await eve.tells(school, eve.activity("Add", uri, target=f"{ada.uri}/featured"))
        await eve.tells(school, eve.activity("Add", uri, target=f"{eve.uri}/featured"))
    await ada.tells(school, ada.activity("Add", other["id"], target=f"{ada.uri}/featured"))

    assert await pinned(alice, account) == []
