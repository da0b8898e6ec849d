"""Asking to join at a browser."""

import pytest

from fedschool import errors
from fedschool.services import users
from fedschool.settings import Registrations
from tests.browser import Browser, hidden_fields
from tests.conftest import SchoolMaker
from tests.people import Answer, School

EVE = {
    "username": "eve",
    "email": "eve@oak.test",
    "password": "correct-horse",
    "agreement": "1",
}


async def joins(school: School, **changes: str) -> Answer:
    browser = Browser(school.app.test_client())
    page = await browser.get("/auth/sign_up")
    return await browser.submit(page, "/auth/sign_up", **(EVE | changes))


async def test_person_joins_and_signs_in(school: School) -> None:
    answer = await joins(school)
    welcome = await Browser(school.app.test_client()).signs_in("eve")

    assert answer.status == 200
    assert "Your account is ready" in answer.text
    assert welcome.status == 303


async def test_person_is_told_what_is_still_missing(schools: SchoolMaker) -> None:
    school = await schools(registrations=Registrations.APPROVAL, confirm_email=True)

    form = await school.stranger.get("/auth/sign_up")
    answer = await joins(school, reason="I teach maths")

    assert "sends no e-mail" in form.text
    assert "confirm your e-mail address" in answer.text
    assert "approve your request" in answer.text


async def test_wrong_fields_are_named_in_words_and_kept(school: School) -> None:
    answer = await joins(school, username="e v e", password="short")

    assert answer.status == 422
    assert 'href="#username"' in answer.text
    assert "must contain only letters, numbers and underscores" in answer.text
    assert "is too short" in answer.text
    assert 'value="e v e"' in answer.text
    assert 'value="eve@oak.test"' in answer.text
    assert "short&#34;" not in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_known_address_gets_the_answer_of_an_unknown_one(schools: SchoolMaker) -> None:
    school = await schools(registrations=Registrations.APPROVAL, confirm_email=True)
    await school.teacher("ada")

    fresh = await joins(school)
    known = await joins(school, username="eva", email="ada@oak.test")

    assert known.status == fresh.status == 200
    assert known.text.replace("@eva", "@eve") == fresh.text


@pytest.mark.parametrize("registrations", [Registrations.CLOSED, Registrations.INVITE])
async def test_closed_school_says_whom_to_ask(
    schools: SchoolMaker, registrations: Registrations
) -> None:
    school = await schools(registrations=registrations, contact_email="head@oak.test")
    browser = Browser(school.app.test_client())

    page = await browser.get("/auth/sign_up")
    sign_in = await browser.get("/auth/sign_in")
    answer = await browser.submit(sign_in, "/auth/sign_in", **EVE)
    forced = await browser.post(
        "/auth/sign_up", form=EVE | {"csrf": hidden_fields(sign_in, "/auth/sign_in")["csrf"]}
    )

    assert "head@oak.test" in page.text
    assert 'action="/auth/sign_up"' not in page.text
    assert answer.status == 401
    assert forced.status == 403


async def test_form_from_elsewhere_makes_nobody(school: School) -> None:
    answer = await school.stranger.post("/auth/sign_up", form=EVE)

    assert answer.status == 403
    with pytest.raises(errors.NotFound):
        await users.confirm(school.site, "eve")


async def test_nobody_makes_themselves_an_administrator(school: School) -> None:
    await joins(school, role="admin", confirmed_at="1", approved_at="1")

    user = await users.prove(school.site, "eve", "correct-horse")

    assert user.role == "teacher"
