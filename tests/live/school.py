"""Our own server as real processes: `async with School(folder, database) as school:`.

Everything is done as an admin or a client would: the command line, signals, and HTTP.
"""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from fedschool.settings import Settings
from tests.live.waiting import DEADLINE, until

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
ALL_SCOPES = "read write follow push"
PASSWORD = "correct horse battery staple"  # a fixture's own, of no account elsewhere
LOOPBACK = "127.0.0.1,localhost"
_STOPS_WITHIN = 20.0


class CommandFailed(AssertionError):
    """A `fedschool` command ended with an error; the text is what it printed."""


class Person:
    """Somebody with an account at a school and a client that holds their token."""

    def __init__(self, school: "School", name: str, token: str) -> None:
        self._school = school
        self.name = name
        self.token = token
        self.handle = f"@{name}@{school.host}"
        self.client = httpx.AsyncClient(
            base_url=school.base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )

    async def get(self, path: str, **params: Any) -> Any:
        return _body(await self.client.get(path, params=params))

    async def post(self, path: str, **json: Any) -> Any:
        return _body(await self.client.post(path, json=json))

    async def put(self, path: str, **json: Any) -> Any:
        return _body(await self.client.put(path, json=json))

    async def patch(self, path: str, **json: Any) -> Any:
        return _body(await self.client.patch(path, json=json))

    async def delete(self, path: str) -> Any:
        return _body(await self.client.delete(path))

    async def wait(
        self,
        path: str,
        holds: Callable[[Any], T],
        what: str,
        *,
        params: Mapping[str, Any] | None = None,
        timeout: float = DEADLINE,
    ) -> T:
        """Asks for `path` until `holds(body)` is truthy; returns that."""

        async def ask() -> T:
            return holds(await self.get(path, **(params or {})))

        async def explain() -> str:
            return self._school.explain()

        return await until(ask, what, timeout=timeout, explain=explain)

    async def write(self, text: str, **more: Any) -> dict[str, Any]:
        """A new status, as the API returns it."""
        status: dict[str, Any] = await self.post("/api/v1/statuses", status=text, **more)
        return status

    async def find(self, handle_or_url: str) -> dict[str, Any]:
        """The account behind a handle or URL, fetched from its server when unknown."""
        found = await self.get("/api/v2/search", q=handle_or_url, resolve="true", type="accounts")
        assert len(found["accounts"]) == 1, f"{handle_or_url}: {found['accounts']}"
        account: dict[str, Any] = found["accounts"][0]
        return account

    async def relationship(self, account_id: str) -> dict[str, Any]:
        [relation] = await self.get("/api/v1/accounts/relationships", **{"id[]": account_id})
        found: dict[str, Any] = relation
        return found

    async def home(self) -> list[dict[str, Any]]:
        statuses: list[dict[str, Any]] = await self.get("/api/v1/timelines/home", limit=40)
        return statuses

    async def wait_home(self, uri: str) -> dict[str, Any]:
        """The status with this URI, once it is in the home timeline."""
        return await self.wait("/api/v1/timelines/home", _with_uri(uri), f"{uri} at home")

    async def wait_notification(self, kind: str, sender: str) -> dict[str, Any]:
        """The newest notification of a kind from an account (`name@host`), once it is there."""

        def fits(page: list[dict[str, Any]]) -> dict[str, Any]:
            return next((one for one in page if one["account"]["acct"] == sender), {})

        path = "/api/v1/notifications"
        return await self.wait(path, fits, f"{kind} from {sender}", params={"types[]": kind})


def _with_uri(uri: str) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    return lambda page: next((status for status in page if status["uri"] == uri), {})


def _body(answer: httpx.Response) -> Any:
    request = answer.request
    assert answer.is_success, f"{request.method} {request.url}: {answer.status_code} {answer.text}"
    return answer.json()


class Database:
    """Where schools keep their data in one test: SQLite files, or databases of a PostgreSQL."""

    def __init__(self, admin_url: str | None) -> None:
        self._admin_url = admin_url
        self._made: list[str] = []

    async def make(self) -> str | None:
        """The URL of a new, empty database; None is SQLite's default in the data folder."""
        if self._admin_url is None:
            return None
        name = f"live_{uuid.uuid4().hex}"
        await self._admin(f"CREATE DATABASE {name}")
        self._made.append(name)
        return urlunsplit(urlsplit(self._admin_url)._replace(path=f"/{name}"))

    async def drop_all(self) -> None:
        while self._made:
            await self._admin(f"DROP DATABASE {self._made.pop()} WITH (FORCE)")

    async def _admin(self, command: str) -> None:
        connection = await asyncpg.connect(self._admin_url)
        try:
            await connection.execute(command)
        finally:
            await connection.close()


class School:
    """One instance under `http://localhost:PORT`; it keeps port and data through restarts."""

    def __init__(
        self, folder: Path, database: Database, *, settings: Mapping[str, str] | None = None
    ) -> None:
        """`settings`: further environment, without the FEDSCHOOL_ in front of the names."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._database = database
        self._settings = dict(settings or {})
        self._environment: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._people: dict[str, Person] = {}
        self._log = folder / "serve.log"
        self._port = _free_port()
        self.base_url = f"http://localhost:{self._port}"
        self.host = f"localhost:{self._port}"
        self.client = httpx.AsyncClient(base_url=self.base_url, timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        self._environment = await self._environ()
        try:
            await self.start()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            print(self.explain())
        await self._leave()

    async def _environ(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("FEDSCHOOL_")}
        ours = {
            "URL": self.base_url,
            "DATA_DIR": str(self._folder / "data"),
            "ALLOW_PRIVATE": LOOPBACK,
            "RATE_LIMITS": "off",
            **self._settings,
        }
        url = await self._database.make()
        if url is not None:
            ours["DATABASE_URL"] = url
        named = {f"FEDSCHOOL_{key}": value for key, value in ours.items()}
        return {**kept, **named, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    async def _leave(self) -> None:
        for person in self._people.values():
            await person.client.aclose()
        await self.client.aclose()
        if self.running:
            self.kill()

    @property
    def settings(self) -> Settings:
        """What the server was started with, to open its site in the test's own process."""
        named = self._environment.items()
        ours = {
            name.removeprefix("FEDSCHOOL_").lower(): value
            for name, value in named
            if name.startswith("FEDSCHOOL_")
        }
        return Settings(_env_file=None, **ours)  # type: ignore[call-arg,arg-type]

    @property
    def folder(self) -> Path:
        """Of this school alone."""
        return self._folder

    # The process

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, *, timeout: float = 30) -> None:
        """Starts the server and returns when it answers."""
        assert not self.running
        self._process = self._spawn()
        await until(self._answers, "our server to answer", timeout=timeout)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [*_FEDSCHOOL, "serve", "--host", "127.0.0.1", "--port", str(self._port)],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def _answers(self) -> bool:
        assert self.running, f"our server ended at once:\n{self.explain()}"
        try:
            return (await self.client.get("/health")).is_success
        except httpx.TransportError:
            return False

    async def stop(self) -> int:
        """SIGTERM, as a service manager does. Returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self._process.wait, _STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"no end within {_STOPS_WITHIN} s\n{self.explain()}") from None

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    async def restart(self) -> None:
        """A clean stop, and a start on the same data and port."""
        assert await self.stop() == 0, self.explain()
        await self.start()

    def explain(self, lines: int = 60) -> str:
        """The last lines of the server's log."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return f"school {self.base_url}:\n" + "\n".join(text.splitlines()[-lines:])

    # The command line

    async def run(self, *arguments: str) -> str:
        """What a `fedschool` command prints. Raises CommandFailed with its words."""
        done = await asyncio.to_thread(
            subprocess.run,
            [*_FEDSCHOOL, *arguments],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise CommandFailed(f"{' '.join(arguments)}: {done.returncode}\n{done.stderr}")
        return done.stdout

    async def token(self, name: str, scopes: str = ALL_SCOPES) -> str:
        printed = (await self.run("token", "create", name, "--scopes", scopes)).strip()
        assert re.fullmatch(r"\S+", printed), f"expected a token alone: {printed!r}"
        return printed

    async def person(self, name: str) -> Person:
        """A new account and its client."""
        await self.run(
            "account", "create", name, "--email", f"{name}@school.example", "--password", PASSWORD
        )
        self._people[name] = Person(self, name, await self.token(name))
        return self._people[name]


_FEDSCHOOL = (sys.executable, "-m", "fedschool")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
