"""What a token must cover for each endpoint that clients know, and what comes of one too small.

The table is `endpoints.json`; where we let more scopes in than it lists, it stands below.
"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from fedschool.model.account import Role
from fedschool.model.oauth import FOLLOW, SCOPES
from fedschool.services import oauth
from tests.api.test_inventory import refused
from tests.people import Caller, School, Teacher

Endpoint = tuple[str, str]

# Mastodon's own code asks for these, and its documentation for others.
ALSO: dict[Endpoint, set[str]] = {
    ("DELETE", "/api/v1/suggestions/:account_id"): {"write:accounts"},
    ("GET", "/api/v1/announcements"): set(),
    ("GET", "/api/v1/statuses/:id/favourited_by"): {"read:accounts"},
    ("GET", "/api/v1/statuses/:id/reblogged_by"): {"read:accounts"},
}
# Its table says "user"; whoever sees a public post may see who quotes it, as with boosts.
OPEN: set[Endpoint] = {("GET", "/api/v1/statuses/:id/quotes")}
# Routes beside the table: older names and opposites of what stands there.
BESIDE: dict[str, str] = {
    "/api/v1/async_refreshes/:id": "/api/v1_alpha/async_refreshes/:id",
    "/api/v1/conversations/:id/unread": "/api/v1/conversations/:id/read",
    "/api/v1/notifications/policy": "/api/v2/notifications/policy",
}
HINTS = {"hashtag": "?tag=oak", "list": "?list=1"}


def _table() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("endpoints.json").read_text()
    rows: list[dict[str, Any]] = json.loads(text)
    rows += [
        {**row, "path": beside}
        for beside, of in BESIDE.items()
        for row in rows
        if row["path"] == of
    ]
    rows += [{**row, "method": method} for row in rows for method in row.get("also_accept", [])]
    return [
        {**row, "scope": [s for s in row["scope"] if s in SCOPES]}
        for row in rows
        if row["path"].startswith("/api/") and (row["method"], row["path"]) not in refused()
    ]


ROWS = _table()


def _named(row: dict[str, Any]) -> str:
    return f"{row['method']} {row['path']}"


def _path(row: dict[str, Any]) -> str:
    path: str = re.sub(r":\w+", "1", row["path"])
    return path + HINTS.get(path.removeprefix("/api/v1/streaming/").partition("/")[0], "")


def _covers(scope: str, wanted: str) -> bool:
    """Whether a token with `scope` reaches anything of `wanted`, or the other way round."""
    if scope == wanted or (scope == "follow" and wanted in FOLLOW):
        return True
    return wanted.startswith(f"{scope}:") or scope.startswith(f"{wanted}:")


def _all_but(row: dict[str, Any]) -> str:
    """The largest token that does not reach the endpoint."""
    wanted = {*row["scope"], *ALSO.get((row["method"], row["path"]), set())}
    return " ".join(s for s in SCOPES if not any(_covers(s, w) for w in wanted))


async def _status(caller: Caller, row: dict[str, Any], token: str | None) -> int:
    """The answer's status; streams that open are left at once."""
    told = {} if token is None else {"Authorization": f"Bearer {token}"}
    nobody = Caller(caller._client)
    if "/streaming/" not in row["path"]:
        body = {} if row["method"] == "GET" else {"json": {"type": "none"}}
        return (await nobody.call(row["method"], _path(row), headers=told, **body)).status
    async with caller._client.request(_path(row), method="GET", headers=told) as wire:
        await wire.send_complete()
        async with asyncio.timeout(5):
            await wire.receive()
        status = int(getattr(wire, "status_code"))  # noqa: B009  Quart's protocol leaves it out
        await wire.disconnect()
    return status


async def _token(person: Teacher, school: School, scopes: str) -> str:
    return await oauth.token_for(school.site, username=person.name, scopes=scopes)


async def _app_token(school: School) -> str:
    """An application's own token, for all that there is."""
    asked = {"client_name": "Pine", "redirect_uris": "https://pine.test/cb"}
    app = (
        await school.stranger.post("/api/v1/apps", json={**asked, "scopes": " ".join(SCOPES)})
    ).json
    answer = await school.stranger.post(
        "/oauth/token",
        json={
            "grant_type": "client_credentials",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "scope": " ".join(SCOPES),
        },
    )
    return str(answer.json["access_token"])


def _is_for_users(row: dict[str, Any]) -> bool:
    return row["auth"] == "user" and (row["method"], row["path"]) not in OPEN


async def test_a_stranger_is_let_in_only_where_the_table_says_so(school: School) -> None:
    said = {_named(row): await _status(school.stranger, row, None) for row in ROWS}

    closed = {_named(row) for row in ROWS if _is_for_users(row) or row["auth"] in ("app", "token")}
    assert {name: said[name] for name in closed if said[name] != 401} == (
        # there is nothing behind it without an upgrade, for anybody
        {"GET /api/v1/streaming": 404}
    )
    assert {name: s for name, s in said.items() if name not in closed and s in (401, 403)} == (
        # for whom it is shown is a setting; by itself for the people of this server
        {"GET /api/v1/instance/domain_blocks": 401}
    )


@pytest.mark.parametrize("role", list(Role))
async def test_a_token_without_the_scope_is_refused_whoever_holds_it(
    school: School, role: Role
) -> None:
    person = await school.teacher("person", role=role)
    tokens: dict[str, str] = {}

    said = {}
    for row in ROWS:
        scopes = _all_but(row)
        if row["scope"] and scopes not in tokens:
            tokens[scopes] = await _token(person, school, scopes)
        if row["scope"] and row["auth"] != "public" and row["path"] != "/api/v1/streaming":
            said[_named(row)] = await _status(person, row, tokens[scopes])

    assert {name: status for name, status in said.items() if status != 403} == {}
    assert len(said) > 200


async def test_an_applications_own_token_does_nothing_that_people_do(school: School) -> None:
    token = await _app_token(school)

    said = {
        _named(row): await _status(school.stranger, row, token)
        for row in ROWS
        if _is_for_users(row) and row["path"] != "/api/v1/streaming"
    }

    assert {name: status for name, status in said.items() if status != 422} == {}
    assert len(said) > 200


async def test_each_listed_scope_opens_its_endpoint(school: School) -> None:
    principal = await school.teacher("principal", role=Role.ADMIN)
    tokens: dict[str, str] = {}

    said = {}
    for row in ROWS:
        # both are needed where one stream brings both
        streams = "/streaming/user" in row["path"]
        for scopes in [" ".join(row["scope"])] if streams else row["scope"] or ["read"]:
            if scopes not in tokens:
                tokens[scopes] = await _token(principal, school, scopes)
            said[f"{_named(row)} {scopes}"] = await _status(principal, row, tokens[scopes])

    assert {name: status for name, status in said.items() if status in (401, 403)} == (
        # Mastodon's answer for a list that is somebody else's, or that there is not
        {"GET /api/v1/streaming/list read:statuses": 401}
    )


async def test_a_token_for_the_staffs_work_is_worth_nothing_without_the_office(
    school: School,
) -> None:
    teacher = await school.teacher("tom", "admin:read admin:write")

    said = {
        _named(row): await _status(teacher, row, teacher.token)
        for row in ROWS
        if "/admin/" in row["path"]
    }

    assert {name: status for name, status in said.items() if status != 403} == {}


async def test_no_route_stands_outside_the_table(school: School) -> None:
    adapter = school.app.url_map.bind("oak.test", url_scheme="https")
    known = {adapter.match(_path(r).partition("?")[0], r["method"])[0] for r in ROWS}
    known |= {
        adapter.match(re.sub(r":\w+", "1", path), method)[0]
        for (method, path), status in refused().items()
        if status not in {404, 405}
    }

    routed = {
        rule.endpoint
        for rule in school.app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.websocket
    }

    assert {name for name in routed - known if not name.startswith("absent.")} == set()
