"""A person at a browser, over a real socket: forms are read, filled in, and sent."""

import html
import re
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from tests.live.school import PASSWORD


class _Forms(HTMLParser):
    """The fields of every form on a page, by where the form leads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.found[values["action"]] = {}
        elif tag == "input" and "name" in values:
            self._fields[values["name"]] = values.get("value", "")


class Browser:
    """`async with Browser() as browser:` cookies are kept until the end."""

    def __init__(self) -> None:
        self.client = httpx.AsyncClient(timeout=30, trust_env=False, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.aclose()

    @property
    def cookies(self) -> list[str]:
        """The values of all cookies."""
        return [cookie.value or "" for cookie in self.client.cookies.jar]

    async def allow(self, url: str, login: str, password: str = PASSWORD) -> str:
        """Opens a client's authorization URL, signs in, says yes; the code that it gets."""
        page = await self._open(url)
        entered = await self._send(page, "/auth/sign_in", login=login, password=password)
        page = await self._follow(entered)
        return _code(await self._send(page, "/oauth/authorize", decision="allow"))

    async def _open(self, url: str) -> httpx.Response:
        return await self._follow(await self.client.get(url))

    async def _follow(self, answer: httpx.Response) -> httpx.Response:
        """Goes where redirects lead, as far as there are pages."""
        while answer.has_redirect_location:
            answer = await self.client.get(urljoin(str(answer.url), answer.headers["location"]))
        assert answer.is_success, f"{answer.url}: {answer.status_code} {answer.text}"
        return answer

    async def _send(self, page: httpx.Response, action: str, **typed: str) -> httpx.Response:
        """Sends the page's form that leads to `action`."""
        forms = _Forms()
        forms.feed(page.text)
        assert action in forms.found, page.text
        target = urljoin(str(page.url), action)
        return await self.client.post(target, data=forms.found[action] | typed)


def _code(answer: httpx.Response) -> str:
    """From the redirect to the client, or from the page that shows it."""
    if answer.has_redirect_location:
        [code] = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
        return code
    found = re.search(r'<code id="code">([^<]+)</code>', answer.text)
    assert found is not None, answer.text
    return html.unescape(found[1])
