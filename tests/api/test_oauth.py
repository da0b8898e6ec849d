"""Clients register, people let them in, tokens come and go."""

import base64
import hashlib
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from fedschool import errors
from fedschool.model.oauth import OUT_OF_BAND
from fedschool.services import users
from fedschool.settings import Registrations
from tests.browser import Browser, browser_of
from tests.conftest import SchoolMaker
from tests.people import Answer, Caller, School

CALLBACK = "https://client.example/callback?from=oak"
VERIFIER = "a-verifier-of-enough-length-and-only-allowed-characters"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


async def register(caller: Caller, **changes: Any) -> dict[str, Any]:
    body = {"client_name": "Pine", "redirect_uris": CALLBACK, "scopes": "read write", **changes}
    answer = await caller.post("/api/v1/apps", json=body)
    assert answer.status == 200, answer.text
    app: dict[str, Any] = answer.json
    return app


def link(app: dict[str, Any], **changes: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "read write",
        "state": "a state & more",
    }
    return "/oauth/authorize?" + urlencode(asked | changes)


async def code_from(browser: Browser, app: dict[str, Any], **changes: str) -> str:
    """The code that the client finds in its redirect after the person's yes."""
    page = await browser.get(link(app, **changes))
    assert page.status == 200, page.text
    answer = await browser.submit(page, "/oauth/authorize", decision="allow")
    assert answer.status in (302, 303), answer.text
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


async def trade(caller: Caller, app: dict[str, Any], code: str, **changes: str | None) -> Answer:
    fields = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "code": code,
        "redirect_uri": CALLBACK,
        **changes,
    }
    return await caller.post("/oauth/token", form={k: v for k, v in fields.items() if v})


async def app_token(caller: Caller, app: dict[str, Any], scope: str | None = None) -> str:
    fields = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    answer = await caller.post("/oauth/token", json=fields | ({"scope": scope} if scope else {}))
    assert answer.status == 200, answer.text
    return str(answer.json["access_token"])


async def status_of(caller: Caller, token: str) -> int:
    """How the API answers this token."""
    answer = await caller.get(
        "/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status


# Applications


async def test_client_is_told_its_credentials_once(school: School) -> None:
    app = await register(school.stranger, website="https://pine.example")

    token = await app_token(school.stranger, app)
    again = await school.stranger.get(
        "/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {token}"}
    )

    assert app["redirect_uri"] == CALLBACK
    assert app["redirect_uris"] == [CALLBACK]
    assert app["scopes"] == ["read", "write"]
    assert app["client_secret_expires_at"] == 0
    assert again.json == {k: v for k, v in app.items() if not k.startswith("client_")}


@pytest.mark.parametrize(
    "redirect_uris",
    [f"{CALLBACK}\n{OUT_OF_BAND}", f"{CALLBACK} {OUT_OF_BAND}", [CALLBACK, OUT_OF_BAND]],
)
async def test_client_may_have_several_redirects(school: School, redirect_uris: Any) -> None:
    app = await register(school.stranger, redirect_uris=redirect_uris)

    assert app["redirect_uris"] == [CALLBACK, OUT_OF_BAND]
    assert app["redirect_uri"] == f"{CALLBACK}\n{OUT_OF_BAND}"


async def test_form_and_bracketed_lists_register_a_client(school: School) -> None:
    answer = await school.stranger.post(
        "/api/v1/apps",
        data=urlencode(
            [
                ("client_name", "Pine"),
                ("redirect_uris[]", CALLBACK),
                ("redirect_uris[]", "org.pine.app://callback"),
            ]
        ),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.json["redirect_uris"] == [CALLBACK, "org.pine.app://callback"]
    assert answer.json["scopes"] == ["read"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_name": ""},
        {"redirect_uris": ""},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "data:text/html,x"},
        {"redirect_uris": "/relative"},
        {"redirect_uris": "https:///nowhere"},
        {"redirect_uris": "https://user@client.example/"},
        {"redirect_uris": "https://client.example/#fragment"},
        {"redirect_uris": "https://client.example/\\@evil.example"},
        {"redirect_uris": "https://[broken/"},
        {"redirect_uris": "https://client.example/\x7f"},
        {"scopes": "read everything"},
        {"website": "javascript:alert(1)"},
        {"client_name": "x" * 101},
        {"redirect_uris": [f"https://client.example/{n}" for n in range(21)]},
    ],
)
async def test_client_that_cannot_be_trusted_is_not_registered(
    school: School, changes: dict[str, Any]
) -> None:
    body = {"client_name": "Pine", "redirect_uris": CALLBACK, **changes}

    answer = await school.stranger.post("/api/v1/apps", json=body)

    assert answer.status == 422
    assert answer.json["error"].startswith("Validation failed: ")


# Tokens of applications


async def test_scope_that_was_not_registered_is_refused(school: School) -> None:
    app = await register(school.stranger, scopes="read write:statuses")
    fields = {"grant_type": "client_credentials", "client_id": app["client_id"]}
    fields["client_secret"] = app["client_secret"]

    answers = {
        scope: await school.stranger.post("/oauth/token", json={**fields, "scope": scope})
        for scope in (
            "read:statuses",
            "write:statuses",
            "write",
            "admin:read",
            "nonsense",
            "follow",
        )
    }

    assert {scope: answer.status for scope, answer in answers.items()} == {
        "read:statuses": 200,
        "write:statuses": 200,
        "write": 400,
        "admin:read": 400,
        "nonsense": 400,
        "follow": 400,
    }
    assert answers["write"].json["error"] == "invalid_scope"


async def test_wrong_secret_is_an_invalid_client(school: School) -> None:
    app = await register(school.stranger)
    wrong = {"grant_type": "client_credentials", "client_id": app["client_id"]}

    missing = await school.stranger.post("/oauth/token", json=wrong)
    guessed = await school.stranger.post("/oauth/token", json={**wrong, "client_secret": "x"})
    basic = await school.stranger.post(
        "/oauth/token",
        form={"grant_type": "client_credentials"},
        headers={"Authorization": "Basic " + base64.b64encode(b"a:b").decode()},
    )

    for answer in (missing, guessed, basic):
        assert answer.status == 401
        assert answer.json["error"] == "invalid_client"
        assert answer.json["error_description"]
    assert "WWW-Authenticate" in basic.headers
    assert "WWW-Authenticate" not in guessed.headers


async def test_client_may_prove_itself_with_http_basic(school: School) -> None:
    app = await register(school.stranger)
    pair = f"{app['client_id']}:{app['client_secret']}".encode()

    answer = await school.stranger.post(
        "/oauth/token",
        form={"grant_type": "client_credentials"},
        headers={"Authorization": "Basic " + base64.b64encode(pair).decode()},
    )

    assert answer.status == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["scope"] == "read"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("grant_type", ["", "password", "implicit", "refresh_token"])
async def test_other_grants_are_not_supported(school: School, grant_type: str) -> None:
    app = await register(school.stranger)
    await school.teacher("ada")

    answer = await school.stranger.post(
        "/oauth/token",
        json={
            "grant_type": grant_type,
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "username": "ada",
            "password": "correct-horse",
        },
    )

    assert answer.status == 400
    assert answer.json["error"] == "unsupported_grant_type"


async def test_token_request_that_cannot_be_read_is_answered_in_oauths_words(
    school: School,
) -> None:
    answer = await school.stranger.post(
        "/oauth/token", data=b"{", headers={"Content-Type": "application/json"}
    )

    assert answer.status == 400
    assert answer.json["error"] == "invalid_request"


async def test_password_grant_is_there_for_labs_that_switch_it_on(schools: SchoolMaker) -> None:
    school = await schools(oauth_password_grant=True)
    await school.teacher("ada")
    app = await register(school.stranger)
    fields = {
        "grant_type": "password",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "username": "ada@oak.test",
        "scope": "read write",
    }

    right = await school.stranger.post("/oauth/token", form={**fields, "password": "correct-horse"})
    wrong = await school.stranger.post("/oauth/token", form={**fields, "password": "battery"})

    assert right.status == 200
    assert right.json["scope"] == "read write"
    assert (wrong.status, wrong.json["error"]) == (400, "invalid_grant")


async def test_unknown_tokens_are_refused_in_the_apis_words(school: School) -> None:
    for token in ("nonsense", "x" * 5_000):
        answer = await school.stranger.get(
            "/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {token}"}
        )

        assert answer.status == 401
        assert answer.json == {"error": "The access token is invalid"}


# The person's yes


async def test_person_lets_a_client_in(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)

    page = await browser.get(link(app))
    answer = await browser.submit(page, "/oauth/authorize", decision="allow")
    location = answer.headers["Location"]
    told = parse_qs(urlsplit(location).query)
    token = await trade(school.stranger, app, told["code"][0])

    assert "Pine" in page.text
    assert location.startswith(CALLBACK + "&")
    assert told["state"] == ["a state & more"]
    assert told["from"] == ["oak"]
    assert token.status == 200
    assert token.json["scope"] == "read write"
    assert await status_of(school.stranger, token.json["access_token"]) == 200


async def test_person_says_no(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)

    page = await browser.get(link(app))
    answer = await browser.submit(page, "/oauth/authorize", decision="deny")

    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert told["error"] == ["access_denied"]
    assert told["state"] == ["a state & more"]
    assert "code" not in told


async def test_code_is_good_once_and_a_second_use_ends_the_token(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)
    code = await code_from(browser, app)

    first = await trade(school.stranger, app, code)
    before = await status_of(school.stranger, first.json["access_token"])
    second = await trade(school.stranger, app, code)
    after = await status_of(school.stranger, first.json["access_token"])

    assert before == 200
    assert (second.status, second.json["error"]) == (400, "invalid_grant")
    assert after == 401


async def test_code_is_no_good_for_others(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)
    other = await register(school.stranger)
    code = await code_from(browser, app)

    stolen = await trade(school.stranger, other, code)
    elsewhere = await trade(school.stranger, app, code, redirect_uri="https://client.example/")
    unproven = await trade(school.stranger, app, code, client_secret=None)
    with_verifier = await trade(school.stranger, app, code, code_verifier=VERIFIER)
    right = await trade(school.stranger, app, code)

    assert [a.json["error"] for a in (stolen, elsewhere, unproven, with_verifier)] == [
        "invalid_grant",
        "invalid_grant",
        "invalid_client",
        "invalid_grant",
    ]
    assert right.status == 200


async def test_code_with_a_challenge_needs_its_verifier(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)
    code = await code_from(browser, app, code_challenge=CHALLENGE, code_challenge_method="S256")

    without = await trade(school.stranger, app, code)
    wrong = await trade(school.stranger, app, code, code_verifier=VERIFIER + "x")
    plain = await trade(school.stranger, app, code, code_verifier=CHALLENGE)
    right = await trade(school.stranger, app, code, code_verifier=VERIFIER)

    assert [a.json.get("error") for a in (without, wrong, plain)] == ["invalid_grant"] * 3
    assert right.status == 200


async def test_public_client_proves_itself_by_pkce_alone(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger, token_endpoint_auth_method="none")
    code = await code_from(browser, app, code_challenge=CHALLENGE, code_challenge_method="S256")

    unasked = await browser.get(link(app))
    token = await trade(school.stranger, app, code, client_secret=None, code_verifier=VERIFIER)
    for_itself = await school.stranger.post(
        "/oauth/token", json={"grant_type": "client_credentials", "client_id": app["client_id"]}
    )

    assert app["client_secret"] == ""
    assert unasked.status == 400
    assert token.status == 200
    assert for_itself.json["error"] == "invalid_client"


async def test_code_runs_out_after_ten_minutes(school: School) -> None:
    now = school.site.now()
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)
    code = await code_from(browser, app)

    object.__setattr__(school.site, "clock", lambda: now + 11 * 60_000)
    answer = await trade(school.stranger, app, code)

    assert answer.json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://client.example/other"}, "invalid_redirect_uri"),
        ({"redirect_uri": CALLBACK + "&more"}, "invalid_redirect_uri"),
        ({"scope": "read admin:write"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
async def test_wrong_request_is_shown_and_never_redirected(
    school: School, changes: dict[str, str], error: str
) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger)

    page = await browser.get(link(app, **changes))

    assert page.status == 400
    assert "Location" not in page.headers
    assert error in page.text


async def test_command_line_clients_are_shown_a_code(school: School) -> None:
    browser = await browser_of(school, "ada")
    app = await register(school.stranger, redirect_uris=OUT_OF_BAND)

    page = await browser.get(link(app, redirect_uri=OUT_OF_BAND))
    shown = await browser.submit(page, "/oauth/authorize", decision="allow")
    found = re.search(r"<code[^>]*>([^<]+)</code>", shown.text)
    assert found is not None
    token = await trade(school.stranger, app, found[1], redirect_uri=OUT_OF_BAND)

    assert shown.status == 200
    assert token.status == 200


# Ending tokens


async def test_client_ends_its_own_token_only(school: School) -> None:
    app, other = await register(school.stranger), await register(school.stranger)
    token = await app_token(school.stranger, app)

    async def revoke(client: dict[str, Any], **changes: str) -> Answer:
        fields = {
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "token": token,
        }
        return await school.stranger.post("/oauth/revoke", form=fields | changes)

    foreign = await revoke(other)
    unproven = await revoke(app, client_secret="guess")
    still = await status_of(school.stranger, token)
    own = await revoke(app)
    after = await status_of(school.stranger, token)
    again = await revoke(app)

    assert (foreign.status, foreign.json["error"]) == (403, "unauthorized_client")
    assert (unproven.status, unproven.json["error"]) == (403, "unauthorized_client")
    assert (still, after) == (200, 401)
    assert (own.status, own.json) == (200, {})
    assert (again.status, again.json) == (200, {})


async def test_userinfo_says_who_signed_in(school: School) -> None:
    ada = await school.teacher("ada", scopes="profile")
    bob = await school.teacher("bob", scopes="read")

    told = await ada.get("/oauth/userinfo")
    refused = await bob.get("/oauth/userinfo")

    assert told.json["sub"] == "https://oak.test/users/ada"
    assert told.json["preferred_username"] == "ada"
    assert told.json["profile"] == "https://oak.test/@ada"
    assert refused.status == 403


async def test_clients_find_the_endpoints(school: School) -> None:
    answer = await school.stranger.get("/.well-known/oauth-authorization-server")

    assert answer.json["token_endpoint"] == "https://oak.test/oauth/token"
    assert answer.json["code_challenge_methods_supported"] == ["S256"]
    assert "password" not in answer.json["grant_types_supported"]
    assert {"read", "write:statuses", "push", "profile"} <= set(answer.json["scopes_supported"])


# Joining from a client


async def joining(school: School, **changes: Any) -> Answer:
    app = await register(school.stranger)
    token = await app_token(school.stranger, app, "write")
    body = {
        "username": "eve",
        "email": "eve@oak.test",
        "password": secrets.token_urlsafe(12),
        "agreement": True,
        "locale": "en",
        **changes,
    }
    headers = {"Authorization": f"Bearer {token}"}
    return await school.stranger.post("/api/v1/accounts", json=body, headers=headers)


async def test_person_joins_from_a_client_and_may_act_at_once(school: School) -> None:
    answer = await joining(school)

    assert answer.status == 200, answer.text
    assert answer.json["token_type"] == "Bearer"
    assert await status_of(school.stranger, answer.json["access_token"]) == 200


async def test_person_waits_for_confirmation_and_then_approval(schools: SchoolMaker) -> None:
    school = await schools(registrations=Registrations.APPROVAL, confirm_email=True)
    answer = await joining(school)
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}

    unconfirmed = await school.stranger.get("/api/v1/apps/verify_credentials", headers=headers)
    await users.confirm(school.site, "eve")
    unapproved = await school.stranger.get("/api/v1/apps/verify_credentials", headers=headers)
    await users.approve(school.site, "EVE")
    welcome = await school.stranger.get("/api/v1/apps/verify_credentials", headers=headers)

    assert unconfirmed.status == 403
    assert unconfirmed.json["error"] == "Your login is missing a confirmed e-mail address"
    assert unapproved.status == 403
    assert unapproved.json["error"] == "Your login is currently pending approval"
    assert welcome.status == 200


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"username": ""}, "username", "ERR_BLANK"),
        ({"username": "e-v-e"}, "username", "ERR_INVALID"),
        ({"username": "éve"}, "username", "ERR_INVALID"),
        ({"username": "e" * 31}, "username", "ERR_TOO_LONG"),
        ({"username": "Admin"}, "username", "ERR_RESERVED"),
        ({"username": "ADA"}, "username", "ERR_TAKEN"),
        ({"email": "ADA@oak.test"}, "email", "ERR_TAKEN"),
        ({"email": "eve"}, "email", "ERR_INVALID"),
        ({"email": "eve@evil.example@oak.test"}, "email", "ERR_INVALID"),
        ({"email": "eve%evil.example@oak.test"}, "email", "ERR_INVALID"),
        ({"email": "evil.example!eve@oak.test"}, "email", "ERR_INVALID"),
        ({"email": '"eve"@oak.test'}, "email", "ERR_INVALID"),
        ({"email": "eve(x)@oak.test"}, "email", "ERR_INVALID"),
        ({"email": "eve@oak.test\r\nBcc: x"}, "email", "ERR_INVALID"),
        ({"email": "eve@[127.0.0.1]"}, "email", "ERR_INVALID"),
        ({"email": "eve@oak..test"}, "email", "ERR_INVALID"),
        ({"email": "eve@oak.test" + "x" * 300}, "email", "ERR_INVALID"),
        ({"password": "short"}, "password", "ERR_TOO_SHORT"),
        ({"password": "x" * 129}, "password", "ERR_TOO_LONG"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED"),
        ({"reason": "x" * 421}, "reason", "ERR_TOO_LONG"),
    ],
)
async def test_wrong_field_is_named(
    school: School, changes: dict[str, Any], field: str, code: str
) -> None:
    await school.teacher("ada")

    answer = await joining(school, **changes)

    assert answer.status == 422
    assert [error["error"] for error in answer.json["details"][field]] == [code]
    assert list(answer.json["details"]) == [field]
    assert answer.json["error"].startswith("Validation failed: ")


async def test_known_address_is_not_told_where_people_wait_anyway(schools: SchoolMaker) -> None:
    school = await schools(registrations=Registrations.APPROVAL, confirm_email=True)
    ada = await school.teacher("ada")

    fresh = await joining(school, username="eve", email="eve@oak.test")
    known = await joining(school, username="mal", email="ada@oak.test")

    assert (fresh.status, known.status) == (200, 200)
    statuses = [await status_of(school.stranger, a.json["access_token"]) for a in (fresh, known)]
    assert statuses == [403, 403]
    with pytest.raises(errors.Conflict):
        await users.approve(school.site, "mal")
    assert ada.token is not None
    assert await status_of(school.stranger, ada.token) == 200


@pytest.mark.parametrize("registrations", [Registrations.CLOSED, Registrations.INVITE])
async def test_closed_school_takes_nobody_from_the_web(
    schools: SchoolMaker, registrations: Registrations
) -> None:
    school = await schools(registrations=registrations)

    answer = await joining(school)

    assert answer.status == 403


async def test_joining_needs_an_applications_token(school: School) -> None:
    ada = await school.teacher("ada")
    body = {"username": "eve", "email": "eve@oak.test", "password": "correct-horse"}

    without = await school.stranger.post("/api/v1/accounts", json=body)
    with_hers = await ada.post("/api/v1/accounts", json=body)

    assert without.status == 401
    assert with_hers.status == 422


async def test_sign_ups_are_limited_whatever_the_client_says_of_its_address(
    schools: SchoolMaker,
) -> None:
    school = await schools(rate_limits=True)
    app = await register(school.stranger)
    token = await app_token(school.stranger, app, "write")

    statuses = [
        (
            await school.stranger.post(
                "/api/v1/accounts",
                json={},
                headers={
                    "Authorization": f"Bearer {token}",
                    "X-Forwarded-For": f"192.0.2.{n}",
                },
            )
        ).status
        for n in range(6)
    ]

    assert statuses == [422] * 5 + [429]
