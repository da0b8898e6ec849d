"""The first follow from here brings what somebody posted lately, and what they pinned."""

from typing import Any

from tests.federation.stories import follows, home, seen
from tests.peers import Peer, Person, moment
from tests.people import School, Teacher

DAY = 86_400_000


def outbox(person: Person, *items: Any, page: dict[str, Any] | None = None) -> None:
    """What the person's outbox lists, on one page."""
    base = f"{person.uri}/outbox"
    first = {"id": f"{base}?page=1", "type": "OrderedCollectionPage", "orderedItems": list(items)}
    person.peer.serve(base, {"id": base, "type": "OrderedCollection", "first": f"{base}?page=1"})
    person.peer.serve(f"{base}?page=1", first | (page or {}))


def written(person: Person, text: str, days: int = 3, **more: Any) -> dict[str, Any]:
    return person.note(text, published=moment(days * DAY), **more)


async def test_the_first_follow_brings_what_was_posted_lately(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    newer, older = written(ada, "Newer", 3), written(ada, "Older", 4)
    outbox(ada, ada.creates(newer), ada.creates(older))

    account = await follows(school, alice, ada)
    asked = peer.asked.count("/users/ada/outbox")
    await follows(school, bob, ada)

    assert [item["uri"] for item in await seen(alice, account)] == [newer["id"], older["id"]]
    assert await home(alice) == ["<p>Newer</p>", "<p>Older</p>"]
    assert await home(bob) == ["<p>Newer</p>", "<p>Older</p>"]
    assert (asked, peer.asked.count("/users/ada/outbox")) == (1, 1)
    assert await alice.reads("/api/v1/notifications") == []


async def test_pinned_posts_come_with_the_first_follow(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    whole, named = written(ada, "Who I am"), written(ada, "Where I teach", 4)
    listed = {"id": f"{ada.uri}/featured", "type": "OrderedCollection"}
    peer.serve(f"{ada.uri}/featured", listed | {"orderedItems": [whole, named["id"]]})

    account = await follows(school, alice, ada)

    pinned = await alice.reads(f"/api/v1/accounts/{account}/statuses?pinned=true")
    assert {item["uri"] for item in pinned} == {whole["id"], named["id"]}


async def test_only_the_persons_own_open_posts_are_kept(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    eve, bert = peer.person("eve"), other_peer.person("bert")
    private = written(ada, "For followers", to=[ada.followers])
    answer = written(ada, "An answer", inReplyTo=written(bert, "A question")["id"])
    forged = written(eve, "Not by Ada")
    elsewhere = written(bert, "Elsewhere")
    outbox(
        ada,
        ada.creates(private),
        ada.creates(answer),
        eve.creates(forged),
        ada.creates(forged),
        ada.creates(elsewhere | {"attributedTo": ada.uri}),
        ada.activity("Announce", elsewhere["id"]),
        {"type": "Create", "object": 7},
    )

    account = await follows(school, alice, ada)

    assert await seen(alice, account) == []
    assert await home(alice) == []
    assert other_peer.asked == []


async def test_an_outbox_without_end_is_read_so_far_and_no_farther(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    posts = [ada.creates(written(ada, f"Number {number}", number + 1)) for number in range(30)]
    outbox(ada, *posts, page={"next": f"{ada.uri}/outbox?page=1"})

    account = await follows(school, alice, ada)

    shown = await alice.reads(f"/api/v1/accounts/{account}/statuses?limit=40")
    assert len(shown) == 20
    assert peer.asked.count("/users/ada/outbox?page=1") <= 3


async def test_an_outbox_elsewhere_is_not_read(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    base = f"{ada.uri}/outbox"
    onward = f"{other_peer.origin}/outbox"
    peer.serve(base, {"id": base, "type": "OrderedCollection", "first": onward})

    await follows(school, alice, ada)

    assert other_peer.asked == []
