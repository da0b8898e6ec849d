"""The instance's own secret: what we hand out and want to recognise again carries its mark."""

import base64
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fedschool.errors import StartupFailure

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
MARK_BYTES = 16
NONCE_BYTES = 12
_FILE = "instance.key"
_PUSH_FILE = "push.key"


class Secrets:
    """Marks texts by HMAC-SHA256, shortened to 16 bytes; 32 hexadecimal digits.

    A text begins with what it is for, so that a mark is good for one purpose only.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256")[:MARK_BYTES].hex()

    def seal(self, text: str) -> str:
        """The text, readable with the instance's secret alone."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + self._sealer().encrypt(nonce, text.encode(), None)).decode()

    def unseal(self, sealed: str) -> str:
        """What was sealed. Raises cryptography's InvalidTag for anything else."""
        data = base64.b64decode(sealed)
        return self._sealer().decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None).decode()

    def _sealer(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers import aead  # noqa: PLC0415  needed for push alone

        return aead.AESGCM(hmac.digest(self._key, b"seal", "sha256"))

    def verify(self, text: str, mark: str) -> bool:
        """Takes the same time whatever is wrong with the mark."""
        return hmac.compare_digest(self.sign(text).encode(), mark.encode("utf-8", "replace"))


def open_secrets(data_dir: Path) -> Secrets:
    """Reads `data_dir/secrets/instance.key`, made at the first start. Raises StartupFailure."""
    return Secrets(_read(data_dir / "secrets" / _FILE))


def push_seed(data_dir: Path) -> bytes:
    """Reads `data_dir/secrets/push.key`, as above: what the key for web push is made of.

    Browsers keep to the key that they subscribed with: without the file they must do it again.
    """
    return _read(data_dir / "secrets" / _PUSH_FILE)


def _read(file: Path) -> bytes:
    try:
        if not file.exists():
            _make(file)
        key = file.read_bytes()
    except OSError as error:
        raise StartupFailure(
            f"The secret {file} cannot be read or made: check its owner"
        ) from error
    if len(key) != KEY_BYTES:
        raise StartupFailure(f"{file} is damaged: restore it from a backup, or remove it")
    return key


def _make(file: Path) -> None:
    """Whole or not at all; of two processes that start together, the first one's key stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = file.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(KEY_BYTES))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(half, file)
    finally:
        half.unlink()
