"""HTTP Message Signatures (RFC 9421): RSA v1.5 with SHA-256, and Ed25519 when receiving."""

import re
from collections.abc import Mapping

from fedschool import errors
from fedschool.activitypub import digests, uris
from fedschool.activitypub.cavage import host_and_target
from fedschool.activitypub.keys import SigningKey
from fedschool.activitypub.messages import BODILESS, Request, SignatureClaim

ALGORITHMS = frozenset({"rsa-v1_5-sha256", "ed25519"})
LABELS_LIMIT = 4
COVERED_LIMIT = 32
LABEL = "sig1"

# Signers serialise strictly (RFC 9421 2.5), so the text itself is what was signed.
_INPUT = re.compile(
    r"([a-z*][a-z0-9_.*-]{0,63})="
    r'(\(((?:"[^"\\]{1,100}"(?: "[^"\\]{1,100}")*)?)\)'
    r'((?:;[a-z*][a-z0-9_.*-]{0,63}=(?:-?[0-9]{1,15}|"[^"\\]*"))*))'
    r"(?:[ \t]*,[ \t]*|$)"
)
_PARAMETER = re.compile(r';([a-z*][a-z0-9_.*-]{0,63})=(?:(-?[0-9]{1,15})|"([^"\\]*)")')
_SIGNATURE = re.compile(
    r"([a-z*][a-z0-9_.*-]{0,63})=:([A-Za-z0-9+/]{1,2048}={0,2}):(?:[ \t]*,[ \t]*|$)"
)
_FIELD_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_DERIVED = frozenset(
    {"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}
)
_UNREADABLE = "The signature headers cannot be read"


def sign(
    key: SigningKey,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    now_ms: int,
) -> dict[str, str]:
    """`headers` with Host, Content-Digest (when there is a body), Signature-Input, Signature.

    Covers method, target, digest, and Collection-Synchronization if it is given.
    """
    host, target = host_and_target(url)
    scheme = url.partition(":")[0].lower()
    lines = {"@method": method.upper(), "@target-uri": f"{scheme}://{host}{target}"}
    added = {"Host": host}
    if body is not None and (body or method.upper() not in BODILESS):
        added["Content-Digest"] = lines["content-digest"] = digests.content_digest(body)
    for name, value in headers.items():
        if name.lower() == "collection-synchronization":
            lines[name.lower()] = value
    names = " ".join(f'"{name}"' for name in lines)
    parameters = f'({names});created={now_ms // 1000};keyid="{key.key_id}";alg="rsa-v1_5-sha256"'
    signature = digests.to_base64(key.sign(_base(lines, parameters)))
    added["Signature-Input"] = f"{LABEL}={parameters}"
    added["Signature"] = f"{LABEL}=:{signature}:"
    replaced = {name.lower() for name in added}
    kept = {name: value for name, value in headers.items() if name.lower() not in replaced}
    return kept | added


def inspect(request: Request) -> SignatureClaim:
    """What the first labelled signature claims, once it covers enough and the body is its own.

    Needed are @method, @target-uri (or @authority with @path and @query, or with
    @request-target), `created`, and with a body the content-digest.
    """
    names, parameters, text, signature = _labelled(request)
    algorithm = parameters.get("alg")
    if algorithm is not None and algorithm not in ALGORITHMS:
        raise errors.Unauthenticated("The signature's algorithm is not accepted")
    _check_coverage(names, request)
    host = request.fields.required("host")
    key_id = parameters.get("keyid")
    if not isinstance(key_id, str) or uris.host_of(key_id) is None:
        raise errors.Malformed("The signature names no usable key")
    created = _seconds(parameters, "created")
    if created is None:
        raise errors.Unauthenticated("The signature must have a creation time")
    return SignatureClaim(
        scheme="rfc9421",
        key_id=key_id,
        algorithm=algorithm if isinstance(algorithm, str) else None,
        covered=names,
        host=host,
        dated=(created,),
        expires=_seconds(parameters, "expires"),
        signature=signature,
        bases=_bases(names, text, request, host),
    )


def _labelled(
    request: Request,
) -> tuple[tuple[str, ...], dict[str, str | int], str, bytes]:
    """Components, parameters, their text, and the signature, of the first label that has both."""
    inputs = _members(_INPUT, request.fields.required("signature-input"))
    signatures = _members(_SIGNATURE, request.fields.required("signature"))
    for label, found in inputs.items():
        if label in signatures:
            names = tuple(name.strip('"') for name in found[3].split(" "))
            signature = digests.from_base64(signatures[label][2])
            return _components(names), _parameters(found[4]), found[2], signature
    raise errors.Unauthenticated("The signature and its input do not belong together")


def _members(shape: re.Pattern[str], header: str) -> dict[str, re.Match[str]]:
    members: dict[str, re.Match[str]] = {}
    position = 0
    while position < len(header):
        found = shape.match(header, position)
        if found is None or found[1] in members or len(members) == LABELS_LIMIT:
            raise errors.Malformed(_UNREADABLE)
        members[found[1]] = found
        position = found.end()
    if not members or header.endswith(","):
        raise errors.Malformed(_UNREADABLE)
    return members


def _components(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names) or len(names) > COVERED_LIMIT:
        raise errors.Malformed(_UNREADABLE)
    if not all(name in _DERIVED or _FIELD_NAME.fullmatch(name) for name in names):
        raise errors.Malformed(_UNREADABLE)
    return names


def _parameters(text: str) -> dict[str, str | int]:
    parameters: dict[str, str | int] = {}
    for found in _PARAMETER.finditer(text):
        if found[1] in parameters:
            raise errors.Malformed(_UNREADABLE)
        parameters[found[1]] = found[3] if found[2] is None else int(found[2])
    return parameters


def _seconds(parameters: Mapping[str, str | int], name: str) -> int | None:
    value = parameters.get(name)
    if isinstance(value, str):
        raise errors.Malformed(_UNREADABLE)
    return None if value is None else value * 1000


def _check_coverage(names: tuple[str, ...], request: Request) -> None:
    covered = set(names)
    by_parts = {"@authority", "@path"} <= covered and (
        "@query" in covered or "?" not in request.target
    )
    whole = "@target-uri" in covered or {"@authority", "@request-target"} <= covered or by_parts
    if "@method" not in covered or not whole:
        raise errors.Unauthenticated("The signature must cover method and target")
    if "content-digest" in covered:
        value = request.fields.required("content-digest")
        digests.check_content_digest(value, request.body)
    elif request.needs_digest:
        raise errors.Unauthenticated("The signature must cover the digest of the body")


def _bases(names: tuple[str, ...], text: str, request: Request, host: str) -> tuple[bytes, ...]:
    """A proxy may have taken the TLS off, so the target may have been http or https."""
    bases = []
    for scheme in ("https", "http"):
        authority = uris.authority_of(host, scheme)
        if authority is None:
            raise errors.Malformed("The host cannot be read")
        lines = {name: _component(name, request, scheme, authority) for name in names}
        bases.append(_base(lines, text))
    return tuple(dict.fromkeys(bases))


def _component(name: str, request: Request, scheme: str, authority: str) -> str:
    path, _, query = request.target.partition("?")
    match name:
        case "@method":
            return request.method
        case "@target-uri":
            return f"{scheme}://{authority}{request.target}"
        case "@authority":
            return authority
        case "@scheme":
            return scheme
        case "@request-target":
            return request.target
        case "@path":
            return path
        case "@query":
            return f"?{query}"
        case _:
            return request.fields.required(name)


def _base(lines: Mapping[str, str], parameters: str) -> bytes:
    """The signature base of RFC 9421 2.5."""
    signed = [f'"{name}": {value}' for name, value in lines.items()]
    signed.append(f'"@signature-params": {parameters}')
    return "\n".join(signed).encode("latin-1")
