"""Following somebody from the page of another server, by way of one's own."""

from urllib.parse import quote

from tests.browser import Browser, browser_of
from tests.people import School

WAY = "/authorize_interaction"


async def test_person_who_comes_to_follow_is_shown_whom_and_asked(school: School) -> None:
    ben = await school.teacher("ben")
    ada = await browser_of(school, "ada")

    asked = await ada.get(f"{WAY}?uri={quote('acct:ben@oak.test')}")
    done = await ada.submit(asked, WAY)

    assert "Follow <bdi>ben</bdi>" in asked.text
    assert "You follow <bdi>ben</bdi>" in done.text
    followers = await ben.reads(f"/api/v1/accounts/{ben.id}/followers")
    assert [account["acct"] for account in followers] == ["ada"]


async def test_every_way_to_name_a_person_or_post_is_understood(school: School) -> None:
    ben = await school.teacher("ben")
    status = await ben.says("Answer me")
    ada = await browser_of(school, "ada")

    for uri in ("https://oak.test/users/ben", "https://oak.test/@ben", "@ben@oak.test", "ben"):
        assert "Follow <bdi>ben</bdi>" in (await ada.get(f"{WAY}?uri={quote(uri)}")).text, uri
    for uri in (status["uri"], status["url"]):
        page = await ada.get(f"{WAY}?uri={quote(uri)}")
        assert "Answer me" in page.text
        assert status["uri"] in page.text


async def test_stranger_signs_in_first_and_comes_back(school: School) -> None:
    await school.teacher("ben")
    await school.teacher("ada")
    browser = Browser(school.app.test_client())

    sent_away = await browser.get(f"{WAY}?uri={quote('acct:ben@oak.test')}")
    signed_in = await browser.signs_in("ada", way=sent_away.headers["Location"])
    back = await browser.get(signed_in.headers["Location"])

    assert sent_away.status == 303
    assert "Follow <bdi>ben</bdi>" in back.text


async def test_nothing_is_followed_without_our_own_form(school: School) -> None:
    ben = await school.teacher("ben")
    ada = await browser_of(school, "ada")

    answer = await ada.post(WAY, form={"account_id": ben.id})

    assert answer.status == 403
    assert await ben.reads(f"/api/v1/accounts/{ben.id}/followers") == []


async def test_what_is_not_there_or_not_for_the_reader_is_not_found(school: School) -> None:
    ben = await school.teacher("ben")
    secret = await ben.says("Mine", visibility="direct")
    ada = await browser_of(school, "ada")

    for uri in ("", "acct:nobody@oak.test", "https://oak.test/@ben/1", secret["uri"], "x" * 3_000):
        assert (await ada.get(f"{WAY}?uri={quote(uri)}")).status == 404, uri
