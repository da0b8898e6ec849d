"""Is a request signed, by which key, and is that true? One door for both ways of signing.

`inspect` reads the signature without the key and checks the body; then the caller finds the
key of `claim.key_id`, checks whose it is, and calls `verify`.
"""

from fedschool import errors
from fedschool.activitypub import cavage, messages, rfc9421, uris
from fedschool.activitypub.keys import PublicKey
from fedschool.activitypub.messages import Headers, SignatureClaim

__all__ = ["SignatureClaim", "inspect", "verify"]

OLDEST_MS = 12 * 3_600_000
EARLIEST_MS = 3_600_000

_KEY_KINDS = {"rsa-sha256": "rsa", "hs2019": "rsa", "rsa-v1_5-sha256": "rsa", "ed25519": "ed25519"}


def inspect(method: str, target: str, headers: Headers, body: bytes) -> SignatureClaim:
    """What the request's signature claims; its body is then known to match its digest.

    `target` is path and query as they came, still percent-encoded. Raises `errors.Malformed`
    for headers that cannot be read, `errors.Unauthenticated` for none, or for too little
    covered.
    """
    request = messages.request(method, target, headers, body)
    if request.fields.optional("signature") is None:
        raise errors.Unauthenticated("The request is not signed")
    if request.fields.optional("signature-input") is not None:
        return rfc9421.inspect(request)
    return cavage.inspect(request)


def verify(claim: SignatureClaim, key: PublicKey, *, expected_host: str, now_ms: int) -> None:
    """Raises `errors.Unauthenticated` unless `key` signed this, for us, and lately.

    Lately: every signed time at most 12 hours back and 1 hour ahead, and not yet expired.
    """
    if expected_host not in (uris.authority_of(claim.host, s) for s in ("https", "http")):
        raise errors.Unauthenticated("The signature is for another host")
    _check_times(claim, now_ms)
    if key.kind != _KEY_KINDS.get(claim.algorithm or "", key.kind):
        raise errors.Unauthenticated("The signature's algorithm is not that of the key")
    if claim.scheme == "cavage" and key.kind != "rsa":
        raise errors.Unauthenticated("The signature's algorithm is not that of the key")
    if not any(key.verifies(claim.signature, base) for base in claim.bases):
        raise errors.Unauthenticated("The signature does not match")


def _check_times(claim: SignatureClaim, now_ms: int) -> None:
    for dated in claim.dated:
        if not now_ms - OLDEST_MS <= dated <= now_ms + EARLIEST_MS:
            raise errors.Unauthenticated("The signature is too old or from the future")
    if claim.expires is not None and claim.expires < now_ms:
        raise errors.Unauthenticated("The signature has expired")
