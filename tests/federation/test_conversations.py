"""Direct posts that arrive: conversations here, and strangers who wait to be let in."""

from tests.federation.stories import follows, known
from tests.peers import Person
from tests.people import School, Teacher

ALICE = "https://oak.test/users/alice"
TAG = {"type": "Mention", "href": ALICE, "name": "@alice@oak.test"}


async def test_direct_post_from_elsewhere_is_a_conversation(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)

    await ada.tells(school, ada.creates(ada.note("Hello", to=[ALICE], cc=[], tag=[TAG])))

    [conversation] = await alice.reads("/api/v1/conversations")
    assert conversation["unread"] is True
    assert [item["username"] for item in conversation["accounts"]] == ["ada"]
    assert conversation["last_status"]["content"] == "<p>Hello</p>"


async def test_strangers_direct_post_waits_as_a_request(
    school: School, alice: Teacher, ada: Person
) -> None:
    await ada.tells(school, ada.creates(ada.note("Psst", to=[ALICE], cc=[], tag=[TAG])))

    assert await alice.reads("/api/v1/notifications") == []
    [request] = await alice.reads("/api/v1/notifications/requests")
    assert request["account"]["username"] == "ada"
    await alice.does(f"/api/v1/notifications/requests/{request['id']}/accept")
    assert [n["type"] for n in await alice.reads("/api/v1/notifications")] == ["mention"]


async def test_answer_from_elsewhere_is_told_at_once(
    school: School, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)
    question = await alice.says(f"@ada@{ada.peer.host} who are you?", visibility="direct")
    note = ada.note("Ada", to=[ALICE], cc=[], tag=[TAG], inReplyTo=question["uri"])

    await ada.tells(school, ada.creates(note))

    assert [n["type"] for n in await alice.reads("/api/v1/notifications")] == ["mention"]
    [conversation] = await alice.reads("/api/v1/conversations")
    assert conversation["last_status"]["in_reply_to_id"] == question["id"]
