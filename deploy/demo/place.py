"""Where a demo lives: its folder, its ports, and what it remembers from one run to the next."""

import errno
import os
import socket
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from demo.story import SCHOOLS

_FILE = "demo.json"
_TRIES = 100


class DemoFailure(Exception):
    """The demo cannot go on; the text says what somebody can do."""


class Memory(msgspec.Struct):
    """What must outlive a run. A port is part of an address, and an address of a name.

    `tokens` by person; `posts`: the URI of what was written, by the story's key; `told`: whether
    the story was told to its end.
    """

    ports: dict[str, int]
    tokens: dict[str, str] = {}
    posts: dict[str, str] = {}
    told: bool = False


class Place:
    """A demo's folder, opened. Raises DemoFailure when its ports cannot be had."""

    def __init__(self, folder: Path, wanted: Sequence[int] | None) -> None:
        """`wanted`: a port for each school, or None for the usual ones."""
        self.folder = folder
        self.notes: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        found = self._remembered()
        if found is None:
            self.memory = Memory(self._chosen(wanted))
            self.save()
        else:
            self.memory = found
            self._check(wanted)

    @property
    def is_new(self) -> bool:
        return not self.memory.told

    def host(self, school: str) -> str:
        return f"{school}.localhost:{self.memory.ports[school]}"

    def url(self, school: str) -> str:
        return f"http://{self.host(school)}"

    def save(self) -> None:
        """Writes the memory: whole or not at all, for the owner alone, as it holds tokens."""
        new = self.folder / f"{_FILE}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(self.memory)))
        new.replace(self.folder / _FILE)

    def _remembered(self) -> Memory | None:
        try:
            return msgspec.json.decode((self.folder / _FILE).read_bytes(), type=Memory)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise DemoFailure(f"{self.folder / _FILE} cannot be read ({error}).") from error

    def _chosen(self, wanted: Sequence[int] | None) -> dict[str, int]:
        if wanted is not None:
            for port in wanted:
                _must_be_free(port, "Choose others with --ports.")
            return {plan.name: port for plan, port in zip(SCHOOLS, wanted, strict=True)}
        ports: dict[str, int] = {}
        for plan in SCHOOLS:
            ports[plan.name] = _next_free(plan.port, ports.values())
            if ports[plan.name] != plan.port:
                self.notes.append(
                    f"Port {plan.port} is in use; {plan.title} takes {ports[plan.name]}."
                )
        return ports

    def _check(self, wanted: Sequence[int] | None) -> None:
        ports = self.memory.ports
        if wanted is not None and list(wanted) != [ports[plan.name] for plan in SCHOOLS]:
            raise DemoFailure(
                f"The schools in {self.folder} live at ports {', '.join(map(str, ports.values()))},"
                " and an address cannot change. For other ports choose another --data."
            )
        for port in ports.values():
            _must_be_free(
                port,
                f"It belongs to the schools in {self.folder}: does a demo run there already? "
                "If something else uses it, choose another --data.",
            )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _must_be_free(port: int, advice: str) -> None:
    if not _is_free(port):
        raise DemoFailure(f"Port {port} cannot be used. {advice}")


def _next_free(first: int, taken: Collection[int]) -> int:
    for port in range(first, first + _TRIES):
        if port not in taken and _is_free(port):
            return port
    raise DemoFailure(f"No free port between {first} and {first + _TRIES}; name two with --ports.")
