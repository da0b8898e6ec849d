"""Who may not sign up or come in at all: by address, by e-mail domain, by e-mail address."""

import hashlib
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

import msgspec

Network = IPv4Network | IPv6Network


class IpSeverity(StrEnum):
    """Each shuts out more than the ones before it."""

    SIGN_UP_REQUIRES_APPROVAL = "sign_up_requires_approval"
    SIGN_UP_BLOCK = "sign_up_block"
    NO_ACCESS = "no_access"


class IpBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A network, as `192.0.2.0/24`; until `expires_at` (ms), or for good."""

    id: int
    ip: str
    severity: IpSeverity
    comment: str = ""
    expires_at: int | None = None
    created_at: int


class Day(msgspec.Struct, frozen=True):
    """How often a block was met on a day (its start, ms), and by how many addresses."""

    day: int
    accounts: int = 0
    uses: int = 0


class EmailDomainBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody signs up with an address there; or, `allow_with_approval`, somebody looks first."""

    id: int
    domain: str
    allow_with_approval: bool = False
    created_at: int
    history: tuple[Day, ...] = ()


class CanonicalEmailBlock(msgspec.Struct, frozen=True):
    """An address that is known by the hash of its canonical form alone."""

    id: int
    hash: str


class Admittance(StrEnum):
    """What becomes of somebody who asks to join, as far as blocks say."""

    FREE = "free"
    APPROVAL = "approval"
    REFUSED = "refused"


def network(text: str) -> Network | None:
    """An address, or a network with its prefix length; IPv4 in IPv6's clothes is IPv4."""
    text = text.strip()
    if not text or len(text) > 60 or "%" in text:
        return None
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return None
    if (
        isinstance(found, IPv6Network)
        and found.network_address.ipv4_mapped
        and found.prefixlen >= 96
    ):
        return IPv4Network((found.network_address.ipv4_mapped, found.prefixlen - 96))
    return found


def canonical_hash(email: str) -> str:
    """SHA-256 of the address in lower case, without dots and what follows `+` in its name."""
    local, _, domain = email.strip().lower().partition("@")
    name = local.partition("+")[0].replace(".", "")
    return hashlib.sha256(f"{name}@{domain}".encode()).hexdigest()
