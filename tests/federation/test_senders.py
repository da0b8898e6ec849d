"""Who sent it is proven, or nothing happens: signatures, keys, and what forgers try."""

import json
import time

import pytest

from fedschool.activitypub import cavage, keys
from fedschool.activitypub.keys import SigningKey
from fedschool.activitypub.vocab import ACTIVITY_JSON
from tests.federation.policies import block_domain
from tests.federation.stories import follows, home, known, notified
from tests.peers import Peer, Person
from tests.people import School, Teacher

HOUR = 3_600_000


def follow(person: Person) -> dict[str, object]:
    return person.activity("Follow", "https://oak.test/users/alice")


async def nothing_happened(school: School, alice: Teacher) -> bool:
    await school.work()
    return await notified(alice) == []


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
@pytest.mark.parametrize("inbox", ["/inbox", "/users/alice/inbox", "/actor/inbox"])
async def test_a_signed_activity_is_taken_in_by_any_inbox(
    school: School, alice: Teacher, ada: Person, scheme: str, inbox: str
) -> None:
    answer = await ada.sends(school, follow(ada), path=inbox, scheme=scheme)
    await school.work()

    assert (answer.status, answer.body) == (202, b"")
    assert await notified(alice) == ["follow"]


async def test_there_is_no_inbox_of_nobody(school: School, ada: Person) -> None:
    answer = await ada.sends(school, follow(ada), path="/users/nobody/inbox")

    assert answer.status == 404


async def test_an_unsigned_activity_is_refused(school: School, alice: Teacher, ada: Person) -> None:
    answer = await school.stranger.post("/inbox", json=follow(ada))

    assert answer.status == 401
    assert await nothing_happened(school, alice)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"Digest": "SHA-256=" + "A" * 43 + "="},
        {"Host": "elm.test"},
        {"Date": cavage.http_date(time.time_ns() // 1_000_000 - 13 * HOUR)},
        {"Signature": "keyId"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_a_request_that_was_changed_is_refused(
    school: School, alice: Teacher, ada: Person, spoilt: dict[str, str]
) -> None:
    answer = await ada.sends(school, follow(ada), headers=spoilt)

    assert answer.status in (400, 401)
    assert await nothing_happened(school, alice)


async def test_another_body_under_the_same_signature_is_refused(
    school: School, alice: Teacher, ada: Person
) -> None:
    signed = ada.signs("POST", "https://oak.test/inbox", json.dumps(follow(ada)).encode())

    answer = await school.stranger.call(
        "POST", "/inbox", data=json.dumps(follow(ada)).encode(), headers=signed
    )

    assert answer.status == 401
    assert await nothing_happened(school, alice)


async def test_a_signature_for_another_inbox_is_refused(
    school: School, alice: Teacher, ada: Person
) -> None:
    body = json.dumps(follow(ada)).encode()
    for url in ("https://oak.test/users/alice/inbox", "https://elm.test/inbox"):
        signed = ada.signs("POST", url, body) | {"Host": "oak.test"}
        answer = await school.stranger.call("POST", "/inbox", data=body, headers=signed)
        assert answer.status == 401

    assert await nothing_happened(school, alice)


@pytest.mark.parametrize("age", [-2 * HOUR, 13 * HOUR])
async def test_a_signature_of_another_day_is_refused(
    school: School, alice: Teacher, ada: Person, age: int
) -> None:
    body = json.dumps(follow(ada)).encode()
    at = time.time_ns() // 1_000_000 - age
    signed = cavage.sign(ada.key, "POST", "https://oak.test/inbox", {}, body, at)

    answer = await school.stranger.call("POST", "/inbox", data=body, headers=signed)

    assert answer.status == 401
    assert await nothing_happened(school, alice)


async def test_nobody_speaks_for_a_neighbour(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    eve = peer.person("eve")
    forged = follow(ada)

    answer = await eve.sends(school, forged)

    assert answer.status == 401
    assert await nothing_happened(school, alice)


async def test_nobody_speaks_for_another_server(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    eve = other_peer.person("eve")

    answer = await eve.sends(school, follow(ada))

    assert answer.status == 401
    assert other_peer.asked == []
    assert await nothing_happened(school, alice)


async def test_an_activity_has_its_id_on_its_own_server(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    elsewhere = follow(ada) | {"id": other_peer.uri("activities")}
    here = follow(ada) | {"id": "https://oak.test/activities/1"}

    for activity in (elsewhere, here):
        assert (await ada.sends(school, activity)).status == 401

    assert await nothing_happened(school, alice)


async def test_our_own_people_do_not_come_by_the_inbox(
    school: School, alice: Teacher, ada: Person
) -> None:
    ada.uri, ada.key_id = "https://oak.test/users/alice", "https://oak.test/users/alice#main-key"

    assert (await ada.sends(school, follow(ada))).status == 401


async def test_the_same_activity_counts_once(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    activity = follow(ada)
    body = json.dumps(activity).encode()
    signed = ada.signs("POST", "https://oak.test/inbox", body)
    for _ in range(3):
        answer = await school.stranger.call("POST", "/inbox", data=body, headers=signed)
        assert answer.status == 202
    await school.work()

    assert len(peer.told("Accept")) == 1


async def test_a_replayed_follow_does_not_undo_its_undoing(
    school: School, alice: Teacher, ada: Person
) -> None:
    activity = follow(ada)
    body = json.dumps(activity).encode()
    signed = ada.signs("POST", "https://oak.test/inbox", body)
    await school.stranger.call("POST", "/inbox", data=body, headers=signed)
    await ada.tells(school, ada.activity("Undo", activity))

    await school.stranger.call("POST", "/inbox", data=body, headers=signed)
    await school.work()

    me = await alice.reads("/api/v1/accounts/verify_credentials")
    assert me["followers_count"] == 0


async def test_a_server_that_numbers_nothing_may_follow_again(
    school: School, alice: Teacher, ada: Person
) -> None:
    activity = follow(ada)
    undo = ada.activity("Undo", activity)

    await ada.tells(school, activity)
    await ada.tells(school, undo)
    await ada.tells(school, activity, scheme="rfc9421")

    me = await alice.reads("/api/v1/accounts/verify_credentials")
    assert me["followers_count"] == 1


# Keys


async def test_a_new_key_is_looked_up_once(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await ada.tells(school, follow(ada))
    asked = len(peer.asked)

    ada.key_number = 7
    ada.publish()
    await ada.tells(school, ada.activity("Undo", follow(ada)))

    assert peer.asked[asked:] == ["/users/ada"]
    me = await alice.reads("/api/v1/accounts/verify_credentials")
    assert me["followers_count"] == 0


async def test_wrong_keys_do_not_make_us_ask_again_and_again(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await ada.tells(school, follow(ada))
    asked = len(peer.asked)
    ada.key_number = 7

    for _ in range(5):
        assert (await ada.sends(school, ada.activity("Undo", follow(ada)))).status == 401

    assert len(peer.asked) == asked + 1


async def test_a_key_that_cannot_be_had_is_asked_for_once(
    school: School, peer: Peer, alice: Teacher
) -> None:
    ada = peer.person("ada")
    peer.gone(ada.uri)

    for _ in range(5):
        assert (await ada.sends(school, follow(ada))).status == 401

    assert len(peer.asked) == 1
    assert await nothing_happened(school, alice)


async def test_the_key_of_another_actor_is_not_ours_to_use(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    """Eve's document claims that her key is Ada's."""
    eve = peer.person("eve")
    eve.publish(publicKey=eve.document()["publicKey"] | {"owner": ada.uri})

    assert (await eve.sends(school, follow(eve))).status == 401
    assert (await eve.sends(school, follow(ada))).status == 401
    assert await nothing_happened(school, alice)


async def test_a_key_may_be_a_document_of_its_own(
    school: School, peer: Peer, alice: Teacher
) -> None:
    ada = peer.person("ada")
    ada.key_id = f"{ada.uri}/main-key"
    ada.publish()
    key = ada.document()["publicKey"]
    peer.serve(ada.key_id, {"@context": "https://w3id.org/security/v1", **key})

    await ada.tells(school, follow(ada))

    assert await notified(alice) == ["follow"]


async def test_a_key_document_alone_proves_nothing(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    """An upload on Ada's server says that Eve's key is Ada's; Ada's document does not."""
    private, public = keys.generate()
    key_id = f"{peer.origin}/uploads/key.json"
    peer.serve(key_id, {"id": key_id, "owner": ada.uri, "publicKeyPem": public})
    body = json.dumps(follow(ada)).encode()
    signed = cavage.sign(
        SigningKey(key_id, private),
        "POST",
        "https://oak.test/inbox",
        {"Content-Type": ACTIVITY_JSON},
        body,
        time.time_ns() // 1_000_000,
    )

    answer = await school.stranger.call("POST", "/inbox", data=body, headers=signed)

    assert answer.status == 401
    assert await nothing_happened(school, alice)


async def test_an_actor_with_the_wrong_type_of_content_is_none(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    peer.serve(ada.uri, ada.document(), content_type="application/json")

    assert (await ada.sends(school, follow(ada))).status == 401


async def test_an_actor_answered_by_another_server_is_none(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    copy = f"{other_peer.origin}/ada"
    other_peer.serve(copy, ada.document())
    peer.serve(ada.uri, status=302, location=copy)

    assert (await ada.sends(school, follow(ada))).status == 401


# Bodies, manners


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"type":"Follow"}', b"\xff\xfe", b'{"a":' * 500, b"null"],
)
async def test_what_is_no_activity_is_malformed(
    school: School, peer: Peer, ada: Person, body: bytes
) -> None:
    answer = await ada.posts(school, body)

    assert answer.status == 400
    assert peer.asked == []


async def test_a_body_has_its_bounds(school: School, ada: Person) -> None:
    activity = follow(ada) | {"content": "x" * (1 << 20)}

    assert (await ada.sends(school, activity)).status == 413


async def test_what_is_not_understood_is_left_quietly(
    school: School, alice: Teacher, ada: Person
) -> None:
    for kind in ("Travel", "Flag", "Move", "QuoteRequest"):
        await ada.tells(school, ada.activity(kind, "https://oak.test/users/alice"))

    assert await notified(alice) == []


async def test_a_blocked_server_is_turned_away_unasked(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await block_domain(school, "localhost")

    answer = await ada.sends(school, follow(ada))

    assert answer.status == 403
    assert peer.asked == []
    assert await nothing_happened(school, alice)


async def test_the_school_signs_what_it_asks(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)

    assert peer.signed == ["/users/ada"]


async def test_nobody_uses_up_the_ids_of_a_neighbour(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    eve = peer.person("eve")
    create = ada.creates(ada.note("Mine"))
    await eve.tells(school, eve.activity("Like", "https://oak.test/1", id=create["id"]))

    await ada.tells(school, create)

    assert await home(alice) == ["<p>Mine</p>"]
