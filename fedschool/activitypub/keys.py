"""Key pairs: made, loaded once, and used to sign and to verify.

The cryptography behind them comes into memory with the first key.
"""

from typing import TYPE_CHECKING, Literal

from fedschool import errors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

RSA_BITS = 2048
RSA_BITS_ALLOWED = range(1024, 8193)
PEM_LIMIT = 8192

# Verifying costs as much as the exponent is long; real keys have 3 or 65537.
EXPONENT_LIMIT = 1 << 32


def generate() -> tuple[str, str]:
    """A new RSA-2048 pair as PEM: (private PKCS 8, public SPKI). Takes some 100 ms of CPU."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  large, see above
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    private_pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private_pem.decode("ascii"), public_pem.decode("ascii")


class SigningKey:
    """A private key of ours, loaded once, with the URI under which peers find its public half."""

    def __init__(self, key_id: str, private_pem: str) -> None:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

        # The checks that are skipped cost 36 ms and guard against foreign keys; this is ours.
        loaded = serialization.load_pem_private_key(
            private_pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise errors.Malformed("The private key is not an RSA key")
        self.key_id = key_id
        self._private = loaded

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256."""
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

        return self._private.sign(message, padding.PKCS1v15(), hashes.SHA256())


class PublicKey:
    """A loaded public key; keep it, as loading costs more than verifying."""

    def __init__(self, loaded: "rsa.RSAPublicKey | ed25519.Ed25519PublicKey") -> None:
        self._loaded = loaded

    @property
    def kind(self) -> Literal["rsa", "ed25519"]:
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

        return "rsa" if isinstance(self._loaded, rsa.RSAPublicKey) else "ed25519"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the owner of the private half signed this message."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

        try:
            if isinstance(self._loaded, rsa.RSAPublicKey):
                self._loaded.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            else:
                self._loaded.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def load_public(pem: str) -> PublicKey:
    """The key in a peer's PEM: RSA of 1024 to 8192 bits, or Ed25519; else `errors.Malformed`."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: PLC0415

    if len(pem) > PEM_LIMIT or not pem.isascii():
        raise errors.Malformed("The public key cannot be read")
    try:
        loaded = serialization.load_pem_public_key(pem.strip().encode("ascii"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise errors.Malformed("The public key cannot be read") from cause
    if isinstance(loaded, ed25519.Ed25519PublicKey):
        return PublicKey(loaded)
    if not isinstance(loaded, rsa.RSAPublicKey):
        raise errors.Malformed("The public key is of a kind that is not accepted")
    exponent = loaded.public_numbers().e
    if loaded.key_size not in RSA_BITS_ALLOWED or not 3 <= exponent < EXPONENT_LIMIT:
        raise errors.Malformed("The public key is too weak or too large")
    return PublicKey(loaded)
