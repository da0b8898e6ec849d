"""The one place that knows where a request's site is, and who is at the other end of the wire."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

import msgspec
from quart import Quart, Response, current_app, g, has_request_context, request, websocket

from fedschool.entities.links import Links
from fedschool.entities.rendered import Rendered
from fedschool.http.limits import Counter, Limit, LimitReached, Standing
from fedschool.site import Site

_SITE = "fedschool.site"
_COUNTER = "fedschool.limits"
_RENDERED = "fedschool.rendered"
_encode = msgspec.json.Encoder().encode


def attach(app: Quart, site: Site) -> None:
    app.extensions[_SITE] = site
    app.extensions[_COUNTER] = Counter()
    app.extensions[_RENDERED] = Rendered(site.links)


def site() -> Site:
    found: Site = current_app.extensions[_SITE]
    return found


def links() -> Links:
    """The addresses that entities are written with."""
    return site().links


def rendered() -> Rendered:
    """Statuses as ready bytes."""
    kept: Rendered = current_app.extensions[_RENDERED]
    return kept


def limit(limit_: Limit, caller: str) -> Standing | None:
    """Counts one request of `caller`. Raises TooManyRequests; None where limits are off."""
    if not site().settings.rate_limits:
        return None
    counter: Counter = current_app.extensions[_COUNTER]
    try:
        g.standing = counter.take(limit_, caller, site().now())
    except LimitReached as refusal:
        g.standing = refusal.standing
        raise
    standing: Standing = g.standing
    return standing


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer of the client API; bytes are JSON already."""
    ready = body if isinstance(body, bytes) else _encode(body)
    return Response(ready, status, headers, content_type="application/json; charset=utf-8")


def peer() -> str:
    """Whose requests are counted together: the client's address, of IPv6 its /64, as one
    customer has all of that. Forwarded headers count only from a configured proxy."""
    address = _client()
    if not _is_address(address) or not isinstance(ip_address(address), IPv6Address):
        return address
    mapped = IPv6Address(address).ipv4_mapped
    return str(mapped or ip_network(f"{address.partition('%')[0]}/64", strict=False))


def address() -> str:
    """The client's address, whole, for the staff's eyes."""
    return _client()


def _client() -> str:
    wire = request if has_request_context() else websocket
    direct = wire.remote_addr or "0.0.0.0"  # noqa: S104  a name for "unknown", nothing binds
    proxies = site().settings.proxies
    if not proxies or not _within(direct, proxies):
        return direct
    # Some proxies add a line of their own after what the client sent: the last one counts.
    lines = wire.headers.getlist("X-Forwarded-For")
    for hop in reversed(",".join(lines).split(",")):
        candidate = hop.strip()
        if not _is_address(candidate):
            break
        direct = candidate
        if not _within(candidate, proxies):
            break
    return direct


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: str, networks: tuple[str, ...]) -> bool:
    if not _is_address(address):
        return False
    return any(ip_address(address) in ip_network(network, strict=False) for network in networks)
