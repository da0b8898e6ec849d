"""Who may not sign up or come in: networks, e-mail domains, e-mail addresses (Admin API)."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.model.account import Role
from fedschool.model.blocks import IpSeverity, canonical_hash, network
from fedschool.ports.walls import Walls
from fedschool.services import upkeep
from tests.api.admins import admin, staff
from tests.api.contract import check
from tests.conftest import SchoolMaker
from tests.people import Answer, Caller, School, Teacher

IPS = "/api/v1/admin/ip_blocks"
DOMAINS = "/api/v1/admin/email_domain_blocks"
ADDRESSES = "/api/v1/admin/canonical_email_blocks"
START = 1_700_000_000_000
DAY = 86_400_000


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def school(schools: SchoolMaker, clock: Clock) -> School:
    return await schools("oak.test", clock=clock)


@pytest.fixture
async def principal(school: School) -> Teacher:
    return await admin(school)


def at(address: str) -> dict[str, Any]:
    """How a test client comes from there."""
    return {"scope_base": {"client": (address, 1)}}


async def signs_up(
    school: School, name: str, email: str | None = None, ip: str = "198.51.100.7"
) -> Answer:
    """A stranger asks to join with an application."""
    app = await school.stranger.post(
        "/api/v1/apps",
        json={
            "client_name": "x",
            "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
            "scopes": "read write",
        },
    )
    token = await school.stranger.post(
        "/oauth/token",
        json={
            "grant_type": "client_credentials",
            "client_id": app.json["client_id"],
            "client_secret": app.json["client_secret"],
            "scope": "read write",
        },
    )
    caller = Caller(school.app.test_client(), token.json["access_token"])
    form: dict[str, Any] = {
        "username": name,
        "email": email or f"{name}@mail.example",
        "password": "correct-horse",
        "agreement": True,
    }
    return await caller.post("/api/v1/accounts", json=form, **at(ip))


async def may_act(school: School, answer: Answer) -> bool:
    caller = Caller(school.app.test_client(), answer.json["access_token"])
    return (await caller.get("/api/v1/accounts/verify_credentials")).status == 200


async def test_network_is_blocked_changed_and_let_in_again(principal: Teacher) -> None:
    made = await principal.post(
        IPS, json={"ip": "203.0.113.77/24", "severity": "sign_up_block", "comment": "Spam"}
    )
    place = f"{IPS}/{made.json['id']}"
    listed = await principal.get(IPS)
    one = await principal.get(place)
    changed = await principal.put(
        place, json={"severity": "sign_up_requires_approval", "expires_in": 3_600}
    )
    gone = await principal.delete(place)

    assert made.json["ip"] == "203.0.113.0/24"
    assert (made.json["severity"], made.json["comment"]) == ("sign_up_block", "Spam")
    assert made.json["expires_at"] is None
    assert listed.json == [made.json]
    assert one.json == made.json
    assert changed.json["severity"] == "sign_up_requires_approval"
    assert changed.json["expires_at"] is not None
    assert (gone.status, gone.json) == (200, {})
    assert (await principal.get(place)).status == 404
    check("POST", IPS, made)
    check("GET", IPS, listed)
    check("GET", f"{IPS}/{{id}}", one)
    check("PUT", f"{IPS}/{{id}}", changed)


async def test_nobody_comes_in_from_a_network_without_access(
    school: School, principal: Teacher
) -> None:
    await principal.does(IPS, ip="203.0.113.0/24", severity="no_access")
    await principal.does(IPS, ip="2001:db8::/32", severity="no_access")
    paths = ("/api/v1/instance", "/", "/.well-known/nodeinfo", "/users/principal")

    inside = [
        (await school.stranger.get(path, **at(ip))).status
        for path in paths
        for ip in ("203.0.113.9", "2001:db8:1::9", "::ffff:203.0.113.9")
    ]
    outside = [
        (await school.stranger.get(path, **at(ip))).status
        for path in paths
        for ip in ("203.0.114.9", "2001:db9::1")
    ]

    assert set(inside) == {403}
    assert 403 not in outside


async def test_block_holds_at_once_ends_by_itself_and_is_forgotten(
    school: School, principal: Teacher, clock: Clock
) -> None:
    async def status() -> int:
        return (await school.stranger.get("/api/v1/instance", **at("203.0.113.9"))).status

    assert await status() == 200
    await principal.does(IPS, ip="203.0.113.9", severity="no_access", expires_in=60)
    blocked = await status()
    clock.now += 61_000
    ended = await status()
    await upkeep.end_blocks(school.site)

    assert (blocked, ended) == (403, 200)
    assert await principal.reads(IPS) == []


async def test_change_and_removal_hold_at_once(school: School, principal: Teacher) -> None:
    async def status() -> int:
        return (await school.stranger.get("/api/v1/instance", **at("203.0.113.9"))).status

    made = await principal.does(IPS, ip="203.0.113.9", severity="no_access")
    statuses = [await status()]
    await principal.put(f"{IPS}/{made['id']}", json={"severity": "sign_up_block"})
    statuses.append(await status())
    await principal.put(f"{IPS}/{made['id']}", json={"severity": "no_access"})
    statuses.append(await status())
    await principal.delete(f"{IPS}/{made['id']}")
    statuses.append(await status())

    assert statuses == [403, 200, 403, 200]


async def test_nobody_shuts_themselves_out(principal: Teacher) -> None:
    answer = await principal.post(
        IPS, json={"ip": "203.0.113.0/24", "severity": "no_access"}, **at("203.0.113.1")
    )

    assert answer.status == 422


@pytest.mark.parametrize(
    "fields",
    [
        {"severity": "no_access"},
        {"ip": "", "severity": "no_access"},
        {"ip": "example.org", "severity": "no_access"},
        {"ip": "203.0.113.9"},
        {"ip": "203.0.113.9", "severity": "death"},
        {"ip": "0.0.0.0/0", "severity": "no_access"},
        {"ip": "::/0", "severity": "no_access"},
        {"ip": "203.0.113.9", "severity": "no_access", "expires_in": -1},
        {"ip": "203.0.113.9", "severity": "no_access", "comment": "x" * 1_001},
    ],
)
async def test_what_cannot_be_a_block_is_refused(
    principal: Teacher, fields: dict[str, Any]
) -> None:
    answer = await principal.post(IPS, json=fields)

    assert answer.status == 422
    assert await principal.reads(IPS) == []


async def test_network_has_one_block(principal: Teacher) -> None:
    await principal.does(IPS, ip="203.0.113.0/24", severity="sign_up_block")

    again = await principal.post(IPS, json={"ip": "203.0.113.5/24", "severity": "no_access"})

    assert again.status == 422


async def test_nobody_signs_up_from_a_network_that_may_not(
    school: School, principal: Teacher
) -> None:
    await principal.does(IPS, ip="203.0.113.0/24", severity="sign_up_block")

    inside = await signs_up(school, "eve", ip="203.0.113.9")
    outside = await signs_up(school, "bob")

    assert inside.status == 403
    assert outside.status == 200
    assert await may_act(school, outside)


async def test_somebody_looks_first_at_who_signs_up_from_a_watched_network(
    school: School, principal: Teacher
) -> None:
    await principal.does(IPS, ip="203.0.113.0/24", severity="sign_up_requires_approval")

    answer = await signs_up(school, "eve", ip="203.0.113.9")

    assert answer.status == 200
    assert not await may_act(school, answer)


async def test_email_domain_is_blocked_with_all_below_it(
    school: School, principal: Teacher
) -> None:
    made = await principal.post(DOMAINS, json={"domain": "Throwaway.Example"})
    place = f"{DOMAINS}/{made.json['id']}"

    refused = [
        await signs_up(school, "eve", "eve@throwaway.example"),
        await signs_up(school, "eve", "eve@mx.throwaway.example"),
        await signs_up(school, "eve", "EVE@throwaway.example"),
    ]
    fine = await signs_up(school, "eve", "eve@notthrowaway.example")
    listed = await principal.get(DOMAINS)
    one = await principal.get(place)
    gone = await principal.delete(place)

    assert [answer.status for answer in refused] == [422, 422, 422]
    assert refused[0].json["details"]["email"][0]["error"] == "ERR_BLOCKED"
    assert fine.status == 200
    assert made.json["domain"] == "throwaway.example"
    assert len(made.json["history"]) == 7
    assert one.json["history"][0]["uses"] == "3"
    assert one.json["history"][0]["accounts"] == "2"
    assert one.json["history"][1]["uses"] == "0"
    assert listed.json == [one.json]
    assert (gone.status, gone.json) == (200, {})
    assert (await principal.get(place)).status == 404
    assert (await signs_up(school, "mallory", "mallory@throwaway.example")).status == 200
    check("POST", DOMAINS, made)
    check("GET", DOMAINS, listed)
    check("GET", f"{DOMAINS}/{{id}}", one)


async def test_somebody_looks_first_at_addresses_of_a_watched_email_domain(
    school: School, principal: Teacher
) -> None:
    await principal.does(DOMAINS, domain="watched.example", allow_with_approval=True)

    answer = await signs_up(school, "eve", "eve@watched.example")

    assert answer.status == 200
    assert not await may_act(school, answer)


async def test_address_is_blocked_in_all_its_spellings(school: School, principal: Teacher) -> None:
    made = await principal.post(ADDRESSES, json={"email": "Eve.Adams+news@mail.example"})
    place = f"{ADDRESSES}/{made.json['id']}"

    refused = await signs_up(school, "eve", "eveadams+again@mail.example")
    fine = await signs_up(school, "eva", "eva.adams@mail.example")
    met = await principal.post(f"{ADDRESSES}/test", json={"email": "e.v.e.adams@MAIL.example"})
    not_met = await principal.post(f"{ADDRESSES}/test", json={"email": "eva@mail.example"})
    listed = await principal.get(ADDRESSES)
    one = await principal.get(place)
    gone = await principal.delete(place)

    expected = hashlib.sha256(b"eveadams@mail.example").hexdigest()
    assert made.json["canonical_email_hash"] == expected
    assert refused.status == 422
    assert fine.status == 200
    assert met.json == listed.json == [one.json] == [made.json]
    assert not_met.json == []
    assert (gone.status, gone.json) == (200, {})
    assert (await principal.get(place)).status == 404
    check("POST", ADDRESSES, made)
    check("POST", f"{ADDRESSES}/test", met)
    check("GET", ADDRESSES, listed)
    check("GET", f"{ADDRESSES}/{{id}}", one)


async def test_address_may_be_blocked_by_its_hash_alone(principal: Teacher) -> None:
    hashed = canonical_hash("eve@mail.example")

    made = await principal.does(ADDRESSES, canonical_email_hash=hashed)
    again = await principal.does(ADDRESSES, email="e.ve@mail.example")
    wrong = await principal.post(ADDRESSES, json={"canonical_email_hash": "abc"})

    assert made == again
    assert made["canonical_email_hash"] == hashed
    assert wrong.status == 422


@pytest.mark.parametrize("role", [Role.TEACHER, Role.MODERATOR])
async def test_only_admins_keep_blocks(school: School, role: Role) -> None:
    somebody = await staff(school, "somebody", role)
    forms: dict[str, dict[str, str]] = {
        IPS: {"ip": "203.0.113.9", "severity": "no_access"},
        DOMAINS: {"domain": "example.org"},
        ADDRESSES: {"email": "eve@mail.example"},
    }

    answers = []
    for path, form in forms.items():
        answers += [
            await somebody.get(path),
            await somebody.post(path, json=form),
            await somebody.get(f"{path}/1"),
            await somebody.delete(f"{path}/1"),
        ]
    answers.append(await somebody.put(f"{IPS}/1", json={}))
    answers.append(await somebody.post(f"{ADDRESSES}/test", json={"email": "a@b.example"}))

    assert {answer.status for answer in answers} == {403}


@pytest.mark.parametrize("path", [IPS, DOMAINS, ADDRESSES])
async def test_each_kind_of_block_has_its_own_scope(school: School, path: str) -> None:
    noun = path.rpartition("/")[2]
    reader = await admin(school, f"read admin:read:{noun}")
    others = [other for other in (IPS, DOMAINS, ADDRESSES) if other != path]

    assert (await reader.get(path)).status == 200
    assert (await reader.delete(f"{path}/1")).status == 403
    assert [(await reader.get(other)).status for other in others] == [403, 403]


@given(st.ip_addresses(v=4), st.integers(8, 32), st.ip_addresses(v=4))
def test_walls_are_where_networks_are(inside: Any, length: int, other: Any) -> None:
    wall = network(f"{inside}/{length}")
    assert wall is not None
    walls = Walls()

    walls.replace([(str(wall), None)])

    assert walls.shut_out(str(inside), 0)
    assert walls.shut_out(f"::ffff:{inside}", 0)
    assert walls.shut_out(str(other), 0) == (other in wall)


@given(st.text(max_size=40))
def test_any_text_is_a_network_or_none(text: str) -> None:
    found = network(text)
    walls = Walls()
    walls.replace([(text, None)])

    assert found is None or network(str(found)) == found
    walls.shut_out(text, 0)


def test_severities_are_the_client_api_s() -> None:
    assert {severity.value for severity in IpSeverity} == {
        "sign_up_requires_approval",
        "sign_up_block",
        "no_access",
    }
