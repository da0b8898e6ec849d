"""Documents at their own URIs: for those who may see them, and nobody else."""

from typing import Any

import pytest

from fedschool.activitypub import parse
from fedschool.activitypub.vocab import ACTIVITY_JSON, LD_JSON, PUBLIC
from fedschool.store import statuses
from tests.conftest import SchoolMaker
from tests.federation.stories import is_followed, known
from tests.peers import Peer, Person
from tests.people import Answer, School, Teacher

ACTIVITY = {"Accept": ACTIVITY_JSON}


def path(uri: str) -> str:
    assert uri.startswith("https://oak.test")
    return uri.removeprefix("https://oak.test")


async def ask(school: School, uri: str, accept: str = ACTIVITY_JSON) -> Answer:
    return await school.stranger.get(path(uri), headers={"Accept": accept})


# People


async def test_a_teacher_is_an_actor(school: School, alice: Teacher) -> None:
    answer = await ask(school, "https://oak.test/users/alice")

    assert answer.headers["Content-Type"] == f"{ACTIVITY_JSON}; charset=utf-8"
    claimed = parse.actor(answer.json)
    assert claimed.id == "https://oak.test/users/alice"
    assert claimed.inbox == "https://oak.test/users/alice/inbox"
    assert claimed.shared_inbox == "https://oak.test/inbox"
    assert claimed.public_key is not None
    assert claimed.public_key.owner == claimed.id


async def test_a_document_comes_in_the_type_that_is_asked_for(
    school: School, alice: Teacher
) -> None:
    answer = await ask(school, "https://oak.test/users/alice", LD_JSON)

    assert answer.headers["Content-Type"] == LD_JSON


async def test_a_browser_is_sent_to_the_page(school: School, alice: Teacher) -> None:
    status = await alice.says("Hello")
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"

    person = await ask(school, "https://oak.test/users/alice", browser)
    post = await ask(school, status["uri"], browser)

    assert (person.status, person.headers["Location"]) == (302, "https://oak.test/@alice")
    assert (post.status, post.headers["Location"]) == (302, status["url"])


async def test_nobody_is_no_actor(school: School) -> None:
    assert (await ask(school, "https://oak.test/users/nobody")).status == 404
    assert (await ask(school, "https://oak.test/users/oak.test")).status == 404


# Posts


async def test_a_post_is_a_note_and_its_creation(school: School, alice: Teacher) -> None:
    status = await alice.says("Physics is #fun", spoiler_text="Careful", language="en")

    note = parse.note((await ask(school, status["uri"])).json)
    create = parse.activity((await ask(school, status["uri"] + "/activity")).json)

    assert note.id == status["uri"]
    assert note.content == status["content"]
    assert note.summary == "Careful"
    assert note.to == (PUBLIC,)
    assert [tag.name for tag in note.hashtags] == ["fun"]
    assert create.type == "Create"
    assert parse.object_id(create.object) == status["uri"]


async def test_a_boost_is_an_announce(school: School, alice: Teacher) -> None:
    bob = await school.teacher("bob")
    status = await alice.says("Look")
    boost = await bob.does(f"/api/v1/statuses/{status['id']}/reblog")

    announce = parse.activity((await ask(school, boost["uri"])).json)

    assert announce.type == "Announce"
    assert announce.actor == "https://oak.test/users/bob"
    assert announce.object == status["uri"]


async def test_a_post_belongs_to_its_author_alone(school: School, alice: Teacher) -> None:
    await school.teacher("bob")
    status = await alice.says("Mine")

    wrong = status["uri"].replace("/users/alice/", "/users/bob/")

    assert (await ask(school, wrong)).status == 404
    assert (await ask(school, status["uri"] + "x")).status == 404
    assert (await ask(school, "https://oak.test/users/alice/statuses/" + "9" * 30)).status == 404


async def test_a_deleted_post_leaves_a_tombstone(school: School, alice: Teacher) -> None:
    status = await alice.says("Oops")
    await alice.delete(f"/api/v1/statuses/{status['id']}")

    answer = await ask(school, status["uri"])

    assert answer.status == 410
    assert answer.json["type"] == "Tombstone"
    assert answer.json["id"] == status["uri"]


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_a_post_for_some_is_not_for_anybody(
    school: School, alice: Teacher, visibility: str
) -> None:
    status = await alice.says("Psst", visibility=visibility)

    for ending in ("", "/activity", "/replies", "/likes", "/shares"):
        assert (await ask(school, status["uri"] + ending)).status == 404


async def test_a_private_post_is_served_to_a_follower_who_signs(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    stranger = peer.person("eve")
    await known(school, stranger)
    status = await alice.says("For followers", visibility="private")

    served = await ada.asks(school, path(status["uri"]))
    refused = await stranger.asks(school, path(status["uri"]))

    assert served.status == 200
    assert served.json["content"] == status["content"]
    assert "no-store" in served.headers["Cache-Control"]
    assert refused.status == 404


async def test_a_direct_post_is_served_to_the_person_named(
    school: School, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)
    status = await alice.says(f"@{ada.handle} psst", visibility="direct")

    served = await ada.asks(school, path(status["uri"]))

    assert served.status == 200


async def test_a_spoilt_signature_shows_nothing(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    status = await alice.says("For followers", visibility="private")
    other = await alice.says("For followers, too", visibility="private")

    signed = ada.signs("GET", other["uri"], None)
    answer = await school.stranger.get(path(status["uri"]), headers=signed)

    assert answer.status == 404


async def test_a_blocked_follower_sees_nothing_private(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    account = await known(school, ada)
    status = await alice.says("For followers", visibility="private")
    await alice.does(f"/api/v1/accounts/{account}/block")

    assert (await ada.asks(school, path(status["uri"]))).status == 404


# Collections


async def items(school: School, uri: str) -> list[Any]:
    """All items of a collection, page by page."""
    found: list[Any] = []
    collection = (await ask(school, uri)).json
    if "orderedItems" in collection:
        return list(collection["orderedItems"])
    following: str | None = collection["first"]
    while following is not None:
        page = (await ask(school, following)).json
        assert page["partOf"] == uri
        assert page["id"] == following
        found += page["orderedItems"]
        following = page.get("next")
    return found


async def test_the_outbox_holds_what_anybody_may_see(school: School, alice: Teacher) -> None:
    said = [await alice.says(f"Number {n}") for n in range(23)]
    await alice.says("Psst", visibility="private")
    await alice.says("Psst", visibility="direct")
    await alice.does(f"/api/v1/statuses/{said[0]['id']}/reblog")

    found = await items(school, "https://oak.test/users/alice/outbox")

    assert [item["type"] for item in found] == ["Announce"] + ["Create"] * 23
    assert [item["object"]["id"] for item in found[1:]] == [each["uri"] for each in said[::-1]]


async def test_followers_are_listed_unless_they_are_hidden(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    uri = "https://oak.test/users/alice/followers"

    assert await items(school, uri) == [ada.uri]

    answer = await alice.patch(
        "/api/v1/accounts/update_credentials", json={"hide_collections": True}
    )
    assert answer.status == 200, answer.text
    hidden = (await ask(school, uri)).json
    assert hidden["totalItems"] == 1
    assert "first" not in hidden
    page = (await ask(school, f"{uri}?page=true")).json
    assert "orderedItems" not in page


async def test_pinned_posts_are_featured(school: School, alice: Teacher) -> None:
    status = await alice.says("Read me first")
    secret = await alice.says("Followers, read me first", visibility="private")
    for each in (status, secret):
        await alice.does(f"/api/v1/statuses/{each['id']}/pin")

    found = await items(school, "https://oak.test/users/alice/collections/featured")

    assert [item["id"] for item in found] == [status["uri"]]
    assert await items(school, "https://oak.test/users/alice/collections/tags") == []


async def test_answers_are_listed_as_far_as_anybody_may_see_them(
    school: School, alice: Teacher
) -> None:
    status = await alice.says("A question")
    answer = await alice.says("An answer", in_reply_to_id=status["id"])
    await alice.says("A secret", in_reply_to_id=status["id"], visibility="direct")

    note = (await ask(school, status["uri"])).json

    assert await items(school, note["replies"]) == [answer["uri"]]
    assert await items(school, note["context"]) == [status["uri"], answer["uri"]]


async def test_likes_and_shares_are_counted(school: School, alice: Teacher, ada: Person) -> None:
    status = await alice.says("Good")
    await ada.tells(school, ada.activity("Like", status["uri"]))
    await ada.tells(school, ada.activity("Announce", status["uri"], to=[PUBLIC]))

    likes = (await ask(school, status["uri"] + "/likes")).json
    shares = (await ask(school, status["uri"] + "/shares")).json

    assert (likes["totalItems"], shares["totalItems"]) == (1, 1)
    assert "orderedItems" not in likes


async def test_who_has_left_is_gone(school: School) -> None:
    async with school.site.writing() as tx:
        await statuses.bury(tx, "https://oak.test/users/zoe", school.site.now())

    assert (await ask(school, "https://oak.test/users/zoe")).status == 410


async def test_who_asks_must_sign_where_the_school_says_so(
    schools: SchoolMaker, peer: Peer, ada: Person
) -> None:
    school = await schools("oak.test", allow_private="localhost", authorized_fetch=True)
    alice = await school.teacher("alice")
    post = await alice.says("In the open")
    path = post["uri"].removeprefix(school.site.uris.base)
    hidden = [path, f"{path}/activity", "/users/alice/outbox", "/users/alice/followers"]
    open_to_all = ["/users/alice", "/actor", "/actor/outbox"]

    unsigned = [await school.stranger.get(each, headers=ACTIVITY) for each in hidden]
    signed = [await ada.asks(school, each) for each in hidden]
    identities = [await school.stranger.get(each, headers=ACTIVITY) for each in open_to_all]

    assert [answer.status for answer in unsigned] == [401] * len(hidden)
    assert [answer.status for answer in signed] == [200] * len(hidden)
    assert [answer.status for answer in identities] == [200] * len(open_to_all)
