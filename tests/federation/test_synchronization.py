"""Followers on two servers, kept the same (FEP-8fcf)."""

import json
import time
from hashlib import sha256
from typing import Any

import pytest

from fedschool.activitypub import cavage, synchronization
from fedschool.activitypub.vocab import ACTIVITY_JSON
from tests.federation.stories import follows, is_followed, known
from tests.peers import Peer, Person
from tests.people import School, Teacher

NOBODY = "0" * 64


def digest(*ids: str) -> str:
    total = 0
    for each in ids:
        total ^= int(sha256(each.encode()).hexdigest(), 16)
    return f"{total:064x}"


async def tells_private(school: School, person: Person, told: str, *, spoil: bool = False) -> None:
    """A private post of the person's comes with this header, signed unless it is spoilt."""
    note = person.note("For followers", to=[person.followers])
    body = json.dumps(person.creates(note)).encode()
    given = {"Accept": ACTIVITY_JSON, "Content-Type": ACTIVITY_JSON}
    header = {"Collection-Synchronization": told}
    url = f"{school.site.uris.base}/inbox"
    now = time.time_ns() // 1_000_000
    signed = cavage.sign(person.key, "POST", url, given | ({} if spoil else header), body, now)
    answer = await school.stranger.call("POST", "/inbox", data=body, headers={**signed, **header})
    assert answer.status == 202, answer.text
    await school.work()


def told_by(person: Person, *ids: str, **changes: str) -> str:
    """The header, and the list that it points to."""
    url = f"{person.uri}/followers_synchronization"
    listed: dict[str, Any] = {"id": url, "type": "OrderedCollection", "orderedItems": list(ids)}
    person.peer.serve(url, listed)
    given = {"collectionId": person.followers, "url": url, "digest": digest(*ids)} | changes
    return ", ".join(f'{name}="{value}"' for name, value in given.items())


async def following(teacher: Teacher, account: str) -> tuple[bool, bool]:
    """Whether the teacher follows, and whether she waits to."""
    [found] = await teacher.reads(f"/api/v1/accounts/relationships?id[]={account}")
    return found["following"], found["requested"]


# What we say


async def test_a_private_post_says_whom_of_a_server_we_take_for_followers(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    bert = other_peer.person("bert")
    await is_followed(school, alice, ada)
    await is_followed(school, alice, bert)
    uri = school.site.uris.actor("alice")

    await alice.says("For everybody")
    await alice.says("For followers", visibility="private")
    await school.work()

    [told] = peer.synchronizations
    claimed = synchronization.read(told)
    assert claimed is not None
    assert claimed.collection == f"{uri}/followers"
    assert claimed.digest == digest(ada.uri)
    listed = await ada.asks(school, claimed.url.removeprefix(school.site.uris.base))
    assert listed.json["orderedItems"] == [ada.uri]


async def test_each_server_learns_of_its_own_people_alone(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    bert = other_peer.person("bert")
    path = "/users/alice/followers_synchronization"

    stranger = await school.stranger.get(path, headers={"Accept": ACTIVITY_JSON})

    assert stranger.status == 401
    assert (await bert.asks(school, path)).json["orderedItems"] == []


# What we are told


async def test_a_list_that_is_ours_costs_nothing(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)

    await tells_private(school, ada, told_by(ada, school.site.uris.actor("alice")))

    assert f"/users/{ada.name}/followers_synchronization" not in peer.asked
    assert await following(alice, account) == (True, False)


async def test_a_list_that_differs_brings_both_sides_into_line(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    bob, cleo = await school.teacher("bob"), await school.teacher("cleo")
    account = await follows(school, alice, ada)
    await cleo.does(f"/api/v1/accounts/{account}/follow")
    await school.work()
    uris = [school.site.uris.actor(name) for name in ("bob", "cleo")]

    await tells_private(school, ada, told_by(ada, *uris))

    assert await following(alice, account) == (False, False)
    assert await following(cleo, account) == (True, False)
    [undo] = peer.told("Undo")
    assert (undo["actor"], undo["object"]["object"]) == (uris[0], ada.uri)
    assert await following(bob, account) == (False, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": NOBODY},
        {"digest": "f" * 64},
        {"digest": "ha"},
        {"url": "http://localhost:1/followers_synchronization"},
        {"collectionId": "http://localhost:1/followers"},
    ],
    ids=str,
)
async def test_nothing_changes_on_a_doubtful_word(
    school: School, alice: Teacher, ada: Person, changes: dict[str, str]
) -> None:
    account = await follows(school, alice, ada)
    told = told_by(ada, school.site.uris.actor("alice"), **changes)

    await tells_private(school, ada, told)

    assert await following(alice, account) == (True, False)


async def test_a_header_that_is_not_signed_means_nothing(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)

    await tells_private(school, ada, told_by(ada), spoil=True)

    assert await following(alice, account) == (True, False)


async def test_nobody_speaks_of_the_followers_of_another(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    eve = peer.person("eve")
    account = await follows(school, alice, ada)
    await known(school, eve)

    await tells_private(school, eve, told_by(ada))

    assert await following(alice, account) == (True, False)


async def test_a_list_without_end_changes_nothing(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    told = told_by(ada)
    url = f"{ada.uri}/followers_synchronization"
    peer.serve(url, {"id": url, "type": "OrderedCollectionPage", "orderedItems": [], "next": url})

    await tells_private(school, ada, told)

    assert peer.asked.count(f"/users/{ada.name}/followers_synchronization") <= 10
    assert await following(alice, account) == (True, False)
