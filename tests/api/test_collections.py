"""Collections: people whom somebody recommends together, and who have a say in it."""

from typing import Any

import pytest

from tests.api.contract import check
from tests.api.elsewhere import peer
from tests.people import Answer, School, Teacher

COLLECTIONS = "/api/v1/collections"


@pytest.fixture
async def alice(school: School) -> Teacher:
    return await school.teacher("alice")


@pytest.fixture
async def bob(school: School) -> Teacher:
    return await open_person(school, "bob")


async def open_person(school: School, name: str) -> Teacher:
    """Somebody who wants to be found."""
    teacher = await school.teacher(name)
    await teacher.patch("/api/v1/profile", json={"discoverable": True})
    return teacher


async def made(teacher: Teacher, *people: Teacher, **form: Any) -> dict[str, Any]:
    given = {"name": "Maths", "account_ids": [person.id for person in people], **form}
    answer = await teacher.post(COLLECTIONS, json=given)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json["collection"]
    return found


def people_in(collection: dict[str, Any]) -> list[str]:
    return [item["account_id"] for item in collection["items"]]


async def test_collection_is_made_and_shown_to_anybody(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    collection = await made(
        alice,
        bob,
        description="Who knows fractions",
        language="en",
        tag_name="#Maths",
        discoverable=True,
    )

    shown = await school.stranger.get(f"{COLLECTIONS}/{collection['id']}")

    check("GET", "/api/v1/collections/{id}", shown)
    assert shown.json["collection"] == collection
    assert [account["acct"] for account in shown.json["accounts"]] == ["alice", "bob"]
    assert collection["tag"] == {"name": "Maths", "url": "https://oak.test/tags/Maths"}
    assert (collection["item_count"], collection["items"][0]["state"]) == (1, "accepted")
    assert collection["url"] == f"https://oak.test/collections/{collection['id']}"
    assert (collection["local"], shown.json["collection"]["uri"]) == (True, collection["uri"])
    assert (await school.stranger.get(f"{COLLECTIONS}/1")).status == 404


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_changes_are_told_to_who_is_in_it(
    school: School, alice: Teacher, bob: Teacher, method: str
) -> None:
    collection = await made(alice, bob)

    changed = await alice.call(
        method, f"{COLLECTIONS}/{collection['id']}", json={"name": "Numbers", "sensitive": True}
    )

    told = await bob.get("/api/v1/notifications")
    check("GET", "/api/v1/notifications", told)
    assert changed.json["collection"]["name"] == "Numbers"
    assert [item["type"] for item in told.json] == ["collection_update", "added_to_collection"]
    assert told.json[0]["collection"]["id"] == collection["id"]
    assert told.json[0]["collection"]["name"] == "Numbers"
    grouped = await bob.reads("/api/v2/notifications")
    assert grouped["notification_groups"][0]["collection"]["id"] == collection["id"]


async def test_nobody_is_recommended_who_did_not_agree(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    shy = await school.teacher("shy")
    rose = await peer(school)
    foe = await open_person(school, "foe")
    await foe.does(f"/api/v1/accounts/{alice.id}/block")
    collection = await made(alice)
    path = f"{COLLECTIONS}/{collection['id']}/items"

    answers = [
        await alice.post(path, json={"account_id": account_id})
        for account_id in (shy.id, str(rose.id), foe.id, "1", "nonsense")
    ]
    missing = await alice.post(path, json={})

    assert [answer.status for answer in (*answers, missing)] == [422] * 6
    assert missing.json["error"] == "`account_id` parameter is missing"
    known = await alice.reads(f"/api/v1/accounts/{shy.id}")
    assert known["feature_approval"]["current_user"] == "denied"
    willing = (await alice.reads(f"/api/v1/accounts/{bob.id}"))["feature_approval"]
    assert willing == {"automatic": ["public"], "manual": [], "current_user": "automatic"}


async def test_one_refusal_makes_no_collection(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    shy = await school.teacher("shy")

    answer = await alice.post(COLLECTIONS, json={"name": "Both", "account_ids": [bob.id, shy.id]})

    assert answer.status == 422
    assert (await alice.reads(f"/api/v1/accounts/{alice.id}/collections")) == {"collections": []}
    assert await bob.reads("/api/v1/notifications") == []


async def test_people_come_and_go(school: School, alice: Teacher, bob: Teacher) -> None:
    collection = await made(alice)
    path = f"{COLLECTIONS}/{collection['id']}/items"

    added = await alice.post(path, json={"account_id": bob.id})
    again = await alice.post(path, json={"account_id": bob.id})
    removed = await alice.delete(f"{path}/{added.json['collection_item']['id']}")

    assert added.json["collection_item"]["account_id"] == bob.id
    assert again.status == 422
    assert (removed.status, removed.json) == (200, {})
    assert people_in((await alice.reads(f"{COLLECTIONS}/{collection['id']}"))["collection"]) == []
    assert (await alice.delete(f"{path}/{added.json['collection_item']['id']}")).status == 404


async def test_who_takes_themselves_out_stays_out(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    eve = await open_person(school, "eve")
    collection = await made(alice, bob, eve)
    path = f"{COLLECTIONS}/{collection['id']}/items"
    item = collection["items"][0]["id"]

    by_other = await eve.post(f"{path}/{item}/revoke")
    revoked = await bob.post(f"{path}/{item}/revoke")
    again = await alice.post(path, json={"account_id": bob.id})

    assert by_other.status == 403
    assert (revoked.status, revoked.json) == (200, {})
    assert again.status == 422
    shown = await alice.reads(f"{COLLECTIONS}/{collection['id']}")
    assert people_in(shown["collection"]) == [eve.id]


async def test_lists_show_others_what_may_be_discovered(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    hidden = await made(alice, bob, name="Hidden")
    known = await made(alice, bob, name="Known", discoverable=True)

    async def ids(caller: Teacher, path: str) -> list[str]:
        return [item["id"] for item in (await caller.reads(path))["collections"]]

    mine, theirs = f"/api/v1/accounts/{alice.id}/collections", f"/api/v1/accounts/{bob.id}/"
    stranger = await school.stranger.get(mine)
    assert await ids(alice, mine) == [known["id"], hidden["id"]]
    assert [item["id"] for item in stranger.json["collections"]] == [known["id"]]
    assert await ids(bob, f"{theirs}in_collections") == [known["id"], hidden["id"]]
    assert await ids(alice, f"{theirs}in_collections") == [known["id"]]
    assert (await school.stranger.get(f"{theirs}in_collections")).status == 401


async def test_pages_lead_to_their_neighbours(alice: Teacher) -> None:
    made_ids = [(await made(alice, name=f"No {number}"))["id"] for number in range(3)]
    path = f"/api/v1/accounts/{alice.id}/collections"

    first = await alice.get(f"{path}?limit=2")
    last = await alice.get(f"{path}?limit=2&offset=2")

    assert [item["id"] for item in first.json["collections"]] == made_ids[:0:-1]
    assert [item["id"] for item in last.json["collections"]] == made_ids[:1]
    assert 'limit=2&offset=2>; rel="next"' in first.headers["Link"]
    assert 'limit=2&offset=0>; rel="prev"' in last.headers["Link"]
    assert (await alice.get(f"{path}?limit=-1")).status == 400


async def test_other_peoples_collections_are_theirs(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    collection = await made(alice, bob)
    path = f"{COLLECTIONS}/{collection['id']}"
    item = collection["items"][0]["id"]

    answers: list[Answer] = [
        await bob.patch(path, json={"name": "Mine"}),
        await bob.delete(path),
        await bob.post(f"{path}/items", json={"account_id": bob.id}),
        await bob.delete(f"{path}/items/{item}"),
    ]

    assert [answer.status for answer in answers] == [403] * 4
    assert (await alice.delete(path)).json == {}
    assert (await alice.get(path)).status == 404


async def test_blocked_people_are_not_shown_to_one_another(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    eve = await open_person(school, "eve")
    collection = await made(alice, bob, eve)
    path = f"{COLLECTIONS}/{collection['id']}"

    await bob.does(f"/api/v1/accounts/{eve.id}/block")
    seen = await bob.reads(path)
    await alice.does(f"/api/v1/accounts/{bob.id}/block")

    assert people_in(seen["collection"]) == [bob.id]
    assert [account["acct"] for account in seen["accounts"]] == ["alice", "bob"]
    assert (await bob.get(path)).status == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "x", "description": "x" * 101}, "description"),
        ({"name": "x", "language": "not a language"}, "language"),
        ({"name": "x", "tag_name": "two words"}, "tag_name"),
    ],
)
async def test_wrong_form_names_the_field(alice: Teacher, form: dict[str, Any], field: str) -> None:
    answer = await alice.post(COLLECTIONS, json=form)

    assert answer.status == 422
    assert list(answer.json["details"]) == [field]


async def test_there_are_limits(
    school: School, alice: Teacher, bob: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fedschool.services.kits.MAX_ITEMS", 1)
    eve = await open_person(school, "eve")
    collection = await made(alice, bob)
    for number in range(9):
        await made(alice, name=f"No {number}")

    one_more = await alice.post(COLLECTIONS, json={"name": "Eleventh"})
    full = await alice.post(f"{COLLECTIONS}/{collection['id']}/items", json={"account_id": eve.id})

    assert (one_more.status, full.status) == (422, 422)
    me = await alice.reads("/api/v1/accounts/verify_credentials")
    assert me["role"]["collection_limit"] == 10


async def test_list_costs_the_same_statements_whatever_its_length(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    for number in range(6):
        await made(alice, bob, name=f"No {number}")
    path = f"/api/v1/accounts/{alice.id}/collections"

    async def cost(limit: int) -> int:
        await alice.reads(f"{path}?limit={limit}")
        before = school.site.database.statements
        await alice.reads(f"{path}?limit={limit}")
        return school.site.database.statements - before

    assert await cost(1) == await cost(6)


async def test_scopes_are_asked_for(school: School, bob: Teacher) -> None:
    reader = await school.teacher("rita", scopes="read:collections write:lists")

    assert (await reader.post(COLLECTIONS, json={"name": "x"})).status == 403
    assert (await reader.get(f"/api/v1/accounts/{bob.id}/in_collections")).status == 200
    assert (await school.stranger.post(COLLECTIONS, json={"name": "x"})).status == 401
