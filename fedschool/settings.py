"""Every `FEDSCHOOL_*` setting with its unit, default and help; README's table is held to this.

Read from the environment and from a `.env` file in the folder where the command runs.
"""

from enum import StrEnum
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from fedschool.errors import StartupFailure


class Registrations(StrEnum):
    CLOSED = "closed"
    INVITE = "invite"
    APPROVAL = "approval"
    OPEN = "open"


class Federation(StrEnum):
    OPEN = "open"
    ALLOWLIST = "allowlist"


class ShowBlocks(StrEnum):
    NOBODY = "nobody"
    MEMBERS = "members"
    EVERYBODY = "everybody"


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must look like https://school.example")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError("must be a scheme and a host alone, such as https://school.example")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _networks(value: str) -> str:
    for item in filter(None, (part.strip() for part in value.split(","))):
        ip_network(item, strict=False)
    return value


class Settings(BaseSettings):
    """One instance's settings. Field descriptions are the help that admins read."""

    model_config = SettingsConfigDict(
        env_prefix="FEDSCHOOL_", env_file=".env", extra="ignore", frozen=True
    )

    url: Annotated[str, AfterValidator(_base_url)] = Field(
        default="http://localhost:8000",
        description="Public address of the instance. Never change it once others know you; "
        "plain http is for localhost and labs.",
    )
    data_dir: Path = Field(
        default=Path("var"), description="Folder of the database, media and secrets."
    )
    database_url: str = Field(
        default="",
        description="`sqlite:///path` or `postgresql://user:password@host/name`; "
        "empty is SQLite in the data folder.",
    )
    title: str = Field(default="fedschool", description="Name of the school or the instance.")
    description: str = Field(
        default="A personal learning network for our teachers.",
        description="A sentence about the instance, shown to visitors and other servers.",
    )
    contact_email: str = Field(default="", description="Address that visitors may write to.")
    registrations: Registrations = Field(
        default=Registrations.APPROVAL,
        description="Who may sign up: `closed`, `invite`, `approval` or `open`.",
    )
    show_blocks: ShowBlocks = Field(
        default=ShowBlocks.MEMBERS,
        description="Who may read which servers are blocked here, and why: `nobody`, `members` "
        "or `everybody`.",
    )
    confirm_email: bool = Field(
        default=True, description="Whether a new person must confirm the e-mail address."
    )
    federation: Federation = Field(
        default=Federation.OPEN,
        description="Which servers are spoken to: `open` is all but the blocked, `allowlist` "
        "only those that were allowed.",
    )
    authorized_fetch: bool = Field(
        default=False,
        description="Whether other servers must sign when they ask for posts and lists, so that "
        "blocked ones get none; `on` makes teachers harder to find.",
    )
    rate_limits: bool = Field(default=True, description="`on` or `off` (labs and tests).")
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="",
        description="Comma list of addresses or networks whose `X-Forwarded-*` headers count.",
    )
    allow_private: str = Field(
        default="",
        description="Comma list of host, host:port or CIDR that outgoing requests may reach "
        "although private or plain http; for labs and two instances on one machine.",
    )
    ca_file: Path | None = Field(
        default=None, description="File with extra certificate authorities for outgoing TLS."
    )
    oauth_password_grant: bool = Field(
        default=False, description="Allow OAuth's password grant: legacy and test clients only."
    )
    max_characters: int = Field(
        default=500, ge=100, le=10_000, description="Longest status, in characters."
    )
    workers: int = Field(
        default=64, ge=1, le=1000, description="Jobs (deliveries, mostly) under way at once."
    )
    card_delay: int = Field(
        default=60,
        ge=0,
        le=3600,
        description="Most seconds between a post with a link and our visit to the page for its "
        "preview; 0 is at once.",
    )
    trend_review: bool = Field(
        default=False,
        description="Whether hashtags, links and posts become trends only when a moderator "
        "approved them; `off` suits a school, where what is rejected stays out.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="`debug`, `info`, `warning` or `error`."
    )

    @cached_property
    def host(self) -> str:
        """The domain in our handles: host, and port if it is not the scheme's own."""
        return urlsplit(self.url).netloc

    @cached_property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'fedschool.db'}"

    @cached_property
    def proxies(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())

    @property
    def secure(self) -> bool:
        return self.url.startswith("https:")


def load() -> Settings:
    """The settings of this process. Raises StartupFailure that names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"FEDSCHOOL_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            for item in error.errors()
        ]
        raise StartupFailure("Check these settings:\n" + "\n".join(lines)) from error
