"""A school that runs: one `fedschool serve` process with its folder, and its command line."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from demo.place import DemoFailure, Place
from demo.story import SCHOOLS, SchoolPlan
from demo.waiting import until

ROOT = Path(__file__).resolve().parents[2]
_FEDSCHOOL = (sys.executable, "-m", "fedschool")
_LOUD = ("warning", "error", "critical")
# What https looks like at a door for http: the schools try it first when they look each other up.
_EXPECTED = "Invalid HTTP request received."
_READY_SECONDS = 60
_STOP_SECONDS = 20


class School:
    """One of the two. `start` it, and `stop` it whatever happens."""

    def __init__(self, plan: SchoolPlan, place: Place) -> None:
        self.plan = plan
        self.host = place.host(plan.name)
        self.url = place.url(plan.name)
        self.port = place.memory.ports[plan.name]
        # Names below .localhost are unknown to many systems' resolvers; a browser knows them.
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = place.folder / plan.name / "serve.log"
        self._folder = place.folder / plan.name
        self._environment = _environment(plan, place)
        self._process: asyncio.subprocess.Process | None = None
        self._read = 0

    async def start(self) -> None:
        """Returns when the school answers. Raises DemoFailure with the end of its log."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._read = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then stops the schools.
            self._process = await asyncio.create_subprocess_exec(
                *_FEDSCHOOL, "serve", "--port", str(self.port),
                cwd=self._folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip
        async with httpx.AsyncClient(trust_env=False) as client:
            await until(
                lambda: self._answers(client), f"{self.plan.title} to answer", _READY_SECONDS
            )

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            raise self.ended()
        try:
            answer = await client.get(f"{self.address}/health", headers={"Host": self.host})
        except httpx.TransportError:
            return False
        return answer.is_success

    async def watch(self) -> None:
        """Waits for the process to end by itself, and raises DemoFailure then."""
        assert self._process is not None
        await self._process.wait()
        raise self.ended()

    def ended(self) -> DemoFailure:
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return DemoFailure(f"{self.plan.title} ended. The end of {self.log}:\n{tail}")

    async def stop(self) -> None:
        """SIGTERM and, if that is not heard, SIGKILL."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def command(self, *arguments: str) -> str:
        """What `fedschool ARGUMENTS` prints. Raises DemoFailure with its complaint."""
        process = await asyncio.create_subprocess_exec(
            *_FEDSCHOOL, *arguments,
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            printed, complaint = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise DemoFailure(f"fedschool {' '.join(arguments[:3])}: {complaint.decode().strip()}")
        return printed.decode().strip()

    def news(self) -> Iterator[str]:
        """What was logged since the last look and somebody should know: warnings and errors."""
        with self.log.open("rb") as log:
            log.seek(self._read)
            for line in log:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                if told := _loud(line):
                    yield told


def open_schools(place: Place) -> dict[str, School]:
    return {plan.name: School(plan, place) for plan in SCHOOLS}


def _environment(plan: SchoolPlan, place: Place) -> dict[str, str]:
    """As here, but without this shell's own FEDSCHOOL_*."""
    others = [place.host(other.name) for other in SCHOOLS if other is not plan]
    settings = {
        "URL": place.url(plan.name),
        "DATA_DIR": str(place.folder / plan.name),
        "TITLE": plan.title,
        "DESCRIPTION": plan.description,
        "CONTACT_EMAIL": f"office@{plan.name}.example",
        "REGISTRATIONS": "open",
        "CONFIRM_EMAIL": "off",
        "ALLOW_PRIVATE": ",".join(others),
        "OAUTH_PASSWORD_GRANT": "on",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FEDSCHOOL_")}
    named = {f"FEDSCHOOL_{key}": value for key, value in settings.items()}
    return {**kept, **named, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def _loud(line: bytes) -> str:
    """A log line in short if it is a warning or worse, else nothing."""
    try:
        event: Mapping[str, object] = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(event, dict) or event.get("level") not in _LOUD:
        return ""
    if event.get("event") == _EXPECTED:
        return ""
    hidden = ("at", "from", "event", "level", "trace", "request", "job")
    facts = " ".join(f"{key}={value}" for key, value in event.items() if key not in hidden)
    return f"{event['level']}: {event.get('event')} {facts}".strip()
