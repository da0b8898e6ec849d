"""Signing in and out at a browser, and what the session is worth to anybody else."""

import re
from urllib.parse import quote

import pytest

from fedschool.model.registration import SignUp
from fedschool.services import sessions, users
from fedschool.settings import Registrations
from tests.browser import Browser, browser_of, hidden_fields
from tests.conftest import SchoolMaker
from tests.people import Answer, School


def cookies(answer: Answer) -> dict[str, str]:
    """The cookies that an answer sets: name to the whole header."""
    return {text.partition("=")[0]: text for text in answer.headers.getlist("Set-Cookie")}


async def signed_in_as(browser: Browser) -> str | None:
    page = await browser.get("/auth/sign_in")
    found = re.search(r"signed in as <strong>@(\w+)</strong>", page.text)
    return found[1] if found else None


@pytest.mark.parametrize("login", ["ada", "@ADA", "ada@oak.test", "Ada@OAK.test", " ada "])
async def test_person_signs_in_by_name_or_address(school: School, login: str) -> None:
    await school.teacher("ada")
    browser = Browser(school.app.test_client())

    answer = await browser.signs_in(login)

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert await signed_in_as(browser) == "ada"


async def test_session_cookie_is_kept_from_scripts_and_neighbours(school: School) -> None:
    await school.teacher("ada")
    browser = Browser(school.app.test_client())

    visit = cookies(await browser.get("/auth/sign_in"))
    session = cookies(await browser.signs_in("ada"))

    for cookie in (visit["__Host-fedschool-visit"], session["__Host-fedschool"]):
        for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert attribute in cookie
        assert "Domain" not in cookie


async def test_unknown_person_and_wrong_password_get_one_answer(school: School) -> None:
    await school.teacher("ada")

    pages = []
    for login in ("ada", "nobody", "nobody@oak.test", "ada@oak.test", "x" * 5_000):
        browser = Browser(school.app.test_client())
        answer = await browser.signs_in(login, "wrong-password")
        pages.append((answer.status, re.findall(r'<p id="error">([^<]*)', answer.text)))

    assert pages[0][0] == 401
    assert pages[0][1]
    assert all(page == pages[0] for page in pages)


async def test_password_is_never_shown_again(school: School) -> None:
    browser = Browser(school.app.test_client())

    answer = await browser.signs_in("ada", "a-mistyped-password")

    assert "a-mistyped-password" not in answer.text


async def test_form_from_elsewhere_is_refused(school: School) -> None:
    await school.teacher("ada")
    browser, stranger = (Browser(school.app.test_client()) for _ in range(2))
    typed = {"login": "ada", "password": "correct-horse"}
    await browser.get("/auth/sign_in")
    foreign = hidden_fields(await stranger.get("/auth/sign_in"), "/auth/sign_in")

    without = await browser.post("/auth/sign_in", form=typed)
    borrowed = await browser.post("/auth/sign_in", form=typed | foreign)

    assert (without.status, borrowed.status) == (403, 403)
    assert await signed_in_as(browser) is None


async def test_signing_out_ends_the_session_and_every_copy_of_its_cookie(school: School) -> None:
    browser = await browser_of(school, "ada")
    thief = Browser(school.app.test_client())
    sign_in = await browser.signs_in("ada")
    stolen = cookies(sign_in)["__Host-fedschool"].partition(";")[0]

    before = await thief.get("/auth/sign_in", headers={"Cookie": stolen})
    page = await browser.get("/about")
    answer = await browser.submit(page, "/auth/sign_out")
    after = await thief.get("/auth/sign_in", headers={"Cookie": stolen})

    assert answer.status == 303
    assert "@ada" in before.text
    assert "@ada" not in after.text
    assert await signed_in_as(browser) is None


async def test_sign_out_needs_our_own_form(school: School) -> None:
    browser = await browser_of(school, "ada")

    answer = await browser.post("/auth/sign_out", form={})

    assert answer.status == 403
    assert await signed_in_as(browser) == "ada"


async def test_signing_in_again_ends_the_session_before(school: School) -> None:
    browser = await browser_of(school, "ada")
    await school.teacher("bob")
    first = cookies(await browser.signs_in("ada"))["__Host-fedschool"].partition(";")[0]

    await browser.signs_in("bob")
    old = await Browser(school.app.test_client()).get("/auth/sign_in", headers={"Cookie": first})

    assert await signed_in_as(browser) == "bob"
    assert "@ada" not in old.text


async def test_session_runs_out(school: School) -> None:
    browser = await browser_of(school, "ada")
    later = school.site.now() + sessions.LIFETIME + 1

    object.__setattr__(school.site, "clock", lambda: later)

    assert await signed_in_as(browser) is None


@pytest.mark.parametrize(
    "somewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2Fevil.example",
        "/web/%2Fevil.example",
        "/web//evil.example",
        "/%5Cevil.example",
        "/\t/evil.example",
        "/ok\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "?x",
        "",
    ],
)
async def test_way_back_leads_nowhere_else(school: School, somewhere: str) -> None:
    await school.teacher("ada")
    browser = Browser(school.app.test_client())

    way = "/auth/sign_in?next=" + quote(somewhere, safe="")
    by_link = await browser.signs_in("ada", way=way)
    page = await browser.get("/auth/sign_in")
    by_field = await browser.submit(
        page, "/auth/sign_in", login="ada", password="correct-horse", next=somewhere
    )

    assert by_link.headers["Location"] == "/"
    assert by_field.headers["Location"] == "/"


async def test_way_back_leads_to_our_own_pages(school: School) -> None:
    await school.teacher("ada")
    browser = Browser(school.app.test_client())

    answer = await browser.signs_in("ada", way="/auth/sign_in?next=%2F%40ada%3Fmax_id%3D1")

    assert answer.headers["Location"] == "/@ada?max_id=1"


async def test_person_who_waits_is_told_for_what(schools: SchoolMaker) -> None:
    school = await schools(registrations=Registrations.APPROVAL, confirm_email=True)
    asked = SignUp(username="eve", email="eve@oak.test", password="correct-horse", agreement=True)
    await users.sign_up(school.site, asked)
    browser = Browser(school.app.test_client())

    unconfirmed = await browser.signs_in("eve")
    await users.confirm(school.site, "eve")
    unapproved = await browser.signs_in("eve")
    stranger = await browser.signs_in("eve", "wrong-password")
    await users.approve(school.site, "eve")
    welcome = await browser.signs_in("eve")

    assert unconfirmed.status == 403
    assert "confirmed e-mail address" in unconfirmed.text
    assert unapproved.status == 403
    assert "pending approval" in unapproved.text
    assert stranger.status == 401
    assert welcome.status == 303


async def test_guessing_is_slowed_down(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)
    await school.teacher("ada")
    browser = Browser(school.app.test_client())

    page = await browser.get("/auth/sign_in")
    fields = hidden_fields(page, "/auth/sign_in") | {"login": "ada", "password": "wrong"}
    statuses = [
        (
            await browser.post(
                "/auth/sign_in", form=fields, headers={"X-Forwarded-For": f"192.0.2.{n}"}
            )
        ).status
        for n in range(11)
    ]

    assert statuses == [401] * 10 + [429]


async def test_pages_carry_headers_that_keep_them_safe(school: School) -> None:
    answer = await school.stranger.get("/auth/sign_in")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cross-Origin-Opener-Policy" not in answer.headers
    assert "<script" not in answer.text
    assert " style=" not in answer.text
