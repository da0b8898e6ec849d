"""Every URI that we mint, and the reading of URIs: whose is it, and what does it name?

A URI is read once and strictly. What cannot be read in one way only (credentials, control
characters, backslashes, percent-signs in the host) names nothing and belongs to nobody.
"""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote

import idna

from fedschool import errors, ids

URI_LIMIT = 2048

_SHAPE = re.compile(r"([A-Za-z]{4,5})://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = frozenset(' \\<>"')
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ACTOR_PATH = re.compile(r"/(?:users/|@)([A-Za-z0-9_]{1,64})")
_KIT_PATH = re.compile(r"/(?:users/[A-Za-z0-9_]{1,64}/featured_collections|collections)/(.+)")
_STATUS_PATH = re.compile(r"/(?:users/([A-Za-z0-9_]{1,64})/statuses/|@([A-Za-z0-9_]{1,64})/)(.+)")


class Parts(NamedTuple):
    """A URI taken apart: scheme and authority normalised, the rest as it came."""

    scheme: str
    authority: str
    path: str
    query: str | None
    fragment: str | None


def split(uri: str) -> Parts | None:
    """The parts of an http or https URI, or None when it is not one that we would follow."""
    if len(uri) > URI_LIMIT or not uri.isprintable() or not _FORBIDDEN.isdisjoint(uri):
        return None
    # Databases bound what an index holds, and count bytes.
    if not uri.isascii() and len(uri.encode()) > URI_LIMIT:
        return None
    found = _SHAPE.fullmatch(uri)
    if found is None:
        return None
    scheme = found[1].lower()
    if scheme not in _DEFAULT_PORTS:
        return None
    authority = _authority(found[2], _DEFAULT_PORTS[scheme])
    if authority is None:
        return None
    return Parts(scheme, authority, found[3], found[4], found[5])


def host_of(uri: str) -> str | None:
    """The authority of an http or https URI in its one normal form, or None.

    Lower case, ASCII by IDNA, no trailing dot, no default port; another port is kept.
    """
    parts = split(uri)
    return None if parts is None else parts.authority


def authority_of(host: str, scheme: str = "https") -> str | None:
    """The Host header of a request in the normal form of `host_of`, or None."""
    if not host.isprintable() or not _FORBIDDEN.union("/?#").isdisjoint(host):
        return None
    return _authority(host, _DEFAULT_PORTS[scheme])


def same_origin(a: str, b: str) -> bool:
    """Whether both are http(s) URIs of one scheme and one authority (FEP-fe34)."""
    first, second = split(a), split(b)
    return first is not None and second is not None and first[:2] == second[:2]


def _authority(text: str, default_port: int) -> str | None:
    if len(text) > 260 or "@" in text:
        return None
    if text.startswith("["):
        literal, bracket, rest = text[1:].partition("]")
        name = _ipv6(literal) if bracket else None
        colon, port = rest[:1], rest[1:]
        if colon not in ("", ":"):
            return None
    else:
        hostname, _, port = text.partition(":")
        name = _hostname(hostname)
    if name is None:
        return None
    number = _port(port, default_port)
    if number is None:
        return None
    return name if number == default_port else f"{name}:{number}"


def _port(text: str, default: int) -> int | None:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    return int(text) if 0 < int(text) < 65536 else None


def _ipv6(literal: str) -> str | None:
    if "%" in literal:
        return None
    try:
        return f"[{ipaddress.IPv6Address(literal).compressed}]"
    except ValueError:
        return None


def _hostname(name: str) -> str | None:
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        return _ipv4(name)
    return name


def _ipv4(name: str) -> str | None:
    """Only the dotted quad: `0x7f.1` and its like are other spellings of other hosts."""
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        return None


class Uris:
    """Mints our URIs below `base_url` (scheme and authority, no path) and reads them back."""

    def __init__(self, base_url: str) -> None:
        parts = split(base_url)
        if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise errors.StartupFailure(
                "The base URL must be http(s)://host[:port] and nothing more"
            )
        self.scheme = parts.scheme
        self.host = parts.authority
        self.base = f"{parts.scheme}://{parts.authority}"

    # People

    def actor(self, username: str) -> str:
        return f"{self.base}/users/{username}"

    def profile(self, username: str) -> str:
        """The page of a person, for browsers."""
        return f"{self.base}/@{username}"

    def inbox(self, username: str) -> str:
        return f"{self.actor(username)}/inbox"

    def outbox(self, username: str) -> str:
        return f"{self.actor(username)}/outbox"

    def followers(self, username: str) -> str:
        return f"{self.actor(username)}/followers"

    def followers_synchronization(self, username: str) -> str:
        return f"{self.actor(username)}/followers_synchronization"

    def following(self, username: str) -> str:
        return f"{self.actor(username)}/following"

    def featured(self, username: str) -> str:
        return f"{self.actor(username)}/collections/featured"

    def featured_tags(self, username: str) -> str:
        return f"{self.actor(username)}/collections/tags"

    def key(self, username: str) -> str:
        return f"{self.actor(username)}#main-key"

    # Statuses

    def status(self, username: str, status_id: int) -> str:
        return f"{self.actor(username)}/statuses/{status_id}"

    def status_activity(self, username: str, status_id: int) -> str:
        """The Create of a status, or the Announce of a boost."""
        return f"{self.status(username, status_id)}/activity"

    def status_url(self, username: str, status_id: int) -> str:
        """The page of a status, for browsers."""
        return f"{self.base}/@{username}/{status_id}"

    def replies(self, username: str, status_id: int) -> str:
        return f"{self.status(username, status_id)}/replies"

    def likes(self, username: str, status_id: int) -> str:
        return f"{self.status(username, status_id)}/likes"

    def shares(self, username: str, status_id: int) -> str:
        return f"{self.status(username, status_id)}/shares"

    def quote_authorization(self, username: str, status_id: int) -> str:
        """Where a person's consent lies that the status of this id quotes theirs."""
        return f"{self.actor(username)}/quote_authorizations/{status_id}"

    def quote_request(self, username: str, request_id: int) -> str:
        """A question to the author of what is quoted; nothing is served there."""
        return f"{self.actor(username)}/quote_requests/{request_id}"

    def featured_collections(self, username: str) -> str:
        return f"{self.actor(username)}/featured_collections"

    def featured_collection(self, username: str, kit_id: int) -> str:
        return f"{self.featured_collections(username)}/{kit_id}"

    def featured_item(self, kit_uri: str, item_id: int) -> str:
        """Somebody in a collection of ours; the collection is served with them."""
        return f"{kit_uri}/items/{item_id}"

    def feature_authorization(self, username: str, item_id: int) -> str:
        """Where a person's consent lies to be in a collection."""
        return f"{self.actor(username)}/feature_authorizations/{item_id}"

    def feature_request(self, username: str, item_id: int) -> str:
        """A question to whom a collection is to hold; nothing is served there."""
        return f"{self.actor(username)}/feature_requests/{item_id}"

    def vote(self, username: str, vote_id: int) -> str:
        """A vote in somebody's poll; nothing is served there but the voter."""
        return f"{self.actor(username)}#votes/{vote_id}"

    # The rest

    def collection_page(self, kit_id: int) -> str:
        """The page of a collection of people, for browsers."""
        return f"{self.base}/collections/{kit_id}"

    def context(self, conversation_id: int) -> str:
        """The thread that a status belongs to."""
        return f"{self.base}/contexts/{conversation_id}"

    def tag(self, name: str) -> str:
        return f"{self.base}/tags/{quote(name, safe='')}"

    def emoji(self, shortcode: str) -> str:
        return f"{self.base}/emojis/{shortcode}"

    def activity(self, activity_id: int) -> str:
        return f"{self.base}/activities/{activity_id}"

    @property
    def shared_inbox(self) -> str:
        return f"{self.base}/inbox"

    @property
    def instance_actor(self) -> str:
        return f"{self.base}/actor"

    @property
    def instance_key(self) -> str:
        return f"{self.base}/actor#main-key"

    @property
    def instance_inbox(self) -> str:
        return f"{self.base}/actor/inbox"

    @property
    def instance_outbox(self) -> str:
        return f"{self.base}/actor/outbox"

    # Reading back

    def is_local(self, uri: str) -> bool:
        """Whether the URI lies on our authority, whatever it names."""
        return host_of(uri) == self.host

    def local_username(self, uri: str) -> str | None:
        """The name in `BASE/users/NAME` or `BASE/@NAME`, and in nothing else."""
        path = self._path(uri)
        found = None if path is None else _ACTOR_PATH.fullmatch(path)
        return None if found is None else found[1]

    def local_status_id(self, uri: str) -> int | None:
        """The id in a status's uri or url. Whether the person in it is the author, see
        `local_status`."""
        found = self.local_status(uri)
        return None if found is None else found[1]

    def local_status(self, uri: str) -> tuple[str, int] | None:
        """The person's name and the id in a status's uri or url."""
        path = self._path(uri)
        found = None if path is None else _STATUS_PATH.fullmatch(path)
        if found is None:
            return None
        status_id = ids.parse(found[3])
        if status_id is None or str(status_id) != found[3]:
            return None
        return found[1] or found[2], status_id

    def local_collection_id(self, uri: str) -> int | None:
        """The id in the uri or url of somebody's collection of people."""
        path = self._path(uri)
        found = None if path is None else _KIT_PATH.fullmatch(path)
        kit_id = None if found is None else ids.parse(found[1])
        return kit_id if found is not None and str(kit_id) == found[1] else None

    def _path(self, uri: str) -> str | None:
        """The path of a URI of our origin that has neither query nor fragment."""
        parts = split(uri)
        if parts is None or parts.query is not None or parts.fragment is not None:
            return None
        if (parts.scheme, parts.authority) != (self.scheme, self.host):
            return None
        return parts.path
