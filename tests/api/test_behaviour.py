"""What breaks real clients beyond shapes: how requests may look, and what each answer must be."""

import io
from typing import Any

import msgspec
import pytest
from quart import Quart, Response
from quart.datastructures import FileStorage

from fedschool.http import decode
from fedschool.http.context import answer as answered
from fedschool.model.account import Role
from tests.api.test_media import uploaded
from tests.conftest import SchoolMaker
from tests.people import Answer, School, Teacher


class Flags(msgspec.Struct, frozen=True):
    """What a form with switches looks like to a handler."""

    plain: bool = False
    set: bool = True
    maybe: bool | None = None


async def flags(**request: Any) -> dict[str, Any]:
    """What is read of switches that a client sent this way."""
    app = Quart("switches")

    @app.post("/")
    async def read() -> Response:
        return answered(await decode.body(Flags))

    response = await app.test_client().post("/", **request)
    assert response.status_code == 200
    body: dict[str, Any] = await response.get_json()
    return body


@pytest.fixture
async def ada(school: School) -> Teacher:
    return await school.teacher("ada")


@pytest.fixture
async def ben(school: School) -> Teacher:
    return await school.teacher("ben")


@pytest.mark.parametrize("off", ["0", "f", "F", "false", "FALSE", "False", "off", "OFF", 0, False])
async def test_switch_is_off_however_clients_write_it(off: object) -> None:
    sent = {"plain": off, "set": off, "maybe": off}

    assert await flags(json=sent) == {"plain": False, "set": False, "maybe": False}


@pytest.mark.parametrize("on", ["1", "t", "true", "True", "TRUE", "on", "yes", 1, True])
async def test_switch_is_on_however_clients_write_it(on: object) -> None:
    sent = {"plain": on, "set": on, "maybe": on}

    assert await flags(json=sent) == {"plain": True, "set": True, "maybe": True}


async def test_empty_switch_is_as_none_at_all() -> None:
    untouched = {"plain": False, "set": True, "maybe": None}
    nothing = {"plain": "", "set": "", "maybe": ""}

    assert await flags(json=nothing) == untouched
    assert await flags(form=nothing) == untouched
    assert await flags(json=dict.fromkeys(nothing)) == untouched


async def test_poll_of_a_library_that_writes_switches_as_words(ada: Teacher) -> None:
    poll = {"options": ["Red", "Blue"], "expires_in": 600, "multiple": "false", "hide_totals": "1"}

    status = await ada.says("Which?", sensitive="false", poll=poll)

    assert status["sensitive"] is False
    assert status["poll"]["multiple"] is False


async def test_query_form_and_json_are_one_whatever_the_method(ada: Teacher, ben: Teacher) -> None:
    by_query = await ada.post(f"/api/v1/accounts/{ben.id}/follow?notify=true")
    with_nothing = await ada.post(f"/api/v1/accounts/{ben.id}/block")
    mixed = await ada.post("/api/v1/statuses?visibility=private", form={"status": "Two ways"})
    put_by_query = await ada.put(f"/api/v1/statuses/{mixed.json['id']}?status=Changed")

    assert by_query.json["notifying"] is True
    assert with_nothing.json["blocking"] is True
    assert mixed.json["visibility"] == "private"
    assert "Changed" in put_by_query.json["content"]


@pytest.mark.parametrize("how", ["json", "form", "query_string"])
async def test_delete_carries_its_body_in_any_form(ada: Teacher, ben: Teacher, how: str) -> None:
    made = await ada.does("/api/v1/lists", title="Maths")
    path = f"/api/v1/lists/{made['id']}/accounts"
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    await ada.does(path, account_ids=[ben.id])
    await ada.does("/api/v1/domain_blocks", domain="spam.example")

    name = "account_ids" if how == "json" else "account_ids[]"
    members = await ada.delete(path, **{how: {name: [ben.id] if how == "json" else ben.id}})
    blocks = await ada.delete("/api/v1/domain_blocks", **{how: {"domain": "spam.example"}})

    assert (members.status, blocks.status) == (200, 200)
    assert await ada.reads(path) == []
    assert await ada.reads("/api/v1/domain_blocks") == []


async def test_what_a_browser_did_not_fill_in_is_not_there(ada: Teacher) -> None:
    empty = FileStorage(io.BytesIO(b""), "", content_type="application/octet-stream")

    changed = await ada.patch(
        "/api/v1/accounts/update_credentials",
        form={"display_name": "undefined", "note": "Maths", "locked": "undefined"},
        files={"avatar": empty, "header": empty},
    )

    assert changed.status == 200
    assert changed.json["display_name"] == ""
    assert changed.json["source"]["note"] == "Maths"
    assert changed.json["locked"] is False


async def test_slash_at_the_end_makes_no_difference(school: School) -> None:
    head = await school.teacher("head", "read write admin:read", role=Role.ADMIN)

    for path in (
        "/api/v1/instance/", "/api/v2/instance/", "/api/v1/conversations/",
        "/api/v1/admin/domain_blocks/", "/api/v1/accounts/verify_credentials/",
    ):  # fmt: skip
        assert (await head.get(path)).status == 200, path


async def test_slash_at_the_end_of_what_is_posted_makes_no_difference(
    school: School, ada: Teacher, ben: Teacher
) -> None:
    report = await ada.post("/api/v1/reports/", json={"account_id": ben.id})
    consent = await school.stranger.get("/oauth/authorize/?response_type=code&client_id=x")

    assert report.status == 200
    assert consent.status == (await school.stranger.get("/oauth/authorize?client_id=x")).status


async def test_nothing_to_say_is_an_empty_object(school: School, ada: Teacher) -> None:
    planned = await ada.post(
        "/api/v1/statuses", json={"status": "Later", "scheduled_at": "2099-01-01T00:00:00.000Z"}
    )
    marked = await ada.does("/api/v1/lists", title="Maths")
    filtered = await ada.does("/api/v2/filters", title="Exams", context=["home"])
    tag = await ada.does("/api/v1/featured_tags", name="maths")
    media = await uploaded(ada)

    silent = [
        await ada.delete(f"/api/v1/scheduled_statuses/{planned.json['id']}"),
        await ada.delete(f"/api/v1/lists/{marked['id']}"),
        await ada.delete(f"/api/v2/filters/{filtered['id']}"),
        await ada.delete(f"/api/v1/featured_tags/{tag['id']}"),
        await ada.delete(f"/api/v1/media/{media['id']}"),
        await ada.delete("/api/v1/push/subscription"),
        await ada.post("/api/v1/notifications/clear"),
        await ada.post("/api/v1/domain_blocks", json={"domain": "spam.example"}),
        await ada.delete("/api/v1/domain_blocks", json={"domain": "spam.example"}),
    ]

    for answer in silent:
        assert (answer.status, answer.json) == (200, {}), answer.text
        assert answer.headers["Content-Type"].startswith("application/json")


async def test_refusals_speak_the_words_that_clients_know(school: School, ada: Teacher) -> None:
    app = await school.stranger.post(
        "/api/v1/apps", json={"client_name": "Pine", "redirect_uris": "https://pine.example/"}
    )
    token = await school.stranger.post(
        "/oauth/token", json={"grant_type": "client_credentials", **_secrets(app)}
    )
    application = {"Authorization": f"Bearer {token.json['access_token']}"}
    reader = await school.teacher("rita", "read:accounts")
    private = await ada.says("For me", visibility="direct")

    async def refused(answer: Answer) -> tuple[int, str]:
        assert answer.headers["Content-Type"].startswith("application/json")
        return answer.status, answer.json["error"]

    nobody = {"Authorization": "Bearer nonsense"}
    home = "/api/v1/timelines/home"
    stranger = school.stranger
    assert await refused(await stranger.get(home, headers=nobody)) == (
        401, "The access token is invalid",
    )  # fmt: skip
    assert (await stranger.get(home)).status == 401
    assert await refused(await stranger.get(home, headers=application)) == (
        422, "This method requires an authenticated user",
    )  # fmt: skip
    assert await refused(await reader.get(home)) == (
        403, "This action is outside the authorized scopes",
    )  # fmt: skip
    ben = await school.teacher("ben")
    for path in (f"/api/v1/statuses/{private['id']}", "/api/v1/statuses/1", "/api/v1/no/such"):
        assert await refused(await ben.get(path)) == (404, "Record not found")
    assert (await refused(await ben.get(f"{home}?limit=-1")))[0] == 400
    too_long = await ben.patch("/api/v1/accounts/update_credentials", json={"note": "x" * 5_000})
    assert too_long.status == 422
    assert too_long.json["details"]["note"][0]["error"] == "ERR_TOO_LONG"


def _secrets(app: Answer) -> dict[str, str]:
    return {name: app.json[name] for name in ("client_id", "client_secret")}


async def test_web_clients_may_call_from_anywhere_without_cookies(school: School) -> None:
    for path in ("/api/v1/instance", "/.well-known/webfinger", "/oauth/token", "/oauth/revoke"):
        asked = await school.stranger.call(
            "OPTIONS",
            path,
            headers={"Origin": "https://phone.example", "Access-Control-Request-Method": "POST"},
        )
        came = await school.stranger.get(path, headers={"Origin": "https://phone.example"})

        for answer in (asked, came):
            assert answer.headers["Access-Control-Allow-Origin"] == "*", path
            assert "Access-Control-Allow-Credentials" not in answer.headers
        allowed = asked.headers["Access-Control-Allow-Headers"]
        for name in ("Authorization", "Content-Type", "Idempotency-Key"):
            assert name in allowed
        shown = came.headers["Access-Control-Expose-Headers"]
        for name in ("Link", "X-RateLimit-Reset", "X-Request-Id", "Mastodon-Async-Refresh"):
            assert name in shown


async def test_too_much_is_told_in_json_with_the_time_to_come_back(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)
    ada = await school.teacher("ada")

    answers = [await ada.get("/api/v1/preferences") for _ in range(301)]

    assert answers[0].headers["X-RateLimit-Limit"] == "300"
    last = answers[-1]
    assert last.status == 429
    assert last.json["error"] == "Too many requests"
    assert last.headers["X-RateLimit-Reset"].endswith("Z")


EMPTY = [
    "/api/v1/announcements", "/api/v1/custom_emojis", "/api/v1/endorsements", "/api/v1/trends",
    "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links",
    "/api/v1/suggestions", "/api/v2/suggestions", "/api/v1/directory", "/api/v1/favourites",
    "/api/v1/bookmarks", "/api/v1/mutes", "/api/v1/blocks", "/api/v1/domain_blocks",
    "/api/v1/filters", "/api/v2/filters", "/api/v1/lists", "/api/v1/featured_tags",
    "/api/v1/featured_tags/suggestions", "/api/v1/followed_tags", "/api/v1/follow_requests",
    "/api/v1/conversations", "/api/v1/scheduled_statuses", "/api/v1/notifications",
    "/api/v1/notifications/requests", "/api/v1/timelines/home", "/api/v1/timelines/public",
    "/api/v1/timelines/direct", "/api/v1/timelines/tag/nothing", "/api/v1/instance/rules",
    "/api/v1/instance/domain_blocks", "/api/v1/instance/peers", "/api/v1/statuses",
    "/api/v1/accounts", "/api/v1/accounts/relationships", "/api/v1/accounts/familiar_followers",
]  # fmt: skip


async def test_where_nothing_is_there_is_an_empty_list_without_neighbours(ada: Teacher) -> None:
    for path in EMPTY:
        answer = await ada.get(path)

        assert (answer.status, answer.json) == (200, []), path
        assert "Link" not in answer.headers


async def test_status_has_the_address_that_command_lines_match(ada: Teacher) -> None:
    status = await ada.says("Hello")

    assert status["url"] == f"https://oak.test/@ada/{status['id']}"
    assert status["uri"] == f"https://oak.test/users/ada/statuses/{status['id']}"
    assert len(status["id"]) == 18


async def test_moments_can_be_used_as_ids(school: School, ada: Teacher) -> None:
    before = school.site.now() - 1_000
    status = await ada.says("Now")
    after = school.site.now() + 1_000

    newer = await ada.reads(f"/api/v1/timelines/home?min_id={before << 16}")
    older = await ada.reads(f"/api/v1/timelines/home?max_id={before << 16}")
    until = await ada.reads(f"/api/v1/timelines/home?max_id={after << 16}")

    assert [item["id"] for item in newer] == [item["id"] for item in until] == [status["id"]]
    assert older == []
