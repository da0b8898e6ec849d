"""In a real browser, from another origin: a client on masto.js, and a timeline in a web page."""

import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from tests.live.npm_packages import WEB_CLIENT
from tests.live.school import PASSWORD, School


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


# Modules must come as JavaScript, also with the ending that SimpleHTTPRequestHandler does not know.
_Quiet.extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}


@pytest.fixture(scope="module")
def website(web_client_installed: None) -> Iterator[str]:
    """The origin that serves the pages."""
    serve = partial(_Quiet, directory=str(WEB_CLIENT))
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--no-proxy-server"]
        )
        opened = await browser.new_page()
        yield opened
        await browser.close()


async def _sign_in(page: Page, website: str, school: School, name: str) -> None:
    await page.goto(f"{website}/?server={school.base_url}")
    await page.fill("input[name=login]", name)
    await page.fill("input[name=password]", PASSWORD)
    await page.locator("form[action='/auth/sign_in'] button").click()
    await page.get_by_role("button", name="Allow", exact=True).click()
    await expect(page.locator("#me")).to_have_text(name)


async def test_web_client_signs_in_posts_and_sees_what_others_post(
    school: School, website: str, page: Page, tmp_path: Path
) -> None:
    ada, tom = await school.person("ada"), await school.person("tom")
    await ada.post(f"/api/v1/accounts/{(await ada.find(tom.handle))['id']}/follow")
    picture = tmp_path / "tile.png"
    Image.new("RGB", (64, 48), (30, 120, 200)).save(picture)

    await _sign_in(page, website, school, "ada")
    await page.set_input_files("#picture", picture)
    await page.fill("#text", "Posted from a browser")
    await page.get_by_role("button", name="Post").click()
    await expect(page.locator("#home li").first).to_contain_text("Posted from a browser")
    shown = page.locator("#home li img").first
    await expect(shown).to_have_attribute("alt", "A picture")
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await tom.write("Streamed to the browser")
    await expect(page.locator("#home li").first).to_contain_text("Streamed to the browser")

    assert await page.locator("#problem").text_content() == ""


async def test_person_who_says_no_comes_back_without_a_code(
    school: School, website: str, page: Page
) -> None:
    await school.person("ada")

    await page.goto(f"{website}/?server={school.base_url}")
    await page.fill("input[name=login]", "ada")
    await page.fill("input[name=password]", PASSWORD)
    await page.locator("form[action='/auth/sign_in'] button").click()
    await page.get_by_role("button", name="Do not allow").click()
    await page.wait_for_url(f"{website}/?error=access_denied*")

    assert "code=" not in page.url


async def test_timeline_in_a_web_page_shows_the_schools_posts(
    school: School, website: str, page: Page
) -> None:
    ada = await school.person("ada")
    await ada.write("Everybody may read this #maths")

    await page.goto(f"{website}/timeline.html?server={school.base_url}")

    await expect(page.locator("article").first).to_contain_text("Everybody may read this")
