"""Groups of other servers pass on what their members do: believed no further than it is true."""

from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.federation.stories import follows, home, known, seen
from tests.peers import Peer, Person
from tests.people import School, Teacher


@pytest.fixture
def maths(peer: Peer) -> Person:
    """A group for teachers of mathematics."""
    return peer.person("maths", type="Group")


@pytest.fixture
def bert(other_peer: Peer) -> Person:
    """A member of the group, on a third server."""
    return other_peer.person("bert")


def page(author: Person, title: str, **more: Any) -> dict[str, Any]:
    return author.note("Fractions with cake", type="Page", name=title, **more)


def passed_on(group: Person, activity: dict[str, Any]) -> dict[str, Any]:
    return group.activity("Announce", activity, to=[PUBLIC], cc=[group.followers])


async def test_what_a_member_posts_is_shown_as_the_group_s_boost(
    school: School, alice: Teacher, maths: Person, bert: Person
) -> None:
    await follows(school, alice, maths)
    written = page(bert, "An idea for Monday")
    forged = bert.creates(written) | {"object": written | {"name": "Not what Bert wrote"}}

    await maths.tells(school, passed_on(maths, forged))
    await maths.tells(school, maths.activity("Announce", written["id"], to=[PUBLIC]))

    [boost] = await alice.reads("/api/v1/timelines/home")
    assert boost["account"]["acct"] == maths.handle
    assert boost["account"]["group"] is True
    assert boost["reblog"]["account"]["acct"] == bert.handle
    assert "An idea for Monday" in boost["reblog"]["content"]
    assert "Not what Bert wrote" not in boost["reblog"]["content"]


async def test_answers_in_a_group_join_their_thread_alone(
    school: School, alice: Teacher, maths: Person, bert: Person
) -> None:
    await follows(school, alice, maths)
    written = page(bert, "An idea for Monday")
    await maths.tells(school, passed_on(maths, bert.creates(written)))
    [boost] = await alice.reads("/api/v1/timelines/home")
    answer = bert.note("With pizza, too", inReplyTo=written["id"])

    await maths.tells(school, passed_on(maths, bert.creates(answer)))

    thread = await alice.reads(f"/api/v1/statuses/{boost['reblog']['id']}/context")
    assert [item["uri"] for item in thread["descendants"]] == [answer["id"]]
    assert len(await home(alice)) == 1


async def test_a_change_is_asked_for_where_the_post_lies(
    school: School, alice: Teacher, maths: Person, bert: Person, other_peer: Peer
) -> None:
    await follows(school, alice, maths)
    written = page(bert, "An idea for Monday")
    await maths.tells(school, passed_on(maths, bert.creates(written)))
    newer = written | {"name": "An idea for Tuesday", "updated": "2099-01-01T00:00:00Z"}
    forged = newer | {"name": "Not what Bert wrote"}
    update = bert.activity("Update", forged, to=[PUBLIC])

    await maths.tells(school, passed_on(maths, update))
    [before] = await alice.reads("/api/v1/timelines/home")
    other_peer.serve(written["id"], newer)
    await maths.tells(school, passed_on(maths, update))

    [after] = await alice.reads("/api/v1/timelines/home")
    assert "Monday" in before["reblog"]["content"]
    assert "Tuesday" in after["reblog"]["content"]


async def test_a_post_that_is_gone_goes_with_the_group_s_word(
    school: School, alice: Teacher, maths: Person, bert: Person, other_peer: Peer
) -> None:
    await follows(school, alice, maths)
    account = await known(school, bert)
    written = page(bert, "An idea for Monday")
    await maths.tells(school, passed_on(maths, bert.creates(written)))
    other_peer.gone(written["id"])

    await maths.tells(school, passed_on(maths, bert.activity("Delete", written["id"])))

    assert await home(alice) == []
    assert await seen(alice, account) == []


async def test_a_group_does_not_delete_what_is_still_there(
    school: School, alice: Teacher, maths: Person, bert: Person
) -> None:
    await follows(school, alice, maths)
    account = await known(school, bert)
    written = page(bert, "An idea for Monday")
    await maths.tells(school, passed_on(maths, bert.creates(written)))

    await maths.tells(school, passed_on(maths, bert.activity("Delete", written["id"])))

    assert await home(alice) == []
    assert [item["uri"] for item in await seen(alice, account)] == [written["id"]]


async def test_hearsay_counts_for_nothing(
    school: School, alice: Teacher, maths: Person, bert: Person, ada: Person
) -> None:
    await follows(school, alice, maths)
    await follows(school, alice, ada)
    post = await alice.says("A question")
    written = page(bert, "An idea for Monday")

    await maths.tells(school, passed_on(maths, bert.activity("Like", post["uri"])))
    await ada.tells(school, passed_on(ada, bert.creates(written)))

    shown = await alice.reads(f"/api/v1/statuses/{post['id']}")
    assert shown["favourites_count"] == 0
    assert [item["uri"] for item in await alice.reads("/api/v1/timelines/home")] == [post["uri"]]


async def test_a_group_that_nobody_follows_makes_us_ask_nothing(
    school: School, alice: Teacher, maths: Person, bert: Person, other_peer: Peer
) -> None:
    written = page(bert, "An idea for Monday")

    await maths.tells(school, passed_on(maths, bert.creates(written)))

    assert other_peer.asked == []


async def test_a_group_does_not_delete_what_its_server_hides_from_others(
    school: School, other_peer: Peer, alice: Teacher, maths: Person, bert: Person
) -> None:
    """Who may not see a post is told that there is none; that is not its end."""
    await follows(school, alice, maths)
    account = await follows(school, alice, bert)
    private = bert.note("For followers", to=[bert.followers])
    await bert.tells(school, bert.creates(private))
    other_peer.serve(private["id"], status=404)

    await maths.tells(school, passed_on(maths, bert.activity("Delete", private["id"])))

    assert [status["uri"] for status in await seen(alice, account)] == [private["id"]]
