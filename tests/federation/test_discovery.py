"""What other servers find out about the school before they know anybody there."""

from typing import Any

import pytest

from fedschool.model.registration import SignUp
from fedschool.services import users
from tests.conftest import SchoolMaker
from tests.people import School, Teacher

FINGER = "/.well-known/webfinger"


@pytest.fixture
def subject() -> str:
    return "acct:alice@oak.test"


@pytest.mark.parametrize(
    "resource",
    [
        "acct:alice@oak.test",
        "acct:ALICE@OAK.TEST",
        "alice@oak.test",
        "@alice@oak.test",
        "https://oak.test/users/alice",
        "https://oak.test/@alice",
    ],
)
async def test_a_teacher_is_found_by_handle_actor_and_page(
    school: School, alice: Teacher, resource: str, subject: str
) -> None:
    answer = await school.stranger.get(FINGER, query_string={"resource": resource})

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/jrd+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json["subject"] == subject
    links = {link["rel"]: link for link in answer.json["links"]}
    assert links["self"]["href"] == "https://oak.test/users/alice"
    template = links["http://ostatus.org/schema/1.0/subscribe"]["template"]
    assert template == "https://oak.test/authorize_interaction?uri={uri}"


@pytest.mark.parametrize(
    "resource",
    [
        "acct:nobody@oak.test",
        "acct:alice@elsewhere.test",
        "acct:alice@oak.test.evil.test",
        "https://elsewhere.test/users/alice",
        "https://oak.test/users/alice/inbox",
        "acct:alice@oak.test\x00",
        "mailto:alice@oak.test",
        "acct:@oak.test",
        "alice",
    ],
)
async def test_nobody_else_is_found(school: School, alice: Teacher, resource: str) -> None:
    answer = await school.stranger.get(FINGER, query_string={"resource": resource})

    assert answer.status == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_request_for_nothing_is_malformed(school: School) -> None:
    assert (await school.stranger.get(FINGER)).status == 400
    endless = {"resource": "acct:" + "a" * 5_000}
    assert (await school.stranger.get(FINGER, query_string=endless)).status == 400


async def test_a_port_may_be_left_away(schools: SchoolMaker) -> None:
    school = await schools("localhost:8000")
    email = "alice@oak.test"
    await users.create_by_admin(
        school.site, username="alice", email=email, password="correct-horse"
    )

    for resource in ("acct:alice@localhost:8000", "acct:alice@localhost"):
        answer = await school.stranger.get(FINGER, query_string={"resource": resource})
        assert answer.json["subject"] == "acct:alice@localhost:8000"


async def test_who_waits_for_approval_is_not_found(schools: SchoolMaker) -> None:
    school = await schools(registrations="approval")
    asked = SignUp(
        username="bob", email="bob@oak.test", password="correct-horse", reason="x", agreement=True
    )
    await users.sign_up(school.site, asked)

    finger = await school.stranger.get(FINGER, query_string={"resource": "acct:bob@oak.test"})
    actor = await school.stranger.get("/users/bob")
    assert (finger.status, actor.status) == (404, 404)


async def test_the_school_is_an_actor_of_its_own(school: School) -> None:
    resource = {"resource": "acct:oak.test@oak.test"}
    finger = await school.stranger.get(FINGER, query_string=resource)

    [actor] = {link["href"] for link in finger.json["links"] if link["rel"] == "self"}
    answer = await school.stranger.get(actor.removeprefix("https://oak.test"))
    assert answer.json["type"] == "Application"
    assert answer.json["preferredUsername"] == "oak.test"
    assert answer.json["publicKey"]["owner"] == actor
    again = await school.stranger.get("/actor")
    assert again.json["publicKey"] == answer.json["publicKey"]


async def test_the_school_s_actor_is_found_by_its_address_and_by_nodeinfo(school: School) -> None:
    asked = [
        await school.stranger.get("/.well-known/webfinger", query_string={"resource": resource})
        for resource in ("https://oak.test", "https://oak.test/")
    ]
    links = (await school.stranger.get("/.well-known/nodeinfo")).json["links"]

    actors = [link["href"] for answer in asked for link in answer.json["links"][1:3]]
    assert set(actors) == {"https://oak.test/actor"}
    application = "https://www.w3.org/ns/activitystreams#Application"
    assert {"rel": application, "href": "https://oak.test/actor"} in links


async def test_host_meta_points_to_webfinger(school: School) -> None:
    answer = await school.stranger.get("/.well-known/host-meta")

    assert answer.headers["Content-Type"].startswith("application/xrd+xml")
    assert 'template="https://oak.test/.well-known/webfinger?resource={uri}"' in answer.text


async def test_nodeinfo_counts_what_there_is(school: School, alice: Teacher) -> None:
    await school.teacher("bob")
    await school.stranger.get("/actor")
    await alice.says("One")
    await alice.says("Two")

    links = (await school.stranger.get("/.well-known/nodeinfo")).json["links"]
    documents = [link for link in links if "nodeinfo" in link["rel"]]
    for link in documents:
        answer = await school.stranger.get(link["href"].removeprefix("https://oak.test"))
        info: dict[str, Any] = answer.json
        assert info["version"] == link["href"].rpartition("/")[2]
        assert info["software"]["name"] == "fedschool"
        assert info["usage"]["users"] == {"total": 2, "activeMonth": 1, "activeHalfyear": 1}
        assert info["usage"]["localPosts"] == 2
        assert info["openRegistrations"] is True
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert len(documents) == 2


async def test_there_is_no_other_nodeinfo(school: School) -> None:
    assert (await school.stranger.get("/nodeinfo/1.0")).status == 404
