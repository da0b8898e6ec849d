"""People in tests: teachers of a school, each with an API client of their own."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from quart import Quart
from quart.typing import TestClientProtocol
from werkzeug.datastructures import Headers

from fedschool.app import create_app
from fedschool.http import context
from fedschool.services import oauth, users
from fedschool.settings import Settings
from fedschool.site import Clock, Site, open_site, system_clock
from fedschool.worker.loop import drain

ALL_SCOPES = "read write follow push"


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer: `json` is the body decoded, or None when it is not JSON."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class Caller:
    """Somebody at the HTTP door, with a token or without."""

    def __init__(self, client: TestClientProtocol, token: str | None = None) -> None:
        self._client = client
        self.token = token

    async def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """`body`: json=, form=, files=, data= or query_string=, as Quart's test client has them."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        response = await self._client.open(path, method=method, headers=sent, **body)
        return Answer(response.status_code, response.headers, await response.get_data(False))

    async def get(self, path: str, **kw: Any) -> Answer:
        return await self.call("GET", path, **kw)

    async def post(self, path: str, **kw: Any) -> Answer:
        return await self.call("POST", path, **kw)

    async def put(self, path: str, **kw: Any) -> Answer:
        return await self.call("PUT", path, **kw)

    async def patch(self, path: str, **kw: Any) -> Answer:
        return await self.call("PATCH", path, **kw)

    async def delete(self, path: str, **kw: Any) -> Answer:
        return await self.call("DELETE", path, **kw)


class Teacher(Caller):
    """A person with an account and a token for everything."""

    def __init__(self, client: TestClientProtocol, token: str, name: str, account_id: int) -> None:
        super().__init__(client, token)
        self.name = name
        self.id = str(account_id)

    async def says(self, text: str, **more: Any) -> dict[str, Any]:
        """Posts; the status as the API answers it."""
        answer = await self.post("/api/v1/statuses", json={"status": text, **more})
        assert answer.status == 200, answer.text
        status: dict[str, Any] = answer.json
        return status

    async def reads(self, path: str) -> Any:
        """The decoded body of a GET that must succeed."""
        answer = await self.get(path)
        assert answer.status == 200, answer.text
        return answer.json

    async def does(self, path: str, **fields: Any) -> Any:
        """The decoded body of a POST that must succeed."""
        answer = await self.post(path, json=fields)
        assert answer.status == 200, answer.text
        return answer.json


class School:
    """An open instance with its application over ASGI."""

    def __init__(self, site: Site, app: Quart) -> None:
        self.site = site
        self.app = app
        self.host = site.settings.host
        self.stranger = Caller(self.app.test_client())

    async def teacher(self, name: str, scopes: str = ALL_SCOPES, **more: Any) -> Teacher:
        """A new person, confirmed and approved, signed in with a client."""
        account = await users.create_by_admin(
            self.site,
            username=name,
            email=f"{name}@{self.site.uris.host}",
            password="correct-horse",
            **more,
        )
        token = await oauth.token_for(self.site, username=name, scopes=scopes)
        return Teacher(self.app.test_client(), token, name, account.id)

    async def work(self) -> int:
        """Runs every job that is due until none is left; how many ran."""
        return await drain(self.site)


@asynccontextmanager
async def open_school(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[School]:
    async with open_site(settings, clock=clock) as site:
        app = _application(site)
        yield School(site, app)
        _spare.append(app)


_spare: list[Quart] = []


def _application(site: Site) -> Quart:
    """An application of this site.

    Routes take 80 ms to make, and thousands of tests ask for them: those of a school that is no
    more serve the next one. All that an application keeps of its site is in `extensions`.
    """
    if not _spare:
        return create_app(site)
    app = _spare.pop()
    app.extensions.clear()
    context.attach(app, site)
    return app
