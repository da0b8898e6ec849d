"""The networks that may not come in, in memory: asked for every request, so it must cost little."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from fedschool.model.blocks import network


class Walls:
    """Networks with the moment (ms) each one ends, or None; read anew once it is `stale`."""

    def __init__(self) -> None:
        self.stale = True
        self._networks: dict[tuple[int, int], dict[int, int | None]] = {}

    def replace(self, networks: Iterable[tuple[str, int | None]]) -> None:
        """These networks, and no others, from now on."""
        found: dict[tuple[int, int], dict[int, int | None]] = {}
        for text, until in networks:
            known = network(text)
            if known is None:
                continue
            kept = found.setdefault((known.version, known.max_prefixlen - known.prefixlen), {})
            kept[int(known.network_address) >> (known.max_prefixlen - known.prefixlen)] = until
        self._networks = found
        self.stale = False

    def shut_out(self, address: str, now: int) -> bool:
        """Whether the address lies in one of them. One look-up for each prefix length there is."""
        if not self._networks:
            return False
        known = _address(address)
        if known is None:
            return False
        number = int(known)
        for (version, shift), kept in self._networks.items():
            place = number >> shift
            if version == known.version and place in kept:
                until = kept[place]
                if until is None or until > now:
                    return True
        return False


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
