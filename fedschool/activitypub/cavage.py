"""Signatures as the fediverse has them: draft-cavage-http-signatures-12, RSA with SHA-256."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from fedschool import errors
from fedschool.activitypub import digests, uris
from fedschool.activitypub.keys import SigningKey
from fedschool.activitypub.messages import BODILESS, Request, SignatureClaim

ALGORITHMS = frozenset({"rsa-sha256", "hs2019"})
COVERED_LIMIT = 32
_SIGNED_TOO = frozenset({"content-type", "collection-synchronization"})

_PARAMETER = re.compile(r'[ \t]*([A-Za-z]{1,32})=(?:"([^"\\]*)"|([0-9]{1,20}))[ \t]*(,|$)')
_PSEUDO = frozenset({"(request-target)", "(created)", "(expires)"})
_FIELD_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_SECONDS = re.compile(r"[0-9]{1,12}")
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PATH_KEPT = "/%:@!$&'()*+,;=~-._"


def sign(
    key: SigningKey,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    now_ms: int,
) -> dict[str, str]:
    """`headers` with Host, Date, Digest (when there is a body) and Signature added.

    Covers target, host, date, digest, and of what is given Content-Type and
    Collection-Synchronization.
    """
    host, target = host_and_target(url)
    signed = {"host": host, "date": http_date(now_ms)}
    added = {"Host": host, "Date": signed["date"]}
    if body is not None and (body or method.upper() not in BODILESS):
        added["Digest"] = signed["digest"] = digests.digest(body)
        for name, value in headers.items():
            if name.lower() in _SIGNED_TOO:
                signed[name.lower()] = value
    lines = {"(request-target)": f"{method.lower()} {target}", **signed}
    base = "\n".join(f"{name}: {value}" for name, value in lines.items())
    signature = digests.to_base64(key.sign(base.encode("latin-1")))
    added["Signature"] = (
        f'keyId="{key.key_id}",algorithm="rsa-sha256",'
        f'headers="{" ".join(lines)}",signature="{signature}"'
    )
    replaced = {name.lower() for name in added}
    kept = {name: value for name, value in headers.items() if name.lower() not in replaced}
    return kept | added


def host_and_target(url: str) -> tuple[str, str]:
    """The Host header and the request target of a URL, percent-encoded as it will be sent."""
    host = uris.host_of(url)
    if host is None:
        raise errors.Malformed("The URL cannot be requested")
    parts = urlsplit(url)
    target = quote(parts.path or "/", safe=_PATH_KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=_PATH_KEPT + "?")
    return host, target


def http_date(now_ms: int) -> str:
    """The moment as RFC 9110 writes it, in English whatever the locale."""
    at = datetime.fromtimestamp(now_ms // 1000, UTC)
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day}, {at:%d} {month} {at:%Y} {at:%H:%M:%S} GMT"


def inspect(request: Request) -> SignatureClaim:
    """What the Signature header claims, once it covers enough and the body is the digest's.

    Needed are (request-target), host, a date or (created), and with a body the digest.
    """
    parameters = _parameters(request.fields.required("signature"))
    algorithm = parameters["algorithm"].lower() if "algorithm" in parameters else None
    if algorithm is not None and algorithm not in ALGORITHMS:
        raise errors.Unauthenticated("The signature's algorithm is not accepted")
    covered = _covered(parameters)
    if algorithm == "rsa-sha256" and {"(created)", "(expires)"} & set(covered):
        raise errors.Unauthenticated("The signature's algorithm has no creation time")
    lines = {name: _line(name, parameters, request) for name in covered}
    _check_body(request, covered)
    return SignatureClaim(
        scheme="cavage",
        key_id=_key_id(parameters),
        algorithm=algorithm,
        covered=covered,
        host=lines["host"],
        dated=_dated(lines),
        expires=int(lines["(expires)"]) * 1000 if "(expires)" in lines else None,
        signature=digests.from_base64(parameters.get("signature", "")),
        bases=_bases(lines, request),
    )


def _parameters(header: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    position = 0
    while position < len(header):
        found = _PARAMETER.match(header, position)
        if found is None or found[1] in parameters:
            raise errors.Malformed("The signature header cannot be read")
        parameters[found[1]] = found[2] if found[2] is not None else found[3]
        position = found.end()
    if not parameters.get("signature") or not header or header.endswith(","):
        raise errors.Malformed("The signature header cannot be read")
    return parameters


def _key_id(parameters: Mapping[str, str]) -> str:
    key_id = parameters.get("keyId", "")
    if uris.host_of(key_id) is None:
        raise errors.Malformed("The signature names no usable key")
    return key_id


def _covered(parameters: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(parameters.get("headers", "date").lower().split(" "))
    if len(set(names)) != len(names) or len(names) > COVERED_LIMIT:
        raise errors.Malformed("The signature header cannot be read")
    if not all(name in _PSEUDO or _FIELD_NAME.fullmatch(name) for name in names):
        raise errors.Malformed("The signature header cannot be read")
    if not {"(request-target)", "host"} <= set(names) or not {"date", "(created)"} & set(names):
        raise errors.Unauthenticated("The signature must cover target, host and date")
    return names


def _line(name: str, parameters: Mapping[str, str], request: Request) -> str:
    if name == "(request-target)":
        return f"{request.method.lower()} {request.target}"
    if name not in _PSEUDO:
        return request.fields.required(name)
    value = parameters.get(name.strip("()"), "")
    if not _SECONDS.fullmatch(value):
        raise errors.Malformed("The signature header cannot be read")
    return value


def _check_body(request: Request, covered: tuple[str, ...]) -> None:
    if "digest" in covered:
        digests.check_digest(request.fields.required("digest"), request.body)
    elif request.needs_digest:
        raise errors.Unauthenticated("The signature must cover the digest of the body")


def _dated(lines: Mapping[str, str]) -> tuple[int, ...]:
    """Every time that is signed; each must lie in the window."""
    times = []
    if "(created)" in lines:
        times.append(int(lines["(created)"]) * 1000)
    if "date" in lines:
        times.append(_date(lines["date"]))
    return tuple(times)


def _date(text: str) -> int:
    found = _DATE.fullmatch(text)
    if found is None or found[3] not in _MONTHS:
        raise errors.Malformed("The date cannot be read")
    _, day, month, year, hour, minute, second = found.groups()
    try:
        at = datetime(
            int(year),
            _MONTHS.index(month) + 1,
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=UTC,
        )
    except ValueError as cause:
        raise errors.Malformed("The date cannot be read") from cause
    return int(at.timestamp()) * 1000


def _bases(lines: dict[str, str], request: Request) -> tuple[bytes, ...]:
    """With the query string, and without it as older Mastodons sign."""
    path = request.target.partition("?")[0]
    targets = dict.fromkeys((request.target, path))
    bases = []
    for target in targets:
        chosen = lines | {"(request-target)": f"{request.method.lower()} {target}"}
        text = "\n".join(f"{name}: {value}" for name, value in chosen.items())
        bases.append(text.encode("latin-1"))
    return tuple(bases)
