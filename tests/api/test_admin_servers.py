"""The staff decides about other servers: blocked, limited, allowed (Admin API)."""

import hashlib

import pytest

from fedschool.model.account import Role
from fedschool.model.timeline import Cursor
from fedschool.services import servers
from fedschool.store import audit
from tests.api.admins import STAFF_SCOPES, admin, staff
from tests.api.contract import check, entity
from tests.people import School

BLOCKS = "/api/v1/admin/domain_blocks"
ALLOWS = "/api/v1/admin/domain_allows"


async def test_block_is_made_read_changed_and_taken_back(school: School) -> None:
    principal = await admin(school)

    made = await principal.post(
        BLOCKS,
        json={
            "domain": "Spam.Example",
            "severity": "suspend",
            "reject_media": True,
            "reject_reports": True,
            "private_comment": "Spam since March",
            "public_comment": "Spam",
            "obfuscate": True,
        },
    )
    place = f"{BLOCKS}/{made.json['id']}"
    listed = await principal.get(BLOCKS)
    one = await principal.get(place)
    changed = await principal.put(place, json={"severity": "silence", "public_comment": "Less"})
    gone = await principal.delete(place)

    assert made.json["domain"] == "spam.example"
    assert made.json["severity"] == "suspend"
    assert made.json["digest"] == hashlib.sha256(b"spam.example").hexdigest()
    assert (
        made.json["reject_media"] is made.json["reject_reports"] is made.json["obfuscate"] is True
    )
    assert listed.json == [made.json]
    assert one.json == made.json
    assert changed.json == {**made.json, "severity": "silence", "public_comment": "Less"}
    assert (gone.status, gone.json) == (200, {})
    assert (await principal.get(place)).status == 404
    assert await principal.reads(BLOCKS) == []
    check("POST", BLOCKS, made)
    check("GET", BLOCKS, listed)
    check("GET", f"{BLOCKS}/{{id}}", one)
    check("PUT", f"{BLOCKS}/{{id}}", changed)


async def test_domain_that_is_covered_already_answers_with_what_covers_it(school: School) -> None:
    principal = await admin(school)
    first = await principal.does(BLOCKS, domain="example.org", severity="suspend")

    again = await principal.post(BLOCKS, json={"domain": "example.org", "severity": "suspend"})
    below = await principal.post(BLOCKS, json={"domain": "a.example.org", "severity": "silence"})

    for answer in (again, below):
        assert answer.status == 422
        assert "example.org" in answer.json["error"]
        assert answer.json["existing_domain_block"] == first


async def test_subdomain_may_be_blocked_more_strictly(school: School) -> None:
    principal = await admin(school)
    await principal.does(BLOCKS, domain="example.org", severity="silence")

    made = await principal.does(BLOCKS, domain="bad.example.org", severity="suspend")

    assert made["severity"] == "suspend"


@pytest.mark.parametrize(
    "fields",
    [
        {"domain": ""},
        {"domain": "no spaces.example"},
        {"domain": "a/b"},
        {"domain": "oak.test"},
        {"domain": "test"},
        {"domain": "example.org", "severity": "hate"},
        {"domain": "example.org", "private_comment": "x" * 2_001},
    ],
)
async def test_what_cannot_be_decided_is_refused(school: School, fields: dict[str, str]) -> None:
    principal = await admin(school)

    answer = await principal.post(BLOCKS, json=fields)

    assert answer.status == 422
    assert await principal.reads(BLOCKS) == []


@pytest.mark.parametrize("role", [Role.TEACHER, Role.MODERATOR])
async def test_only_admins_may_decide_about_servers(school: School, role: Role) -> None:
    somebody = await staff(school, "somebody", role)

    answers = [
        await somebody.get(BLOCKS),
        await somebody.post(BLOCKS, json={"domain": "example.org"}),
        await somebody.get(f"{BLOCKS}/1"),
        await somebody.put(f"{BLOCKS}/1", json={}),
        await somebody.delete(f"{BLOCKS}/1"),
        await somebody.get(ALLOWS),
        await somebody.post(ALLOWS, json={"domain": "example.org"}),
        await somebody.get(f"{ALLOWS}/1"),
        await somebody.delete(f"{ALLOWS}/1"),
    ]

    assert [answer.status for answer in answers] == [403] * 9


async def test_token_needs_the_scope(school: School) -> None:
    reader = await admin(school, "read write admin:read:domain_blocks")

    assert (await reader.get(BLOCKS)).status == 200
    assert (await reader.post(BLOCKS, json={"domain": "example.org"})).status == 403
    assert (await reader.get(ALLOWS)).status == 403
    assert (await school.stranger.get(BLOCKS)).status == 401


async def test_allow_is_made_read_and_taken_back(school: School) -> None:
    principal = await admin(school, STAFF_SCOPES)

    made = await principal.post(ALLOWS, json={"domain": "Friends.Example"})
    again = await principal.post(ALLOWS, json={"domain": "friends.example"})
    place = f"{ALLOWS}/{made.json['id']}"
    listed = await principal.get(ALLOWS)
    one = await principal.get(place)
    gone = await principal.delete(place)

    assert made.json["domain"] == "friends.example"
    assert again.json == one.json == made.json
    assert listed.json == [made.json]
    assert (gone.status, gone.json) == (200, {})
    assert (await principal.get(place)).status == 404
    for answer in (made, again, one):
        entity("AdminDomainAllow", answer.json)


async def test_lists_are_read_in_pages(school: School) -> None:
    principal = await admin(school)
    for number in range(5):
        await principal.does(BLOCKS, domain=f"s{number}.example", severity="noop")

    first = await principal.get(f"{BLOCKS}?limit=2")
    oldest = first.json[-1]["id"]
    second = await principal.reads(f"{BLOCKS}?limit=2&max_id={oldest}")

    assert [item["domain"] for item in first.json] == ["s4.example", "s3.example"]
    assert [item["domain"] for item in second] == ["s2.example", "s1.example"]
    assert f"max_id={oldest}" in first.headers["Link"]


async def test_page_of_blocks_costs_the_same_whatever_its_length(school: School) -> None:
    principal = await admin(school)
    for number in range(6):
        await principal.does(BLOCKS, domain=f"s{number}.example", severity="noop")
    database = school.site.database
    costs = []

    for limit in (1, 6):
        before = database.statements
        assert len(await principal.reads(f"{BLOCKS}?limit={limit}")) == limit
        costs.append(database.statements - before)

    assert costs[0] == costs[1]


async def test_decisions_are_written_down(school: School) -> None:
    principal = await admin(school)
    made = await principal.does(BLOCKS, domain="example.org", severity="suspend")
    await principal.delete(f"{BLOCKS}/{made['id']}")

    async with school.site.reading() as tx:
        entries = await audit.page(tx, Cursor(), "domain/example.org")

    assert [(entry.action, entry.actor) for entry in entries] == [
        ("unblock_domain", int(principal.id)),
        ("block_domain", int(principal.id)),
    ]


async def test_what_is_published_tells_no_more_than_it_should(school: School) -> None:
    principal = await admin(school)
    await principal.does(BLOCKS, domain="watched.example", severity="noop")
    await principal.does(
        BLOCKS,
        domain="hidden-name.example",
        severity="suspend",
        obfuscate=True,
        private_comment="Internal",
    )
    await principal.does(
        BLOCKS, domain="loud.example", severity="silence", public_comment="Shouting"
    )

    shown = await servers.published_blocks(school.site)

    assert [(item.severity.value, item.comment) for item in shown] == [
        ("suspend", ""),
        ("silence", "Shouting"),
    ]
    assert shown[1].domain == "loud.example"
    assert "*" in shown[0].domain
    assert "den-na" not in shown[0].domain
    assert len(shown[0].domain) == len("hidden-name.example")
