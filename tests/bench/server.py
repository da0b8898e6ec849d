"""The instance that is measured: its settings and its process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import msgspec

from fedschool.settings import Settings
from tests.bench import processes, wire

ROOT = Path(__file__).parents[2]
_HEALTH = "/health"


class Start(msgspec.Struct, frozen=True):
    """From the command to the first answer: seconds of the clock, and CPU-ms."""

    seconds: float
    cpu_ms: float


class Server:
    """`fedschool serve` on a port and a folder of its own."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.port = _free_port()
        self.host = f"localhost:{self.port}"
        self.settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            url=f"http://{self.host}",
            data_dir=folder / "data",
            database_url=database_url or "",
            allow_private="127.0.0.1,localhost",
            rate_limits=False,
            log_level="warning",
        )
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> Start:
        """Starts it and waits for the first answer."""
        started = time.perf_counter()
        self._process = self._spawn()
        while not await self._answers():
            assert self._process.poll() is None, self.last_words()
            assert time.perf_counter() - started < 60, self.last_words()
            await asyncio.sleep(0.005)
        return Start(time.perf_counter() - started, processes.cpu_ms(self.pid))

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self._folder / "serve.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "fedschool", "serve", "--port", str(self.port)],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, 30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    async def disk_mb(self) -> float:
        """What the data takes, when nothing has it open."""
        if not self.settings.database_url:
            files = self.settings.data_dir.rglob("*")
            return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            await connection.execute("VACUUM")
            size: int = await connection.fetchval("SELECT pg_database_size(current_database())")
        finally:
            await connection.close()
        return size / 1e6

    def last_words(self) -> str:
        return "\n".join((self._folder / "serve.log").read_text().splitlines()[-40:])

    async def _answers(self) -> bool:
        try:
            reply = await wire.ask(self.port, wire.request("GET", self.host, _HEALTH))
        except (OSError, wire.WrongAnswer):
            return False
        return reply.status == 200

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("FEDSCHOOL_")}
        ours = {name: getattr(self.settings, name) for name in self.settings.model_fields_set}
        named = {f"FEDSCHOOL_{name.upper()}": str(value) for name, value in ours.items()}
        return {**kept, **named, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
