"""Two ways of signing, and servers that understand one of them: double-knocking.

A host is asked in the way that it took last, the fediverse's older one to begin with. Where that
is refused for its signature, the other way is tried, once in five minutes, and kept if it is
taken. What was refused that way has not been carried out, so that asking again does nothing twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fedschool.activitypub import cavage, rfc9421, uris
from fedschool.activitypub.keys import SigningKey
from fedschool.ports.http import Response
from fedschool.site import Site

Sign = Callable[[SigningKey, str, str, Mapping[str, str], bytes | None, int], dict[str, str]]
Ask = Callable[[Sign], Awaitable[Response]]

WAYS: Final[Mapping[str, Sign]] = {"cavage": cavage.sign, "rfc9421": rfc9421.sign}
FIRST: Final = "cavage"
_UNREAD = frozenset({400, 401})


async def knock(site: Site, url: str, ask: Ask) -> Response:
    """What the server of `url` answers to `ask`, which is given the way to sign in."""
    host = uris.host_of(url) or ""
    way = site.keyring.ways.get(host) or FIRST
    response = await ask(WAYS[way])
    if response.status not in _UNREAD or not site.keyring.once.take(f"knock {host}", site.now()):
        return response
    other = next(name for name in WAYS if name != way)
    again = await ask(WAYS[other])
    if again.status in _UNREAD:
        return response
    site.keyring.ways.put(host, other)
    return again
