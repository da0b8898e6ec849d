"""A person at a browser: cookies are kept, and forms are filled in as they are shown."""

import html
import re

from tests.people import Answer, Caller, School

PASSWORD = "correct-horse"


class Browser(Caller):
    """A `Caller` that fills in forms."""

    async def submit(self, page: Answer, path: str, **typed: str) -> Answer:
        """Sends the page's form for `path`: its hidden fields and what the person typed."""
        return await self.post(path, form=hidden_fields(page, path) | typed)

    async def signs_in(
        self, login: str, password: str = PASSWORD, way: str = "/auth/sign_in"
    ) -> Answer:
        page = await self.get(way)
        return await self.submit(page, "/auth/sign_in", login=login, password=password)


def hidden_fields(page: Answer, path: str) -> dict[str, str]:
    """The hidden fields of the form that leads to `path`."""
    form = re.search(rf'<form method="post" action="{re.escape(path)}".*?</form>', page.text, re.S)
    assert form is not None, page.text
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    return {name: html.unescape(value) for name, value in found}


async def browser_of(school: School, name: str) -> Browser:
    """A new teacher's browser, signed in."""
    await school.teacher(name)
    browser = Browser(school.app.test_client())
    answer = await browser.signs_in(name)
    assert answer.status == 303, answer.text
    return browser
