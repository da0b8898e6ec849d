"""The page of the apps and browsers that act for somebody."""

from fedschool.services import oauth
from tests.browser import Browser, browser_of
from tests.people import Caller, School

PATH = "/settings/applications"


async def path_of(page: str, ending: str) -> str:
    """The address of the page's first form that ends so."""
    found = [part.split('"')[0] for part in page.split('action="')[1:]]
    return next(path for path in found if path.endswith(ending))


async def test_app_that_is_shut_out_does_nothing_more(school: School) -> None:
    browser = await browser_of(school, "ada")
    token = await oauth.token_for(school.site, username="ada", scopes="read write")
    app = Caller(school.app.test_client(), token)
    page = await browser.get(PATH)
    assert (await app.get("/api/v1/accounts/verify_credentials")).status == 200

    answer = await browser.submit(page, await path_of(page.text, "/revoke"))

    assert "Post, change and delete things in your name" in page.text
    assert answer.status == 303
    assert (await app.get("/api/v1/accounts/verify_credentials")).status == 401
    assert "No app acts for you" in (await browser.get(PATH)).text


async def test_another_browser_is_signed_out_from_here(school: School) -> None:
    lost = await browser_of(school, "ada")
    here = Browser(school.app.test_client())
    await here.signs_in("ada")
    page = await here.get(PATH)

    await here.submit(page, await path_of(page.text, "/close"))

    assert ": this one" in page.text
    assert (await lost.get(PATH)).status == 303
    assert (await here.get(PATH)).status == 200


async def test_other_peoples_apps_and_browsers_are_out_of_reach(school: School) -> None:
    ada = await browser_of(school, "ada")
    secret = await oauth.token_for(school.site, username="ada", scopes="read")
    app = Caller(school.app.test_client(), secret)
    second = Browser(school.app.test_client())
    await second.signs_in("ada")
    eve = await browser_of(school, "eve")
    theirs, own = await ada.get(PATH), await eve.get(PATH)
    token = own.text.split('name="csrf" value="')[1].split('"')[0]

    # Both hold tokens of the same application: eve ends hers, and only hers.
    await eve.post(await path_of(theirs.text, "/revoke"), form={"csrf": token})
    again = await eve.post(await path_of(theirs.text, "/revoke"), form={"csrf": token})
    closed = await eve.post(await path_of(theirs.text, "/close"), form={"csrf": token})

    assert (again.status, closed.status) == (404, 404)
    assert (await app.get("/api/v1/accounts/verify_credentials")).status == 200
    assert (await second.get(PATH)).status == 200


async def test_stranger_signs_in_first_and_forged_forms_do_nothing(school: School) -> None:
    ada = await browser_of(school, "ada")
    await oauth.token_for(school.site, username="ada", scopes="read")
    page = await ada.get(PATH)

    stranger = await school.stranger.get(PATH)
    forged = await ada.post(await path_of(page.text, "/revoke"), form={"csrf": "x"})

    assert stranger.headers["Location"].startswith("/auth/sign_in?next=")
    assert forged.status == 403
    assert "No app acts for you" not in (await ada.get(PATH)).text
