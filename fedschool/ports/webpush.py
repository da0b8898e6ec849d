"""Push messages: encrypted for one browser (RFC 8291), signed by the instance (RFC 8292).

Two dialects: the standard, and the draft that came before it, which older clients still read.
"""

import base64
import binascii
import json
import os

import msgspec
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POINT_BYTES = 65
AUTH_BYTES = 16
MAX_KEY_CHARACTERS = 100
RECORD_BYTES = 4_096
# What the standard lets a push service refuse, less what encrypting adds.
MAX_PAYLOAD = 3_800
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LAST_RECORD = b"\x02"


class Subscriber(msgspec.Struct, frozen=True):
    """What a browser gave away about itself, decoded: its public key and its secret."""

    point: bytes
    auth: bytes


class Message(msgspec.Struct, frozen=True):
    """A body, and the headers that tell how to read it."""

    headers: dict[str, str]
    body: bytes


class Vapid:
    """The instance's key (P-256), by which push services know who writes."""

    def __init__(self, seed: bytes) -> None:
        """`seed`: 32 random bytes."""
        number = int.from_bytes(seed, "big") % (_ORDER - 1) + 1
        self._private = ec.derive_private_key(number, _CURVE)
        self._point = _point_of(self._private.public_key())
        self.public_key = base64.urlsafe_b64encode(self._point).decode()
        """As clients are told it."""

    def encrypt(self, payload: bytes, to: Subscriber, *, standard: bool, token: str) -> Message:
        """`token`: of `sign`. Raises ValueError for a payload that is too long."""
        if len(payload) > MAX_PAYLOAD:
            raise ValueError("the payload is too long")
        ours = ec.generate_private_key(_CURVE)
        salt = os.urandom(16)
        point = _point_of(ours.public_key())
        shared = ours.exchange(ec.ECDH(), _public(to.point))
        if standard:
            return self._aes128gcm(payload, to, point, shared, salt, token)
        return self._aesgcm(payload, to, point, shared, salt, token)

    def sign(self, audience: str, subject: str, expires: int) -> str:
        """A token (JWT, ES256) for one push service; `expires` in seconds since 1970."""
        claims = {"aud": audience, "exp": expires, "sub": subject}
        parts = [
            _b64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
        ]
        text = ".".join(parts)
        r, s = decode_dss_signature(self._private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def _aes128gcm(
        self, payload: bytes, to: Subscriber, point: bytes, shared: bytes, salt: bytes, token: str
    ) -> Message:
        secret = _derive(to.auth, shared, b"WebPush: info\0" + to.point + point, 32)
        key = _derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(salt, secret, b"Content-Encoding: nonce\0", 12)
        sealed = AESGCM(key).encrypt(nonce, payload + _LAST_RECORD, None)
        head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(point)]) + point
        headers = {
            "content-encoding": "aes128gcm",
            "authorization": f"vapid t={token}, k={_b64(self._point)}",
        }
        return Message(headers, head + sealed)

    def _aesgcm(
        self, payload: bytes, to: Subscriber, point: bytes, shared: bytes, salt: bytes, token: str
    ) -> Message:
        secret = _derive(to.auth, shared, b"Content-Encoding: auth\0", 32)
        length = POINT_BYTES.to_bytes(2, "big")
        context = b"P-256\0" + length + to.point + length + point
        key = _derive(salt, secret, b"Content-Encoding: aesgcm\0" + context, 16)
        nonce = _derive(salt, secret, b"Content-Encoding: nonce\0" + context, 12)
        no_padding = b"\0\0"
        headers = {
            "content-encoding": "aesgcm",
            "encryption": f"salt={_b64(salt)}",
            "crypto-key": f"dh={_b64(point)};p256ecdsa={_b64(self._point)}",
            "authorization": f"WebPush {token}",
        }
        return Message(headers, AESGCM(key).encrypt(nonce, no_padding + payload, None))


def read_subscriber(p256dh: str, auth: str) -> Subscriber:
    """The keys as browsers write them, in either alphabet, padded or not. Raises ValueError."""
    point, secret = _unb64(p256dh), _unb64(auth)
    if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
        raise ValueError("the keys have the wrong length")
    _public(point)
    return Subscriber(point, secret)


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError as error:
        raise ValueError("the keys hold no point of the curve") from error


def _point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869)."""
    mac = hmac.HMAC(salt, hashes.SHA256())
    mac.update(secret)
    return HKDFExpand(hashes.SHA256(), length, info).derive(mac.finalize())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    if len(text) > MAX_KEY_CHARACTERS:
        raise ValueError("the keys are too long")
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the keys cannot be read") from error
