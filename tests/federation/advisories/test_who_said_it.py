"""Nobody is believed but where they are at home: forged documents, keys and activities."""

import json
from typing import Any

import pytest

from fedschool.activitypub.vocab import NAMESPACE
from tests.federation.stories import follows, home, is_followed, known, seen
from tests.peers import Document, Peer, Person, moment
from tests.people import School, Teacher

ALICE = "https://oak.test/users/alice"
# What servers that sign documents themselves put into them.
SEAL = {
    "type": "RsaSignature2017",
    "creator": "https://elsewhere.example/users/ada#main-key",
    "created": "2026-01-01T00:00:00Z",
    "signatureValue": "AAAA",
}


@pytest.fixture
def eve(other_peer: Peer) -> Person:
    """The admin of a server that means no good."""
    return other_peer.person("eve")


async def followers(teacher: Teacher) -> list[str]:
    found = await teacher.reads(f"/api/v1/accounts/{teacher.id}/followers")
    return [account["acct"] for account in found]


async def found(teacher: Teacher, uri: str) -> list[dict[str, Any]]:
    """The posts and people that the teacher finds by this address."""
    path = "/api/v2/search"
    answer = await teacher.get(path, query_string={"q": uri, "resolve": "true"})
    assert answer.status == 200
    return [*answer.json["statuses"], *answer.json["accounts"]]


async def believed(school: School, alice: Teacher, eve: Person, activity: Document) -> list[str]:
    """Who follows the teacher once Eve's server has sent this; nothing fails."""
    answer = await eve.sends(school, activity)
    await school.work()
    assert answer.status in (202, 400, 401, 403)
    return await followers(alice)


# Documents


async def test_cve_2024_23832_documents_count_only_from_where_their_id_lies(
    school: School, other_peer: Peer, alice: Teacher, ada: Person, eve: Person
) -> None:
    """Eve's server serves Ada's profile with Eve's key in it."""
    account = await known(school, ada)
    key = eve.document()["publicKey"] | {"id": ada.key_id, "owner": ada.uri}
    stolen = ada.document() | {"name": "Taken over", "publicKey": key}
    lie = f"{other_peer.origin}/lies/1"
    other_peer.serve(lie, stolen)
    eve.publish(id=ada.uri, publicKey=key)

    await found(alice, lie)
    await found(alice, eve.uri)
    eve.key_id, uri, eve.uri = ada.key_id, eve.uri, ada.uri
    answer = await eve.sends(school, eve.activity("Follow", ALICE, id=f"{ada.uri}/follows/1"))
    eve.uri = uri

    assert answer.status == 401
    assert (await alice.reads(f"/api/v1/accounts/{account}"))["display_name"] == "Ada"
    await is_followed(school, alice, ada)
    assert await followers(alice) == [ada.handle]


async def test_cve_2024_52591_the_address_of_a_page_gives_no_authority(
    school: School, peer: Peer, alice: Teacher, ada: Person, eve: Person
) -> None:
    page = f"{peer.origin}/@ada/99"
    forged = eve.note("Forged", url=page)

    [status] = await found(alice, forged["id"])

    assert status["url"] == forged["id"]
    assert status["account"]["acct"] == eve.handle
    assert await found(alice, page) == []
    without_id = eve.note("Forged", url=page)
    eve.peer.serve(without_id["id"], {k: v for k, v in without_id.items() if k != "id"})
    assert await found(alice, without_id["id"]) == []


@pytest.mark.parametrize("about", ["id", "attributedTo", "both", "actor"])
async def test_pleroma_containment_id_author_and_sender_are_on_one_server(
    school: School, peer: Peer, alice: Teacher, ada: Person, eve: Person, about: str
) -> None:
    await follows(school, alice, ada)
    await follows(school, alice, eve)
    note = eve.note("Forged")
    forged = {
        "id": note | {"id": peer.uri("notes")},
        "attributedTo": note | {"attributedTo": ada.uri},
        "both": note | {"id": peer.uri("notes"), "attributedTo": ada.uri},
        "actor": note | {"attributedTo": [ada.uri, eve.uri]},
    }[about]

    answer = await eve.sends(school, eve.creates(forged))
    await school.work()

    assert answer.status in (202, 400)
    assert await home(alice) == []


# Documents that can be read in two ways


async def test_cve_2022_24307_a_name_written_out_does_not_hide_another_sender(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    follow = eve.activity("Follow", ALICE, signature=SEAL)

    for name in (f"{NAMESPACE}#actor", "as:actor"):
        forged = follow | {"id": eve.peer.uri("activities"), name: [{"@id": ada.uri}]}
        assert await believed(school, alice, eve, forged) == []


@pytest.mark.parametrize("keyword", ["@graph", "@included", "@reverse"])
async def test_cve_2026_46349_a_document_of_several_is_none(
    school: School, alice: Teacher, ada: Person, eve: Person, keyword: str
) -> None:
    inner = ada.activity("Follow", ALICE, signature=SEAL)
    top = eve.activity("Follow", ALICE) | {keyword: [inner]}
    deep = eve.activity("Follow", {"id": ALICE, "type": "Person", keyword: [inner]})

    for forged in (top, deep, {"@context": NAMESPACE, keyword: [inner]}):
        answer = await eve.sends(school, forged)
        assert answer.status == 400
    await school.work()

    assert await followers(alice) == []


async def test_cve_2026_48028_a_seal_inside_proves_nothing(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    """Eve passes on, with parts left out, what Ada has sealed."""
    sealed = ada.activity("Follow", ALICE, signature=SEAL)
    shortened = {name: value for name, value in sealed.items() if name != "object"}

    for forged in (sealed, shortened | {"object": ALICE, "to": [ALICE]}):
        assert await believed(school, alice, eve, forged) == []


async def test_cve_2026_50128_we_seal_nothing_and_every_word_of_ours_is_in_the_context(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    await alice.says("Hello")
    await school.work()

    answer = await school.stranger.get("/users/alice", headers={"Accept": "application/ld+json"})

    terms = [item for item in answer.json["@context"] if isinstance(item, dict)]
    assert terms[0]["attributionDomains"] == {"@id": "toot:attributionDomains", "@type": "@id"}
    told = ada.peer.told("Create")
    assert len(told) == 1
    assert not any("signature" in activity for activity in ada.peer.inbox)


@pytest.mark.parametrize(
    "actor",
    [
        {"id": "EVE", "@id": "ADA"},
        {"@id": "ADA"},
        ["EVE", "ADA"],
        {"type": "Link", "href": "ADA"},
    ],
)
async def test_cve_2026_46713_an_activity_has_one_sender_however_it_is_written(
    school: School, alice: Teacher, ada: Person, eve: Person, actor: object
) -> None:
    text = json.dumps(actor).replace("EVE", eve.uri).replace("ADA", ada.uri)
    forged = eve.activity("Follow", ALICE, signature=SEAL) | {"actor": json.loads(text)}

    assert ada.handle not in await believed(school, alice, eve, forged)


async def test_cve_2026_42462_a_context_changes_the_meaning_of_no_word(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    swapped = [NAMESPACE, {"agent": "as:actor", "actor": "as:summary"}]
    forged = eve.activity("Follow", ALICE, agent=ada.uri, signature=SEAL)

    assert ada.handle not in await believed(school, alice, eve, forged | {"@context": swapped})


async def test_ghsa_2vxv_pv3m_3wvj_a_post_has_one_author_however_it_is_written(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    account = await follows(school, alice, ada)
    await follows(school, alice, eve)

    for name in (f"{NAMESPACE}#attributedTo", "as:attributedTo"):
        note = eve.note("Forged") | {name: ada.uri}
        await eve.sends(school, eve.creates(note))
    await school.work()

    assert await seen(alice, account) == []


# Keys


@pytest.mark.parametrize("key_of", ["alice", "ada"])
async def test_ghsa_37jf_59fg_9hpr_nobody_binds_the_key_of_another(
    school: School, alice: Teacher, ada: Person, eve: Person, key_of: str
) -> None:
    """Eve's profile says that a key with the id of somebody else's is hers."""
    await known(school, ada)
    mine = await alice.says("Mine")
    key_id = f"{ALICE}#main-key" if key_of == "alice" else ada.key_id
    owner = ALICE if key_of == "alice" else ada.uri
    eve.publish(publicKey=eve.document()["publicKey"] | {"id": key_id})
    await known(school, eve)

    eve.key_id, uri, eve.uri = key_id, eve.uri, owner
    answers = [
        await eve.sends(school, eve.activity("Delete", what, id=f"{owner}#{number}"))
        for number, what in enumerate([owner, mine["uri"]])
    ]
    eve.uri = uri
    await school.work()

    assert [answer.status for answer in answers] == [401, 401]
    assert (await alice.reads(f"/api/v1/statuses/{mine['id']}"))["uri"] == mine["uri"]
    await is_followed(school, alice, ada)
    assert await followers(alice) == [ada.handle]


async def test_fedify_963_a_key_is_kept_under_its_own_name_alone(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    """At an address of Eve's lies a document that calls itself Ada's key."""
    await known(school, ada)
    lie = f"{eve.peer.origin}/keys/1"
    pem = eve.document()["publicKey"]["publicKeyPem"]
    eve.peer.serve(lie, {"id": ada.key_id, "owner": ada.uri, "publicKeyPem": pem})

    for key_id in (lie, ada.key_id):
        eve.key_id, uri, eve.uri = key_id, eve.uri, ada.uri
        answer = await eve.sends(school, eve.activity("Follow", ALICE, id=f"{ada.uri}#{key_id}"))
        eve.uri = uri
        assert answer.status == 401

    await is_followed(school, alice, ada)
    assert await followers(alice) == [ada.handle]


# Deeds


async def test_cve_2025_54888_nothing_is_done_before_signer_and_actor_are_one(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("Still here")))
    forged = [
        ada.activity("Delete", ada.uri),
        ada.activity("Update", ada.document() | {"name": "Forged"}),
        ada.creates(ada.note("Forged")),
    ]

    answers = [(await eve.sends(school, activity)).status for activity in forged]
    await school.work()

    assert answers == [401, 401, 401]
    assert await home(alice) == ["<p>Still here</p>"]
    assert (await alice.reads(f"/api/v1/accounts/{account}"))["display_name"] == "Ada"


async def test_cve_2026_73090_nobody_updates_what_is_at_another_server(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    await follows(school, alice, ada)
    await follows(school, alice, eve)
    mine, note = await alice.says("Mine"), ada.note("True")
    await ada.tells(school, ada.creates(note))
    forged = {"content": "<p>Forged</p>", "updated": moment(-1_000), "attributedTo": eve.uri}

    for known_note in (note, {**note, "id": mine["uri"]}):
        for change in (known_note | forged, known_note | forged | {"attributedTo": ada.uri}):
            await eve.sends(school, eve.activity("Update", change))
    await eve.sends(school, eve.activity("Update", ada.document() | {"name": "Forged"}))
    await school.work()

    assert await home(alice) == ["<p>True</p>", "<p>Mine</p>"]


async def test_class_forged_deed_nobody_undoes_blocks_or_moves_for_another(
    school: School, peer: Peer, alice: Teacher, ada: Person, eve: Person
) -> None:
    """Eve at another server, and a neighbour of Ada's, try what only Ada may."""
    account = await follows(school, alice, ada)
    follow = await is_followed(school, alice, ada)
    block = ada.activity("Block", ALICE)
    move = ada.activity("Move", ada.uri, target=eve.uri)
    eve.publish(alsoKnownAs=[ada.uri])
    for forger in (eve, peer.person("mallory")):
        for what in (follow, follow["id"]):
            await forger.sends(school, forger.activity("Undo", what))
        await forger.sends(school, block)
        await forger.sends(school, forger.activity("Undo", ada.activity("Accept", follow)))
        await forger.sends(school, forger.activity("Move", ada.uri, target=eve.uri))
        await forger.sends(school, move)
    # Not even Ada's server says so.
    await ada.sends(school, move)
    await school.work()

    [relation] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert (relation["following"], relation["followed_by"]) == (True, True)
    assert relation["blocked_by"] is False
    assert (await alice.reads(f"/api/v1/accounts/{account}")).get("moved") is None


async def test_ghsa_xmpx_2j2f_c7g7_what_is_featured_is_its_owner_s_alone(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    note, mallory = ada.note("Pinned"), peer.person("mallory")
    featured = ada.document()["featured"]
    await ada.tells(school, ada.creates(note))
    await ada.tells(school, ada.activity("Add", note["id"], target=featured))
    mallory.publish(featured=featured)
    other = mallory.note("Mine")

    await mallory.sends(school, mallory.activity("Remove", note["id"], target=featured))
    await mallory.sends(school, mallory.activity("Add", other["id"], target=featured))
    await school.work()

    pinned = await alice.reads(f"/api/v1/accounts/{account}/statuses?pinned=true")
    assert [status["uri"] for status in pinned] == [note["id"]]


async def test_cve_2026_47777_a_forged_stamp_recommends_nobody(
    school: School, alice: Teacher, ada: Person, eve: Person
) -> None:
    """Eve's own server says that Ada and a teacher agreed to be in a collection of Eve's."""
    shelf, kit_uri = f"{eve.uri}/collections", eve.peer.uri("kits")
    eve.publish(featuredCollections=shelf)
    account = await follows(school, alice, eve)
    items = []
    for whom in (ada.uri, ALICE):
        stamp = {
            "@context": NAMESPACE,
            "id": eve.peer.uri("stamps"),
            "type": "FeatureAuthorization",
            "attributedTo": whom,
            "interactingObject": kit_uri,
            "interactionTarget": whom,
        }
        eve.peer.serve(stamp["id"], stamp)
        item = {"type": "FeaturedItem", "featuredObject": whom, "featuredObjectType": "Person"}
        items.append(item | {"id": f"{stamp['id']}#item", "featureAuthorization": stamp["id"]})
    kit = {
        "@context": NAMESPACE,
        "id": kit_uri,
        "type": "FeaturedCollection",
        "attributedTo": eve.uri,
        "name": "Who is with me",
        "discoverable": True,
        "published": moment(60_000),
        "orderedItems": items,
    }
    eve.peer.serve(kit_uri, kit)

    for activity in (
        eve.activity("Add", kit, target=shelf),
        eve.activity("Update", kit),
        *(eve.activity("Add", item, target=kit_uri) for item in items),
    ):
        await eve.sends(school, activity)
    await school.work()

    listed = await alice.reads(f"/api/v1/accounts/{account}/collections")
    assert [item for found in listed["collections"] for item in found["items"]] == []
    mine = await alice.reads(f"/api/v1/accounts/{alice.id}/in_collections")
    assert mine["collections"] == []
