"""May this server be asked? What outgoing requests may reach, decided on real addresses.

Without an allow list: `https` only, any port, global unicast addresses only. The admin's allow
list opens single hosts, host:port pairs and networks, for private addresses and plain `http`.
Names are judged by every address they resolve to, so an attacker's DNS gains nothing.
"""

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import msgspec

from fedschool.errors import RemoteRefused

PORTS = range(1, 65_536)
MAX_URL = 4096

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]+)\](?::([0-9]{1,5}))?")
_WITH_PORT = re.compile(r"([^:]+):([0-9]{1,5})")

# The IANA special-purpose registries; `is_global` of an older Python misses some of them.
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address of the sender's choice
        "3fff::/20",
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class AllowList(msgspec.Struct, frozen=True):
    """What may be reached although it is private or speaks plain http.

    A port of None stands for every port.
    """

    names: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = ()

    def has_name(self, host: str, port: int) -> bool:
        return (host, None) in self.names or (host, port) in self.names

    def has_address(self, address: Address, port: int) -> bool:
        return any(
            only in (None, port) and address.version == network.version and address in network
            for network, only in self.networks
        )


class Target(msgspec.Struct, frozen=True):
    """A URL that passed: canonical, exactly as it goes on the wire, without its fragment."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The `Host` header's value."""
        return _authority(self.scheme, self.host, self.port)

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)


def parse_allow_private(text: str) -> AllowList:
    """Read the admin's list: `host`, `host:port`, `[v6]:port`, address or CIDR, by commas.

    Raises ValueError with a sentence that names the item which cannot be read.
    """
    names: set[tuple[str, int | None]] = set()
    networks: list[tuple[Network, int | None]] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            _sort_in(item, names, networks)
        except ValueError as error:
            raise ValueError(
                f"{item!r} is not a host, a host:port, an address or a network like 10.0.0.0/8"
            ) from error
    return AllowList(frozenset(names), tuple(networks))


def _sort_in(
    item: str,
    names: set[tuple[str, int | None]],
    networks: list[tuple[Network, int | None]],
) -> None:
    if "/" in item:
        networks.append((ip_network(item), None))
        return
    host, port = _split_port(item)
    if (address := _address(host)) is not None:
        networks.append((ip_network(address), port))
    else:
        names.add((_ascii_name(host), port))


def _split_port(item: str) -> tuple[str, int | None]:
    if match := _BRACKETED.fullmatch(item) or _WITH_PORT.fullmatch(item):
        host, digits = match.groups()
        port = int(digits) if digits else None
        if port is not None and port not in PORTS:
            raise ValueError("no such port")
        return host, port
    return item, None


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _ascii_name(host: str) -> str:
    name = host.lower() if host.isascii() else _ascii_of(host)
    if len(name) > 253 or not _NAME.fullmatch(name) or _NUMERIC.fullmatch(name):
        raise ValueError("not a host name")
    return name


def _ascii_of(host: str) -> str:
    import httpx  # noqa: PLC0415  comes with the first URL that is asked about

    try:
        return httpx.URL(scheme="https", host=host).raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError("not a host name") from error


def check_url(url: str, allow: AllowList) -> Target:
    """The URL in canonical form, if it may be asked as far as its text tells.

    A name's addresses are judged later, by `check_addresses`. Raises RemoteRefused.
    """
    target = _read(url)
    if (address := _address(target.host)) is not None:
        check_addresses(target.host, target.port, [address], allow, plain=target.scheme == "http")
    return target


def _read(url: str) -> Target:
    if len(url) > MAX_URL:
        raise _refused("the URL is too long")
    import httpx  # noqa: PLC0415  as above

    try:
        parsed = httpx.URL(url)
        raw_host = parsed.raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _refused("the URL cannot be read") from error
    if parsed.scheme not in ("http", "https"):
        raise _refused("only http and https are spoken")
    if parsed.userinfo:
        raise _refused("the URL carries credentials")
    port = parsed.port if parsed.port is not None else _usual_port(parsed.scheme)
    if port not in PORTS:
        raise _refused("no such port")
    host = _canonical_host(raw_host)
    path = parsed.raw_path.decode("ascii")
    canonical = f"{parsed.scheme}://{_authority(parsed.scheme, host, port)}{path}"
    return Target(url=canonical, scheme=parsed.scheme, host=host, port=port)


def _canonical_host(raw: str) -> str:
    """Lower-case name or canonical address; `0x7f.1`, `2130706433`, `a%b` are none of these."""
    if ":" in raw or _NUMERIC.fullmatch(raw):
        address = _address(raw)
        if address is None or "%" in raw or (address.version == 4 and str(address) != raw):
            raise _refused("the address is written in an odd way")
        return str(address)
    if len(raw) > 253 or not _NAME.fullmatch(raw):
        raise _refused("the host name is not one")
    return raw


def _authority(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == _usual_port(scheme) else f"{name}:{port}"


def _usual_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def check_addresses(
    host: str, port: int, addresses: Iterable[Address], allow: AllowList, *, plain: bool
) -> None:
    """Every address that `host` has must be public, or listed; with `plain` http, listed.

    Raises RemoteRefused.
    """
    if allow.has_name(host, port):
        return
    for address in addresses:
        inner = _unwrap(address)
        if allow.has_address(address, port) or allow.has_address(inner, port):
            continue
        if plain:
            raise _refused("plain http to a server that is not on the allow list")
        if not _is_public(inner):
            raise _refused("the address is not a public one")


def _unwrap(address: Address) -> Address:
    """The IPv4 address that is really reached through a mapped or translated IPv6 one."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    listed = any(address.version == net.version and address in net for net in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not listed


def _refused(why: str) -> RemoteRefused:
    """The public text stays the same for all reasons: it must not map our network."""
    refusal = RemoteRefused()
    refusal.__cause__ = ValueError(why)
    return refusal
