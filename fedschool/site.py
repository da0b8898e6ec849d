"""The instance: settings and open ports. `open_site` is the only place that puts them together."""

import functools
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fedschool import __version__
from fedschool.activitypub.uris import Uris
from fedschool.entities.links import Links
from fedschool.errors import StartupFailure
from fedschool.ids import IdGenerator
from fedschool.ports.bus import Bus, open_bus
from fedschool.ports.database import Database, Tx, open_database
from fedschool.ports.flights import Flights
from fedschool.ports.http import HttpClient, parse_allow_private
from fedschool.ports.images import ImageWorkshop
from fedschool.ports.keyring import Keyring
from fedschool.ports.media import MediaStore, open_media
from fedschool.ports.movies import MovieWorkshop
from fedschool.ports.passwords import PasswordHasher
from fedschool.ports.presence import Presence
from fedschool.ports.secrets import Secrets, open_secrets, push_seed
from fedschool.ports.walls import Walls
from fedschool.settings import Settings

if TYPE_CHECKING:
    from fedschool.ports.webpush import Vapid

Clock = Callable[[], int]
# A number from 0 up to, but not including, 1.
Chance = Callable[[], float]

JOBS = "jobs"
# A token or a person's standing changed: what listens for somebody looks again.
TOKENS = "tokens"
EVENTS = "events"
STOPPING = "stopping"


def system_clock() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def _process_name() -> str:
    """Tells others on this machine whether the process still lives: host, number, chance."""
    return f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"


_chance: Chance = secrets.SystemRandom().random


@dataclass(frozen=True)
class Site:
    """What every use case gets first. Time and chance come from here."""

    settings: Settings
    database: Database
    http: HttpClient
    media: MediaStore
    images: ImageWorkshop
    movies: MovieWorkshop
    bus: Bus
    uris: Uris
    links: Links
    ids: IdGenerator
    clock: Clock
    keyring: Keyring
    passwords: PasswordHasher
    secrets: Secrets
    push_seed: bytes
    flights: Flights
    process_id: str = field(default_factory=_process_name)
    walls: Walls = field(default_factory=Walls)
    presence: Presence = field(default_factory=Presence)
    chance: Chance = _chance

    @functools.cached_property
    def vapid(self) -> "Vapid":
        """The key by which push services know this instance."""
        from fedschool.ports.webpush import Vapid  # noqa: PLC0415  its cryptography is large

        return Vapid(self.push_seed)

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.clock()

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction that only reads."""
        return self.database.reading()

    def writing(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction that changes things: all of it or nothing."""
        return self.database.writing()

    def wake_workers(self) -> None:
        """Tells this instance's workers that jobs came; for `tx.after_commit`."""
        self.bus.publish(JOBS)


def open_http(settings: Settings, user_agent: str, *also: str) -> HttpClient:
    """The way to other servers; `also`: hosts that may be reached besides the admin's list.

    Raises StartupFailure for what cannot be read.
    """
    try:
        allowed = parse_allow_private(",".join((settings.allow_private, *also)))
    except ValueError as error:
        raise StartupFailure(f"FEDSCHOOL_ALLOW_PRIVATE: {error}") from error
    return HttpClient(allowed, user_agent=user_agent, ca_file=settings.ca_file)


@asynccontextmanager
async def open_site(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Site]:
    """Opens every port, in order, and closes them again. The database must be migrated.

    Raises StartupFailure with what the admin can do.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    own_secrets = open_secrets(settings.data_dir)
    seed = push_seed(settings.data_dir)
    http = open_http(settings, f"fedschool/{__version__} (+{settings.url})")
    images = ImageWorkshop()
    passwords = PasswordHasher()
    flights = Flights()
    # Last, as what it holds open keeps a process alive that fails before it is closed.
    database = await open_database(settings.database, clock)
    try:
        yield Site(
            settings=settings,
            database=database,
            http=http,
            media=open_media("file:", settings.data_dir),
            images=images,
            movies=MovieWorkshop(),
            bus=open_bus("memory:"),
            uris=Uris(settings.url),
            links=Links(settings.url, own_secrets.sign),
            ids=IdGenerator(clock),
            clock=clock,
            keyring=Keyring(),
            passwords=passwords,
            secrets=own_secrets,
            push_seed=seed,
            flights=flights,
        )
    finally:
        await flights.aclose()
        passwords.close()
        images.close()
        await http.aclose()
        await database.close()
