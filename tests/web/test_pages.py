"""What anybody sees in a browser: the start page, people, posts with their threads, tags."""

import re

import pytest

from tests.browser import Browser, browser_of
from tests.conftest import SchoolMaker
from tests.people import School

ACTIVITY = "application/activity+json"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


async def test_start_page_says_what_this_is_and_how_to_join(schools: SchoolMaker) -> None:
    school = await schools(title="Oak School", description="Teachers who learn together.")

    page = await school.stranger.get("/", headers={"Accept": "text/html"})

    assert page.status == 200
    assert "<h1>Oak School</h1>" in page.text
    assert "Teachers who learn together." in page.text
    assert 'href="/auth/sign_up"' in page.text
    assert "oak.test" in page.text


async def test_start_page_shows_the_latest_public_posts(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("Fractions with pizza")
    await ada.says("Only for followers", visibility="private")
    await ada.says("Not on front pages", visibility="unlisted")

    page = await school.stranger.get("/")

    assert "Fractions with pizza" in page.text
    assert "Only for followers" not in page.text
    assert "Not on front pages" not in page.text


async def test_title_of_the_place_is_text_and_nothing_else(schools: SchoolMaker) -> None:
    school = await schools(title="<b>Oak</b>", description='"><script>x</script>')

    page = await school.stranger.get("/")

    assert "<b>" not in page.text
    assert "<script" not in page.text


async def test_closed_school_offers_no_sign_up(schools: SchoolMaker) -> None:
    school = await schools(registrations="closed", contact_email="head@oak.test")

    page = await school.stranger.get("/")

    assert "/auth/sign_up" not in page.text
    assert "head@oak.test" in page.text


@pytest.mark.parametrize("name", ["ada", "ADA"])
async def test_profile_shows_the_person_and_public_posts(school: School, name: str) -> None:
    ada = await school.teacher("ada")
    await ada.says("Everybody may read this")
    await ada.says("Quietly public", visibility="unlisted")
    await ada.says("Only for followers", visibility="private")
    await ada.says("Only for nobody", visibility="direct")

    page = await school.stranger.get(f"/@{name}", headers={"Accept": "text/html"})

    assert page.status == 200
    assert "@ada@oak.test" in page.text
    assert "Everybody may read this" in page.text
    assert "Quietly public" in page.text
    assert "Only for followers" not in page.text
    assert "Only for nobody" not in page.text


async def test_author_sees_private_posts_when_signed_in(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("Only for followers", visibility="private")
    browser = Browser(school.app.test_client())
    await browser.signs_in("ada")

    page = await browser.get("/@ada")

    assert "Only for followers" in page.text


async def test_profile_text_cannot_break_out_of_the_page(school: School) -> None:
    ada = await school.teacher("ada")
    answer = await ada.patch(
        "/api/v1/accounts/update_credentials",
        json={"display_name": '<script>alert("x")</script>', "note": "<img src=x onerror=1>"},
    )
    assert answer.status == 200

    page = await school.stranger.get("/@ada")

    assert "<script" not in page.text
    assert "<img src=x" not in page.text


async def test_older_posts_are_a_page_away(school: School) -> None:
    ada = await school.teacher("ada")
    for number in range(21):
        await ada.says(f"Post number {number}.")

    first = await school.stranger.get("/@ada")
    link = re.search(r'<a rel="next" href="([^"]+)">', first.text)
    assert link is not None
    second = await school.stranger.get("/@ada" + link[1])

    assert "Post number 20." in first.text
    assert "Post number 0." not in first.text
    assert "Post number 0." in second.text
    assert "Post number 20." not in second.text
    assert 'rel="next"' not in second.text


async def test_status_page_shows_the_thread(school: School) -> None:
    ada, bob = await school.teacher("ada"), await school.teacher("bob")
    question = await ada.says("Who has a lesson on tides?")
    answer = await bob.says("@ada I have one.", in_reply_to_id=question["id"])
    await ada.says("@bob Thank you!", in_reply_to_id=answer["id"])

    page = await school.stranger.get(f"/@bob/{answer['id']}")

    order = [page.text.index(text) for text in ("lesson on tides", "I have one.", "Thank you!")]
    assert page.status == 200
    assert order == sorted(order)
    assert answer["url"] == f"https://oak.test/@bob/{answer['id']}"


async def test_content_warning_hides_until_it_is_opened(school: School) -> None:
    ada = await school.teacher("ada")
    post = await ada.says("The butler did it.", spoiler_text="A crime novel's end")

    page = await school.stranger.get(f"/@ada/{post['id']}")

    details = re.search(r"<details>.*?</details>", page.text, re.S)
    assert details is not None
    assert "<summary>A crime novel&#39;s end</summary>" in details[0]
    assert "The butler did it." in details[0]


async def test_private_post_is_not_found_by_its_address(school: School) -> None:
    ada = await school.teacher("ada")
    post = await ada.says("Only for followers", visibility="private")

    page = await school.stranger.get(f"/@ada/{post['id']}", headers={"Accept": "text/html"})
    machine = await school.stranger.get(f"/@ada/{post['id']}", headers={"Accept": ACTIVITY})

    assert (page.status, machine.status) == (404, 404)
    assert "followers" not in page.text


@pytest.mark.parametrize(
    "path",
    ["/@nobody", "/@ada@elsewhere.test", "/@ada/1", "/@ada/x", "/@bob/{id}", "/@ada/%2F", "/@"],
)
async def test_what_is_not_there_is_not_found(school: School, path: str) -> None:
    ada = await school.teacher("ada")
    await school.teacher("bob")
    post = await ada.says("Hello")

    page = await school.stranger.get(path.format(id=post["id"]), headers={"Accept": "text/html"})

    assert page.status == 404
    assert page.headers["Content-Type"].startswith("text/html")


async def test_tag_page_lists_public_posts(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("Volcano day #Geography")
    await ada.says("Secret volcano #Geography", visibility="private")

    page = await school.stranger.get("/tags/geography")
    empty = await school.stranger.get("/tags/nothing")

    assert "Volcano day" in page.text
    assert "Secret volcano" not in page.text
    assert empty.status == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (ACTIVITY, 303),
        (LD, 303),
        (f"{ACTIVITY}, {LD}", 303),
        ("application/activity+json, text/html;q=0.1", 303),
        ("text/html", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("text/html, application/activity+json;q=0.5", 200),
        ("*/*", 200),
        ("", 200),
        ("application/activity+json;q=0", 200),
    ],
)
async def test_servers_are_led_from_pages_to_documents(
    school: School, accept: str, status: int
) -> None:
    ada = await school.teacher("ada")
    post = await ada.says("Hello")
    headers = {"Accept": accept}

    person = await school.stranger.get("/@ada", headers=headers)
    page = await school.stranger.get(f"/@ada/{post['id']}", headers=headers)

    assert (person.status, page.status) == (status, status)
    if status == 303:
        assert person.headers["Location"] == "https://oak.test/users/ada"
        assert page.headers["Location"] == post["uri"]
    assert "Accept" in person.headers["Vary"]


async def test_pages_can_be_used_without_seeing_or_a_mouse(school: School) -> None:
    browser = await browser_of(school, "ada")

    for path in ("/", "/about", "/@ada", "/auth/sign_in", "/auth/sign_up", "/tags/x"):
        page = (await browser.get(path)).text
        assert '<html lang="en">' in page
        assert 'href="#content"' in page
        assert '<main id="content"' in page
        assert page.count("<h1") == 1
        labels = set(re.findall(r'<label for="([^"]+)"', page))
        inputs = re.findall(r'<(?:input|textarea) id="([^"]+)"', page)
        assert set(inputs) <= labels
        assert all("alt=" in image for image in re.findall(r"<img[^>]*>", page))
        assert "<script" not in page


async def test_stylesheet_and_pictures_are_served(school: School) -> None:
    kinds = {
        path: (await school.stranger.get(f"/static/{path}")).headers["Content-Type"]
        for path in ("style.css", "avatar.png", "header.png", "icon.png")
    }
    outside = await school.stranger.get("/static/..%2Fpages.py")

    assert kinds["style.css"].startswith("text/css")
    assert {kinds[p] for p in ("avatar.png", "header.png", "icon.png")} == {"image/png"}
    assert outside.status == 404
