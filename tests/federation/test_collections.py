"""Collections of people between servers: asked, let in, refused, forged, taken back (FEP-7aa9)."""

from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.api.contract import check
from tests.federation.stories import follows, is_followed, known, notified
from tests.peers import Document, Peer, Person, moment
from tests.people import School, Teacher

COLLECTIONS = "/api/v1/collections"


def lets(*whom: str) -> Document:
    """What an actor says about who may recommend them."""
    return {"interactionPolicy": {"canFeature": {"automaticApproval": list(whom)}}}


def shelf(owner: Person) -> str:
    return f"{owner.uri}/collections"


def stamp(who: Person, kit: str, **changes: Any) -> Document:
    """The consent of the peer's person, served at their server."""
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": who.peer.uri("stamps"),
        "type": "FeatureAuthorization",
        "interactingObject": kit,
        "interactionTarget": who.uri,
        **changes,
    }
    who.peer.serve(document["id"], document)
    return document


def kit_of(owner: Person, **more: Any) -> Document:
    """A collection of the peer's person, which the peer serves."""
    owner.publish(featuredCollections=shelf(owner))
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": owner.peer.uri("kits"),
        "type": "FeaturedCollection",
        "attributedTo": owner.uri,
        "name": "Cats",
        "summary": "<p>Who has <b>cats</b></p>",
        "discoverable": True,
        "topic": {"type": "Hashtag", "name": "#cats"},
        "published": moment(60_000),
        "orderedItems": [],
        **more,
    }
    owner.peer.serve(document["id"], document)
    return document


def item_of(kit: Document, who: str, authorization: str | None) -> Document:
    return {
        "id": f"{kit['id']}/items/{who.rpartition('/')[2]}",
        "type": "FeaturedItem",
        "featuredObject": who,
        "featuredObjectType": "Person",
        "featureAuthorization": authorization,
    }


def filled(owner: Person, kit: Document, *items: Document, **more: Any) -> Document:
    whole = kit | {"orderedItems": list(items), "totalItems": len(items)} | more
    owner.peer.serve(kit["id"], whole)
    return whole


async def shown(teacher: Teacher, account: str) -> list[dict[str, Any]]:
    found = await teacher.reads(f"/api/v1/accounts/{account}/collections")
    listed: list[dict[str, Any]] = found["collections"]
    return listed


def inside(collection: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["account_id"], item["state"]) for item in collection["items"]]


async def made(teacher: Teacher, **form: Any) -> dict[str, Any]:
    body = {"name": "Maths", "discoverable": True, **form}
    found: dict[str, Any] = (await teacher.does(COLLECTIONS, **body))["collection"]
    return found


async def read(school: School, uri: str) -> Document:
    answer = await school.stranger.get(uri.removeprefix("https://oak.test"))
    assert answer.status == 200, answer.text
    document: Document = answer.json
    return document


async def asks(school: School, person: Person, kit: str, whom: str = "alice") -> Document:
    """The peer's person asks to recommend one of ours; what is answered."""
    request = person.activity("FeatureRequest", f"https://oak.test/users/{whom}", instrument=kit)
    before = len(person.peer.inbox)
    await person.tells(school, request)
    told = [each for each in person.peer.inbox[before:] if each["type"] in ("Accept", "Reject")]
    return told[-1] if told else {}


@pytest.fixture
async def alice(school: School) -> Teacher:
    """A teacher who wants to be found."""
    teacher = await school.teacher("alice")
    await teacher.patch("/api/v1/profile", json={"discoverable": True})
    return teacher


# Ours, with people from elsewhere.


async def test_actor_says_who_may_recommend(school: School, alice: Teacher) -> None:
    await school.teacher("shy")

    open_, closed = await read(school, "/users/alice"), await read(school, "/users/shy")

    assert open_["interactionPolicy"]["canFeature"] == {"automaticApproval": [PUBLIC]}
    assert closed["interactionPolicy"]["canFeature"] == {"automaticApproval": [closed["id"]]}
    assert open_["featuredCollections"] == "https://oak.test/users/alice/featured_collections"


async def test_somebody_elsewhere_is_asked_and_then_shown(
    school: School, alice: Teacher, ada: Person
) -> None:
    ada.publish(**lets(PUBLIC))
    await is_followed(school, alice, ada)
    account = await known(school, ada)
    collection = await made(alice)

    answer = await alice.post(
        f"{COLLECTIONS}/{collection['id']}/items", json={"account_id": account}
    )
    await school.work()

    assert answer.json["collection_item"]["state"] == "pending"
    assert inside((await shown(alice, alice.id))[0]) == [(account, "pending")]
    stranger = await school.stranger.get(f"{COLLECTIONS}/{collection['id']}")
    assert stranger.json["collection"]["items"] == []
    assert (await read(school, collection["uri"]))["orderedItems"] == []
    [request] = ada.peer.told("FeatureRequest")
    assert (request["object"], request["instrument"]) == (ada.uri, collection["uri"])

    consent = stamp(ada, collection["uri"])
    await ada.tells(school, ada.activity("Accept", request["id"], result=consent["id"]))

    stranger = await school.stranger.get(f"{COLLECTIONS}/{collection['id']}")
    check("GET", "/api/v1/collections/{id}", stranger)
    assert inside(stranger.json["collection"]) == [(account, "accepted")]
    [item] = (await read(school, collection["uri"]))["orderedItems"]
    assert (item["featuredObject"], item["featureAuthorization"]) == (ada.uri, consent["id"])
    added = ada.peer.told("Add")
    assert [each["object"]["type"] for each in added] == ["FeaturedCollection", "FeaturedItem"]
    assert added[1]["target"] == collection["uri"]
    page = await school.stranger.get(f"/collections/{collection['id']}")
    assert ada.handle in page.text

    await ada.tells(school, ada.activity("Delete", consent))
    assert inside((await shown(alice, alice.id))[0]) == []
    assert ada.peer.told("Remove")[-1]["object"] == item["id"]
    again = await alice.post(
        f"{COLLECTIONS}/{collection['id']}/items", json={"account_id": account}
    )
    assert again.status == 422


async def test_refusal_leaves_nobody_in_and_can_be_asked_again(
    school: School, alice: Teacher, ada: Person
) -> None:
    ada.publish(**lets(PUBLIC))
    account = await known(school, ada)
    collection = await made(alice, account_ids=[account])
    await school.work()

    await ada.tells(school, ada.activity("Reject", ada.peer.told("FeatureRequest")[0]))

    assert inside((await shown(alice, alice.id))[0]) == []
    again = await alice.post(
        f"{COLLECTIONS}/{collection['id']}/items", json={"account_id": account}
    )
    assert again.json["collection_item"]["state"] == "pending"


async def test_policy_of_somebody_elsewhere_is_kept(
    school: School, alice: Teacher, peer: Peer
) -> None:
    silent, shut = peer.person("silent"), peer.person("shut")
    shut.publish(**lets(shut.uri))
    friends = peer.person("friends")
    friends.publish(**lets(friends.followers))
    collection = await made(alice)
    path = f"{COLLECTIONS}/{collection['id']}/items"
    ids = [await known(school, person) for person in (silent, shut, friends)]

    verdicts = [
        (await alice.reads(f"/api/v1/accounts/{account}"))["feature_approval"] for account in ids
    ]
    refused = [(await alice.post(path, json={"account_id": account})).status for account in ids]
    await follows(school, alice, friends)
    after = await alice.post(path, json={"account_id": ids[2]})

    assert [each["current_user"] for each in verdicts] == ["missing", "denied", "unknown"]
    assert verdicts[2]["automatic"] == ["followers"]
    assert refused == [422, 422, 422]
    assert after.status == 200


async def test_only_who_was_asked_answers(
    school: School, alice: Teacher, peer: Peer, ada: Person, other_peer: Peer
) -> None:
    ada.publish(**lets(PUBLIC))
    account = await known(school, ada)
    collection = await made(alice, account_ids=[account])
    await school.work()
    [request] = ada.peer.told("FeatureRequest")
    bob, eve = peer.person("bob"), other_peer.person("eve")

    for forger in (bob, eve):
        consent = stamp(forger, collection["uri"], interactionTarget=ada.uri)
        await forger.tells(school, forger.activity("Accept", request, result=consent["id"]))
        await forger.tells(school, forger.activity("Reject", request["id"]))
    elsewhere = stamp(eve, collection["uri"])
    await ada.tells(school, ada.activity("Accept", request, result=elsewhere["id"]))
    await ada.tells(school, ada.activity("Accept", request))

    assert inside((await shown(alice, alice.id))[0]) == [(account, "pending")]


async def test_changes_go_to_followers_and_the_end_too(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    hidden = await made(alice, name="Hidden", discoverable=False)
    collection = await made(alice, language="en", tag_name="Maths", description="Numbers")
    path = f"{COLLECTIONS}/{collection['id']}"

    listed = await read(school, "/users/alice/featured_collections")
    await alice.patch(path, json={"name": "Numbers"})
    await alice.delete(path)
    await alice.delete(f"{COLLECTIONS}/{hidden['id']}")
    await school.work()

    [add], [update], [remove] = (ada.peer.told(kind) for kind in ("Add", "Update", "Remove"))
    target = "https://oak.test/users/alice/featured_collections"
    assert [item["id"] for item in listed["orderedItems"]] == [collection["uri"]]
    assert add["object"]["name"] == "Maths"
    assert add["object"]["summaryMap"] == {"en": "Numbers"}
    assert add["object"]["topic"]["name"] == "#Maths"
    assert (update["object"]["id"], update["object"]["name"]) == (collection["uri"], "Numbers")
    assert (remove["object"], add["target"], remove["target"]) == (
        collection["uri"],
        target,
        target,
    )


# Others', with our people.


async def test_request_is_granted_to_who_wants_to_be_found(
    school: School, alice: Teacher, ada: Person
) -> None:
    await school.teacher("shy")
    kit = kit_of(ada)

    answer = await asks(school, ada, kit["id"])
    refused = await asks(school, ada, kit["id"], "shy")

    assert (answer["type"], refused["type"]) == ("Accept", "Reject")
    consent = await read(school, answer["result"])
    assert consent["type"] == "FeatureAuthorization"
    assert consent["id"] == answer["result"]
    assert consent["interactingObject"] == kit["id"]
    assert consent["interactionTarget"] == "https://oak.test/users/alice"
    [told] = await alice.reads("/api/v1/notifications")
    assert (told["type"], told["collection"]["name"]) == ("added_to_collection", "Cats")
    assert told["collection"]["local"] is False
    [found] = (await alice.reads(f"/api/v1/accounts/{alice.id}/in_collections"))["collections"]
    assert (found["uri"], found["description"]) == (kit["id"], "Who has cats")
    assert found["tag"]["name"] == "cats"


async def test_consent_that_was_taken_back_is_not_given_again(
    school: School, alice: Teacher, ada: Person
) -> None:
    kit = kit_of(ada)
    answer = await asks(school, ada, kit["id"])
    ours = item_of(kit, "https://oak.test/users/alice", answer["result"])
    await ada.tells(school, ada.activity("Update", filled(ada, kit, ours)))
    [found] = (await alice.reads(f"/api/v1/accounts/{alice.id}/in_collections"))["collections"]
    path = f"{COLLECTIONS}/{found['id']}/items/{found['items'][0]['id']}/revoke"

    assert (await alice.post(path)).json == {}
    await school.work()

    [delete] = ada.peer.told("Delete")
    assert delete["object"]["id"] == answer["result"]
    assert delete["actor"] == "https://oak.test/users/alice"
    stale = await school.stranger.get(answer["result"].removeprefix("https://oak.test"))
    assert stale.status == 404
    await ada.tells(school, ada.activity("Update", filled(ada, kit)))
    await ada.tells(school, ada.activity("Update", filled(ada, kit, ours)))
    assert (await asks(school, ada, kit["id"]))["type"] == "Reject"
    assert (await alice.reads(f"/api/v1/accounts/{alice.id}/in_collections"))["collections"] == []


async def test_nobody_asks_for_somebody_else_s_collection(
    school: School, alice: Teacher, peer: Peer, ada: Person, other_peer: Peer
) -> None:
    bob, eve = peer.person("bob"), other_peer.person("eve")
    kit = kit_of(ada)

    answers = [await asks(school, bob, kit["id"]), await asks(school, eve, kit["id"])]
    await alice.does(f"/api/v1/accounts/{await known(school, ada)}/block")
    blocked = await asks(school, ada, kit["id"])

    assert [answer.get("type") for answer in answers] == [None, None]
    assert blocked["type"] == "Reject"
    assert await notified(alice) == []


# Others', with others.


async def test_collection_of_somebody_followed_is_shown_and_follows_its_owner(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    eve = other_peer.person("eve")
    kit = kit_of(ada)
    consent = stamp(eve, kit["id"])
    account = await follows(school, alice, ada)
    eves = item_of(kit, eve.uri, consent["id"])

    await ada.tells(school, ada.activity("Add", filled(ada, kit, eves), target=shelf(ada)))

    [found] = await shown(alice, account)
    eve_id = await known(school, eve)
    assert (found["name"], found["local"], found["uri"]) == ("Cats", False, kit["id"])
    assert inside(found) == [(eve_id, "accepted")]
    whole = await alice.get(f"{COLLECTIONS}/{found['id']}")
    check("GET", "/api/v1/collections/{id}", whole)
    assert [each["acct"] for each in whole.json["accounts"]] == [ada.handle, eve.handle]

    await ada.tells(school, ada.activity("Remove", eves["id"], target=kit["id"]))
    assert inside((await shown(alice, account))[0]) == []
    await ada.tells(school, ada.activity("Add", eves, target=kit["id"]))
    assert inside((await shown(alice, account))[0]) == [(eve_id, "accepted")]
    await eve.tells(school, eve.activity("Delete", consent))
    assert inside((await shown(alice, account))[0]) == []
    await ada.tells(school, ada.activity("Update", filled(ada, kit, name="Dogs")))
    assert (await shown(alice, account))[0]["name"] == "Dogs"
    await ada.tells(school, ada.activity("Remove", kit["id"], target=shelf(ada)))
    assert await shown(alice, account) == []


@pytest.mark.parametrize(
    "forgery", ["none", "other origin", "other collection", "other person", "other type", "gone"]
)
async def test_forged_consent_shows_nobody(
    school: School, alice: Teacher, ada: Person, other_peer: Peer, forgery: str
) -> None:
    eve, bob = other_peer.person("eve"), other_peer.person("bob")
    kit = kit_of(ada)
    match forgery:
        case "none":
            forged = None
        case "other origin":
            forged = stamp(ada, kit["id"], interactionTarget=eve.uri)["id"]
        case "other collection":
            forged = stamp(eve, f"{kit['id']}0")["id"]
        case "other person":
            forged = stamp(bob, kit["id"])["id"]
        case "other type":
            forged = stamp(eve, kit["id"], type="Note")["id"]
        case _:
            forged = stamp(eve, kit["id"])["id"]
            other_peer.gone(forged)
    account = await follows(school, alice, ada)
    eves = item_of(kit, eve.uri, forged)
    ours = item_of(kit, "https://oak.test/users/alice", "https://oak.test/users/alice/forged/1")

    await ada.tells(school, ada.activity("Add", filled(ada, kit, eves, ours), target=shelf(ada)))
    await ada.tells(school, ada.activity("Add", eves, target=kit["id"]))

    assert [inside(found) for found in await shown(alice, account)] == [[]]
    true = stamp(eve, kit["id"])
    await ada.tells(
        school, ada.activity("Add", item_of(kit, eve.uri, true["id"]), target=kit["id"])
    )
    [found] = await shown(alice, account)
    assert inside(found) == [(await known(school, eve), "accepted")]


async def test_nobody_changes_somebody_else_s_collection(
    school: School, alice: Teacher, peer: Peer, ada: Person, other_peer: Peer
) -> None:
    bob, eve = peer.person("bob"), other_peer.person("eve")
    for person in (bob, eve):
        person.publish(featuredCollections=shelf(person))
    kit = kit_of(ada)
    account = await follows(school, alice, ada)
    others = [await follows(school, alice, person) for person in (bob, eve)]
    await ada.tells(school, ada.activity("Add", kit, target=shelf(ada)))
    ours = await made(alice)

    for forger in (bob, eve):
        mine = kit | {"name": "Stolen", "attributedTo": forger.uri}
        for forged in (
            forger.activity("Update", kit | {"name": "Stolen"}),
            forger.activity("Update", mine),
            forger.activity("Add", mine, target=shelf(forger)),
            forger.activity("Add", kit | {"name": "Stolen"}, target=shelf(ada)),
            forger.activity("Update", mine | {"id": ours["uri"]}),
            forger.activity("Remove", kit["id"], target=shelf(forger)),
            forger.activity("Delete", kit["id"]),
            forger.activity("Delete", ours["uri"]),
        ):
            await forger.tells(school, forged)

    assert [found["name"] for found in await shown(alice, account)] == ["Cats"]
    assert [await shown(alice, other) for other in others] == [[], []]
    assert [found["name"] for found in await shown(alice, alice.id)] == ["Maths"]


async def test_collections_are_looked_for_when_somebody_looks(
    school: School, alice: Teacher, ada: Person
) -> None:
    kit, other = kit_of(ada), kit_of(ada, name="Dogs")
    ada.peer.serve(
        shelf(ada),
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": shelf(ada),
            "type": "OrderedCollection",
            "orderedItems": [kit, other["id"]],
        },
    )
    account = await known(school, ada)

    assert await shown(alice, account) == []
    await school.work()

    assert {found["name"] for found in await shown(alice, account)} == {"Cats", "Dogs"}
    asked = ada.peer.asked.count("/users/ada/collections")
    await school.work()
    assert ada.peer.asked.count("/users/ada/collections") == asked == 1


# Posts that link to collections.


async def test_post_that_links_to_a_collection_shows_it(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    collection = await made(alice, account_ids=[alice.id])

    status = await alice.says(f"Follow them: {collection['url']}")
    await school.work()

    check("GET", "/api/v1/statuses/{id}", await alice.get(f"/api/v1/statuses/{status['id']}"))
    [home] = await alice.reads("/api/v1/timelines/home")
    [boost] = [await alice.does(f"/api/v1/statuses/{status['id']}/reblog")]
    for each in (status, home, boost):
        assert [found["id"] for found in each["tagged_collections"]] == [collection["id"]]
        assert inside(each["tagged_collections"][0]) == [(alice.id, "accepted")]
    [create] = ada.peer.told("Create")
    assert {"type": "FeaturedCollection", "id": collection["uri"], "name": "Maths"} in create[
        "object"
    ]["tag"]
    await alice.put(f"/api/v1/statuses/{status['id']}", json={"status": "Nothing here"})
    assert (await alice.reads(f"/api/v1/statuses/{status['id']}"))["tagged_collections"] == []


async def test_post_from_elsewhere_brings_its_collection(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    eve = other_peer.person("eve")
    kit = kit_of(eve)
    await follows(school, alice, ada)
    tags = [
        {"type": "FeaturedCollection", "id": kit["id"]},
        {"type": "FeaturedCollection", "id": eve.uri},
    ]

    await ada.tells(school, ada.creates(ada.note("Look", tag=tags)))

    [status] = await alice.reads("/api/v1/timelines/home")
    assert [found["name"] for found in status["tagged_collections"]] == ["Cats"]
    owner = status["tagged_collections"][0]["account_id"]
    await alice.does(f"/api/v1/accounts/{owner}/block")
    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["tagged_collections"] == []


async def test_new_stamps_again_and_again_are_asked_for_in_bounds(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    kit = kit_of(ada)
    await follows(school, alice, ada)

    for turn in range(6):
        names = [f"{other_peer.origin}/users/{turn}-{n}" for n in range(45)]
        items = [item_of(kit, name, f"{name}/stamp") for name in names]
        await ada.tells(school, ada.activity("Update", filled(ada, kit, *items)))

    assert 45 < len(other_peer.asked) <= 120
