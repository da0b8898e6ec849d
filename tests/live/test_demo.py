"""The demo as a stranger runs it: two schools come up, know each other, stop, and come again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.live.waiting import until

ROOT = Path(__file__).resolve().parents[2]
# Two servers, six people and their keys; a busy machine takes its time.
READY_WITHIN = 150.0
STOPS_WITHIN = 40
PASSWORD = "chalk-and-talk"
PEOPLE = {"oak": ("mara", "tom", "ines"), "elm": ("ada", "ben", "yuki")}


class Demo:
    """One run of the demo's program on `folder`; its output grows in `printed`."""

    def __init__(self, folder: Path, ports: tuple[int, int], *options: str) -> None:
        self.ports = dict(zip(PEOPLE, ports, strict=True))
        self._out = folder.with_suffix(".out")
        self._out.unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DEMO_")}
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "demo", "--data", str(folder), *options],
                env={**environment, "PYTHONPATH": str(ROOT / "deploy")},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return self._out.read_text(errors="replace")

    async def ready(self) -> None:
        await self.says("\nReady.")

    async def says(self, words: str) -> None:
        async def said() -> bool:
            assert self.process.poll() is None, self.printed
            return words in self.printed

        await until(said, repr(words), timeout=READY_WITHIN, explain=self._explain)

    async def _explain(self) -> str:
        return self.printed

    async def ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, STOPS_WITHIN)

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    def servers(self) -> list[psutil.Process]:
        return [
            child
            for child in psutil.Process(self.process.pid).children()
            if "serve" in child.cmdline()
        ]

    def client(self, school: str) -> httpx.AsyncClient:
        port = self.ports[school]
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Host": f"{school}.localhost:{port}"},
            timeout=30,
            trust_env=False,
        )

    def handle(self, name: str) -> str:
        school = next(school for school, names in PEOPLE.items() if name in names)
        return f"{name}@{school}.localhost:{self.ports[school]}"


@contextmanager
def running(folder: Path, ports: tuple[int, int], *options: str) -> Iterator[Demo]:
    demo = Demo(folder, ports, *options)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            leftover = [*demo.servers(), psutil.Process(demo.process.pid)]
            for process in leftover:
                process.kill()
            demo.process.wait()


@pytest.fixture
def ports() -> tuple[int, int]:
    """Two free ports."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


async def sign_in(client: httpx.AsyncClient, email: str) -> None:
    """As a client program does that asks for the password."""
    scopes = {"scopes": "read", "client_name": "test", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    app = (await client.post("/api/v1/apps", json=scopes)).raise_for_status().json()
    asked = {
        "grant_type": "password",
        "username": email,
        "password": PASSWORD,
        "scope": "read",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    token = (await client.post("/oauth/token", data=asked)).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {token['access_token']}"


async def get(client: httpx.AsyncClient, path: str, **params: str) -> Any:
    return (await client.get(path, params=params)).raise_for_status().json()


async def counts(demo: Demo) -> dict[str, tuple[int, int, int]]:
    """Posts, followers and followed of everybody, as their own school counts them."""
    found = {}
    for school, names in PEOPLE.items():
        async with demo.client(school) as client:
            for name in names:
                account = await get(client, "/api/v1/accounts/lookup", acct=name)
                found[name] = (
                    account["statuses_count"],
                    account["followers_count"],
                    account["following_count"],
                )
    return found


async def homes(demo: Demo) -> dict[str, list[str]]:
    """The URIs in the home timelines of mara and yuki."""
    found = {}
    for school, name in (("oak", "mara"), ("elm", "yuki")):
        async with demo.client(school) as client:
            await sign_in(client, f"{name}@{school}.example")
            page = await get(client, "/api/v1/timelines/home", limit="40")
            found[name] = [status["uri"] for status in page]
    return found


async def check_what_mara_sees(demo: Demo) -> None:
    """Follows, posts, a reply, a favourite that came from the other school."""
    async with demo.client("oak") as client:
        await sign_in(client, "mara@oak.example")
        home = await get(client, "/api/v1/timelines/home", limit="40")
        authors = {(status["reblog"] or status)["account"]["acct"] for status in home}
        assert {demo.handle("yuki"), demo.handle("ada"), "tom", "ines", "mara"} <= authors

        me = await get(client, "/api/v1/accounts/verify_credentials")
        assert me["display_name"] == "Mara Lindqvist"
        assert me["avatar"].startswith("http")
        followed = await get(client, f"/api/v1/accounts/{me['id']}/following")
        assert demo.handle("yuki") in {account["acct"] for account in followed}
        followers = await get(client, f"/api/v1/accounts/{me['id']}/followers")
        assert demo.handle("yuki") in {account["acct"] for account in followers}

        told = await get(client, "/api/v1/notifications")
        across = {item["type"] for item in told if item["account"]["acct"] == demo.handle("yuki")}
        assert {"mention", "favourite", "follow"} <= across

        question = next(status for status in home if "fractions" in status["content"])
        thread = await get(client, f"/api/v1/statuses/{question['id']}/context")
        answered = {answer["account"]["acct"] for answer in thread["descendants"]}
        assert {"tom", demo.handle("yuki")} <= answered


async def check_what_yuki_sees(demo: Demo) -> None:
    """A picture with its description, and a content warning of her own school."""
    async with demo.client("elm") as client:
        await sign_in(client, "yuki@elm.example")
        home = await get(client, "/api/v1/timelines/home", limit="40")

    pictures = [
        media
        for status in home
        if status["account"]["acct"] == demo.handle("tom")
        for media in status["media_attachments"]
    ]
    assert pictures
    assert "Bar chart" in pictures[0]["description"]
    assert any(status["spoiler_text"] for status in home)


async def test_two_schools_know_each_other_and_go_on_the_next_time(
    tmp_path: Path, ports: tuple[int, int]
) -> None:
    folder = tmp_path / "schools"
    with running(folder, ports, "--ports", f"{ports[0]},{ports[1]}") as demo:
        await demo.ready()
        assert f"http://oak.localhost:{ports[0]}/@mara" in demo.printed
        assert PASSWORD in demo.printed
        assert "\x1b" not in demo.printed

        await check_what_mara_sees(demo)
        await check_what_yuki_sees(demo)
        before = await counts(demo), await homes(demo)
        servers = demo.servers()
        assert len(servers) == 2

        assert await demo.stop() == 0, demo.printed
        assert not any(server.is_running() for server in servers)

    with running(folder, ports) as demo:
        await demo.ready()

        assert (await counts(demo), await homes(demo)) == before

        demo.servers()[0].kill()
        assert await demo.ended() == 1
        assert "ended" in demo.printed


async def test_port_in_use_is_said_and_nothing_is_started(
    tmp_path: Path, ports: tuple[int, int]
) -> None:
    folder = tmp_path / "schools"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with running(folder, ports, "--ports", f"{ports[0]},{port}") as demo:
            assert await demo.ended() == 1

    assert f"Port {port} cannot be used" in demo.printed
    assert list(folder.iterdir()) == []


async def test_ports_stay_with_the_data(tmp_path: Path, ports: tuple[int, int]) -> None:
    folder = tmp_path / "schools"
    with running(folder, ports, "--ports", f"{ports[0]},{ports[1]}") as demo:
        await demo.says("Starting")
        assert await demo.stop() == 0, demo.printed

    with running(folder, ports, "--ports", f"{ports[1]},{ports[0]}") as demo:
        assert await demo.ended() == 1

    assert "cannot change" in demo.printed
