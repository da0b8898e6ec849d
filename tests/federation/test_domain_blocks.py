"""A person blocks a whole domain: for themselves, whatever the school thinks of it."""

import pytest

from tests.federation.stories import follows, home, is_followed, known, notified, seen
from tests.peers import Peer, Person
from tests.people import School, Teacher

PATH = "/api/v1/domain_blocks"


async def blocks(teacher: Teacher, peer: Peer) -> None:
    answer = await teacher.post(PATH, json={"domain": peer.host})
    assert (answer.status, answer.json) == (200, {})


async def federated(teacher: Teacher) -> list[str]:
    page = await teacher.reads("/api/v1/timelines/public")
    return [status["content"] for status in page]


async def test_posts_and_notifications_of_a_blocked_domain_are_hidden_and_come_back(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("From afar")))
    await is_followed(school, alice, ada)
    assert await notified(alice) == ["follow"]

    await blocks(alice, peer)
    later = ada.creates(ada.note("Later"))
    await ada.tells(school, later)

    assert await home(alice) == []
    assert await federated(alice) == []
    assert await federated(bob) == ["<p>Later</p>", "<p>From afar</p>"]
    assert await notified(alice) == []
    assert await alice.reads("/api/v1/notifications/unread_count") == {"count": 0}
    assert len(await seen(alice, account)) == 2
    [standing] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert (standing["domain_blocking"], standing["following"]) == (True, True)

    answer = await alice.delete(PATH, json={"domain": peer.host.upper()})

    assert (answer.status, answer.json) == (200, {})
    assert await federated(alice) == ["<p>Later</p>", "<p>From afar</p>"]
    [standing] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert standing["domain_blocking"] is False


async def test_followers_of_a_blocked_domain_are_turned_away_and_kept_out(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    follow = await is_followed(school, alice, ada)
    await alice.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    eve = peer.person("eve")
    waiting = await is_followed(school, alice, eve)

    await blocks(alice, peer)
    await school.work()

    assert await alice.reads(f"/api/v1/accounts/{alice.id}/followers") == []
    assert await alice.reads("/api/v1/follow_requests") == []
    turned_away = {document["object"]["id"] for document in peer.told("Reject")}
    assert turned_away == {follow["id"], waiting["id"]}

    again = await is_followed(school, alice, ada)
    await school.work()

    assert await alice.reads("/api/v1/follow_requests") == []
    assert peer.told("Reject")[-1]["object"]["id"] == again["id"]


async def test_nobody_at_a_blocked_domain_can_be_followed(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    await blocks(alice, peer)

    assert (await alice.post(f"/api/v1/accounts/{account}/follow")).status == 403


async def test_blocked_domains_are_listed_by_pages_and_nobody_elses(
    school: School, alice: Teacher
) -> None:
    bob = await school.teacher("bob")
    for name in ("one.test", "Two.test", "BÜCHER.test", "one.test"):
        assert (await alice.post(PATH, form={"domain": name})).status == 200

    first = await alice.get(f"{PATH}?limit=2")
    rest = first.headers["Link"].split(">")[0].partition(school.host)[2]

    assert first.json == ["xn--bcher-kva.test", "two.test"]
    assert await alice.reads(rest) == ["one.test"]
    assert await bob.reads(PATH) == []


@pytest.mark.parametrize("wrong", ["", "a b", "https://x.test/", "own"])
async def test_what_is_no_other_domain_is_refused(
    school: School, alice: Teacher, wrong: str
) -> None:
    domain = school.host if wrong == "own" else wrong

    assert (await alice.post(PATH, json={"domain": domain})).status == 422
    assert await alice.reads(PATH) == []
