"""The profile as its owner edits it, and links on it that are proven."""

from collections.abc import AsyncIterator

import pytest

from tests.api.contract import check
from tests.conftest import SchoolMaker
from tests.federation.stories import known
from tests.peers import Peer, open_peer
from tests.people import School, Teacher

PROFILE = "/api/v1/profile"


@pytest.fixture
async def school(schools: SchoolMaker) -> School:
    return await schools("oak.test", allow_private="localhost")


@pytest.fixture
async def alice(school: School) -> Teacher:
    return await school.teacher("alice")


@pytest.fixture
async def web() -> AsyncIterator[Peer]:
    """A server with pages on it."""
    async with open_peer() as opened:
        yield opened


async def test_profile_is_shown_as_it_was_typed(alice: Teacher) -> None:
    changed = await alice.patch(
        PROFILE,
        json={
            "display_name": "Alice",
            "note": "Maths & <music>",
            "fields_attributes": [{"name": "Room", "value": "12 <b>"}],
            "attribution_domains": ["oak.example"],
            "show_media": False,
            "indexable": True,
        },
    )
    shown = await alice.get(PROFILE)

    check("PATCH", "/api/v1/profile", changed)
    check("GET", "/api/v1/profile", shown)
    assert changed.json == shown.json
    assert shown.json["note"] == "Maths & <music>"
    assert shown.json["fields"] == [{"name": "Room", "value": "12 <b>", "verified_at": None}]
    assert shown.json["attribution_domains"] == ["oak.example"]
    assert (shown.json["show_media"], shown.json["show_media_replies"]) == (False, True)
    assert shown.json["avatar"] is None


async def test_what_is_shown_on_the_profile_is_everybodys_to_know(
    school: School, alice: Teacher
) -> None:
    await alice.put(PROFILE, json={"show_featured": False, "show_media_replies": False})

    seen = await school.stranger.get(f"/api/v1/accounts/{alice.id}")

    assert (seen.json["show_featured"], seen.json["show_media"]) == (False, True)
    assert seen.json["show_media_replies"] is False


async def test_wrong_value_changes_nothing(alice: Teacher) -> None:
    answer = await alice.patch(PROFILE, json={"display_name": "x" * 99, "note": "new"})

    assert answer.status == 422
    assert (await alice.reads(PROFILE))["note"] == ""


async def test_profile_needs_a_token_of_its_scope(school: School) -> None:
    reader = await school.teacher("rita", scopes="read:statuses")

    assert (await school.stranger.get(PROFILE)).status == 401
    assert (await reader.get(PROFILE)).status == 403
    assert (await reader.patch(PROFILE, json={"note": "x"})).status == 403


def page(*links: str) -> bytes:
    return f"<html><head>{links[0]}</head><body>{''.join(links[1:])}</body></html>".encode()


async def test_link_to_a_page_that_names_the_profile_is_proven(
    school: School, alice: Teacher, web: Peer
) -> None:
    me = f"https://{school.host}/@alice"
    web.pages["/alice"] = page(
        '<link rel="stylesheet" href="x">', f'<a rel="nofollow me" href="{me}">'
    )
    web.pages["/other"] = page(f'<link rel="me" href="{me}x">', f'<a href="{me}">me</a>')
    fields = [{"name": "Page", "value": f"{web.origin}/alice"}]
    fields.append({"name": "Other", "value": f"{web.origin}/other"})
    fields.append({"name": "Words", "value": f"see {web.origin}/alice"})

    await alice.patch(PROFILE, json={"fields_attributes": fields})
    await school.work()

    shown = await alice.reads(PROFILE)
    seen = (await school.stranger.get(f"/api/v1/accounts/{alice.id}")).json
    assert [row["verified_at"] is not None for row in shown["fields"]] == [True, False, False]
    assert [row["verified_at"] is not None for row in seen["fields"]] == [True, False, False]


async def test_proof_stays_with_the_row_and_goes_with_a_new_address(
    school: School, alice: Teacher, web: Peer
) -> None:
    me = f"https://{school.host}/users/alice"
    web.pages["/alice"] = page(f'<link rel="me" href="{me}">')
    row = {"name": "Page", "value": f"{web.origin}/alice"}
    await alice.patch(PROFILE, json={"fields_attributes": [row]})
    await school.work()
    proven = (await alice.reads(PROFILE))["fields"][0]["verified_at"]

    kept = await alice.patch(
        PROFILE, json={"fields_attributes": [row, {"name": "A", "value": "b"}]}
    )
    row["value"] = f"{web.origin}/elsewhere"
    gone = await alice.patch(PROFILE, json={"fields_attributes": [row]})
    await school.work()

    assert proven is not None
    assert kept.json["fields"][0]["verified_at"] == proven
    assert gone.json["fields"][0]["verified_at"] is None
    assert (await alice.reads(PROFILE))["fields"][0]["verified_at"] is None


async def test_remote_peoples_links_are_proven_here_too(
    school: School, alice: Teacher, web: Peer
) -> None:
    ada = web.person("ada")
    web.pages["/home"] = page(f'<link rel="me" href="{ada.uri}">')
    link = f'<a href="{web.origin}/home" rel="me">{web.origin}/home</a>'
    ada.publish(attachment=[{"type": "PropertyValue", "name": "Home", "value": link}])

    account = await known(school, ada)
    await school.work()

    (field,) = (await alice.reads(f"/api/v1/accounts/{account}"))["fields"]
    assert field["verified_at"] is not None


async def test_hopeless_address_proves_nothing_and_fails_nothing(
    school: School, alice: Teacher, web: Peer
) -> None:
    rows = [
        {"name": "Private", "value": "http://127.0.0.1:9/"},
        {"name": "Missing", "value": f"{web.origin}/nothing"},
    ]

    await alice.patch(PROFILE, json={"fields_attributes": rows})
    await school.work()

    shown = await alice.reads(PROFILE)
    assert [row["verified_at"] for row in shown["fields"]] == [None, None]


async def test_posts_by_mail_are_refused_honestly(school: School, alice: Teacher) -> None:
    path = f"/api/v1/accounts/{alice.id}/email_subscriptions"

    answer = await school.stranger.post(path, json={"email": "eve@oak.test"})

    assert answer.status == 501
    assert (await school.stranger.post("/api/v1/accounts/1/email_subscriptions")).status == 404
    shown = await school.stranger.get(f"/api/v1/accounts/{alice.id}")
    assert not shown.json.get("email_subscriptions")
