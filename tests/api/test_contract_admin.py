"""What clients of the staff are answered where much has happened, each in its known shape."""

import pytest

from tests.api.contract import check, entity
from tests.api.test_cards import Website, website  # noqa: F401  a fixture
from tests.api.world import World, build
from tests.conftest import SchoolMaker

ADMIN = "/api/v1/admin"
DAYS = {"start_at": "2026-11-01", "end_at": "2026-11-24"}
MADE = {
    "domain_blocks": {"domain": "loud.example", "severity": "silence", "public_comment": "Loud"},
    "email_domain_blocks": {"domain": "mail.example"},
    "ip_blocks": {"ip": "203.0.113.0/24", "severity": "sign_up_block", "comment": "Spam"},
    "canonical_email_blocks": {"email": "a.b+c@mail.example"},
}


@pytest.fixture
async def world(schools: SchoolMaker, website: Website) -> World:  # noqa: F811  the fixture
    school = await schools(allow_private="127.0.0.0/8", card_delay=0)
    return await build(school, website)


@pytest.mark.parametrize("kind", MADE)
async def test_what_the_staff_writes_down_has_its_shape(world: World, kind: str) -> None:
    head, place = world.head, f"{ADMIN}/{kind}"

    made = await head.post(place, json=MADE[kind])
    one = f"{place}/{made.json['id']}"
    check("POST", place, made)
    check("GET", place, await head.get(place))
    check("GET", f"{place}/{{id}}", await head.get(one))
    if kind in ("domain_blocks", "ip_blocks"):
        check("PUT", f"{place}/{{id}}", await head.put(one, json=MADE[kind]))
    if kind == "canonical_email_blocks":
        found = await head.post(f"{place}/test", json={"email": "ab@mail.example"})
        check("POST", f"{place}/test", found)
    gone = await head.delete(one)

    assert (gone.status, gone.json) == (200, {})
    check("DELETE", f"{place}/{{id}}", gone)


async def test_server_that_is_let_in_has_its_shape(world: World) -> None:
    place = f"{ADMIN}/domain_allows"

    made = await world.head.post(place, json={"domain": "kind.example"})
    listed = await world.head.reads(place)
    one = await world.head.reads(f"{place}/{made.json['id']}")

    entity("AdminDomainAllow", made.json)
    assert listed == [one] == [made.json]


async def test_people_and_reports_have_their_shape(world: World) -> None:
    head, report = world.head, f"{ADMIN}/reports/{world.at['report']}"

    for path in (f"{ADMIN}/accounts", "/api/v2/admin/accounts"):
        check("GET", path, await head.get(path))
    for who in ("ada", "noisy", "rose"):
        shown = await head.get(f"{ADMIN}/accounts/{world.at[who]}")
        check("GET", f"{ADMIN}/accounts/{{id}}", shown)
    check("GET", f"{ADMIN}/reports", await head.get(f"{ADMIN}/reports"))
    check("GET", f"{ADMIN}/reports/{{id}}", await head.get(report))
    for deed in ("assign_to_self", "unassign", "resolve", "reopen"):
        check("POST", f"{ADMIN}/reports/{{id}}/{deed}", await head.post(f"{report}/{deed}"))


async def test_what_the_staff_does_to_people_has_its_shape(world: World) -> None:
    head, noisy = world.head, f"{ADMIN}/accounts/{world.at['noisy']}"

    for act, undo in (
        ("sensitive", "unsensitive"),
        ("silence", "unsilence"),
        ("disable", "enable"),
        ("suspend", "unsuspend"),
    ):
        done = await head.post(f"{noisy}/action", json={"type": act, "text": "Be kind"})
        check("POST", f"{ADMIN}/accounts/{{id}}/action", done)
        assert done.json == {}
        check("POST", f"{ADMIN}/accounts/{{id}}/{undo}", await head.post(f"{noisy}/{undo}"))


async def test_figures_have_their_shape(world: World) -> None:
    head = world.head
    measures = ["active_users", "new_users", "interactions", "opened_reports", "resolved_reports"]
    dimensions = ["languages", "sources", "servers", "space_usage", "software_versions"]

    measured = await head.post(f"{ADMIN}/measures", json={"keys": measures, **DAYS})
    divided = await head.post(f"{ADMIN}/dimensions", json={"keys": dimensions, **DAYS})
    came_back = await head.post(f"{ADMIN}/retention", json={"frequency": "day", **DAYS})

    check("POST", f"{ADMIN}/measures", measured)
    check("POST", f"{ADMIN}/dimensions", divided)
    check("POST", f"{ADMIN}/retention", came_back)
    assert [item["key"] for item in measured.json] == measures
    assert [item["key"] for item in divided.json] == dimensions


async def test_what_trends_has_its_shape_for_the_staff(world: World) -> None:
    for kind in ("tags", "links", "statuses"):
        path = f"{ADMIN}/trends/{kind}"
        answer = await world.head.get(path)

        assert answer.status == 200
        assert answer.json, kind
