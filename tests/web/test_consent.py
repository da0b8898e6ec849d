"""The page that asks whether a client may come in."""

from typing import Any
from urllib.parse import urlencode

import pytest

from fedschool.model.oauth import OUT_OF_BAND
from tests.browser import Browser, browser_of, hidden_fields
from tests.people import School

CALLBACK = "https://client.example:8443/callback"


async def register(school: School, redirect_uri: str, name: str = "Pine") -> dict[str, Any]:
    answer = await school.stranger.post(
        "/api/v1/apps",
        json={"client_name": name, "redirect_uris": redirect_uri, "scopes": "read write push"},
    )
    app: dict[str, Any] = answer.json
    return app


def link(app: dict[str, Any], **changes: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": app["redirect_uris"][0],
        "scope": "read write:statuses",
        **changes,
    }
    return "/oauth/authorize?" + urlencode(asked)


async def test_stranger_signs_in_first_and_comes_back_to_the_question(school: School) -> None:
    await school.teacher("ada")
    app = await register(school, CALLBACK)
    browser = Browser(school.app.test_client())

    away = await browser.get(link(app, state="s 1/2?&=+%", lang="de"))
    back = await browser.signs_in("ada", way=away.headers["Location"])
    page = await browser.get(back.headers["Location"])

    assert away.status == 303
    assert page.status == 200
    assert hidden_fields(page, "/oauth/authorize")["state"] == "s 1/2?&=+%"
    assert "Pine" in page.text
    assert "client.example:8443" in page.text


async def test_forced_login_asks_again_who_is_there(school: School) -> None:
    browser = await browser_of(school, "ada")
    await school.teacher("bob")
    app = await register(school, CALLBACK)

    away = await browser.get(link(app, force_login="true"))
    back = await browser.signs_in("bob", way=away.headers["Location"])
    page = await browser.get(back.headers["Location"])

    assert away.headers["Location"].startswith("/auth/sign_in?")
    assert page.status == 200
    assert "@bob" in page.text


@pytest.mark.parametrize(
    ("redirect_uri", "source"),
    [
        (CALLBACK, "'self' https://client.example:8443;"),
        ("http://localhost:3000/cb", "'self' http://localhost:3000;"),
        ("http://[::1]:3000/cb", "'self' http:;"),
        ("org.pine.app://callback", "'self' org.pine.app:;"),
        (OUT_OF_BAND, "'self';"),
    ],
)
async def test_policy_lets_the_form_lead_to_the_client(
    school: School, redirect_uri: str, source: str
) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, redirect_uri)

    page = await browser.get(link(app))

    assert f"form-action {source}" in page.headers["Content-Security-Policy"]
    assert "Cross-Origin-Opener-Policy" not in page.headers


async def test_trailing_slash_is_answered_directly(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, CALLBACK)

    page = await browser.get(link(app).replace("authorize?", "authorize/?"))

    assert page.status == 200


async def test_permissions_are_told_in_words(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, CALLBACK)

    page = await browser.get(link(app))

    assert "Read everything that you can read" in page.text
    assert "Change your posts" in page.text
    assert "Send you notifications" not in page.text


async def test_name_of_a_client_is_text_and_nothing_else(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, CALLBACK, "<script>alert(1)</script>")

    page = await browser.get(link(app))

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_yes_needs_our_own_form(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, CALLBACK)
    fields = hidden_fields(await browser.get(link(app)), "/oauth/authorize")
    fields.pop("csrf")

    answer = await browser.post("/oauth/authorize", form=fields | {"decision": "allow"})

    assert answer.status == 403
    assert "Location" not in answer.headers


async def test_form_that_says_neither_yes_nor_no_allows_nothing(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, CALLBACK)

    page = await browser.get(link(app))
    answer = await browser.submit(page, "/oauth/authorize")

    assert answer.status == 400
    assert "Location" not in answer.headers


async def test_form_cannot_ask_for_more_than_the_client_may(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, CALLBACK)

    page = await browser.get(link(app))
    answers = [
        await browser.submit(page, "/oauth/authorize", decision="allow", **changed)
        for changed in ({"scope": "admin:write"}, {"redirect_uri": "https://evil.example/"})
    ]

    for answer in answers:
        assert answer.status == 400
        assert "Location" not in answer.headers


async def test_no_to_a_command_line_client_leads_nowhere(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school, OUT_OF_BAND)

    page = await browser.get(link(app))
    answer = await browser.submit(page, "/oauth/authorize", decision="deny")

    assert answer.status == 200
    assert "You said no" in answer.text


async def test_unknown_client_gets_a_page(school: School) -> None:
    browser = await browser_of(school, "ada")

    page = await browser.get("/oauth/authorize?response_type=code&client_id=x&redirect_uri=y")
    empty = await browser.get("/oauth/authorize")

    assert (page.status, empty.status) == (401, 401)
    assert "invalid_client" in page.text
