"""A push service on a real socket, and a browser that reads what it gets with http_ece."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import http_ece
import msgspec
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def fields(header: str) -> dict[str, str]:
    """`a=1;b=2`, or the same with commas."""
    parts = (part.strip().partition("=") for part in header.replace(",", ";").split(";"))
    return {name: value for name, _, value in parts}


class Delivered(msgspec.Struct, frozen=True):
    """One message as it came to the push service."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def token(self) -> str:
        """The signed token that says who writes."""
        scheme, _, rest = self.headers["authorization"].partition(" ")
        return rest if scheme == "WebPush" else fields(rest)["t"]

    @property
    def key(self) -> bytes:
        """The public key that the token claims to be signed with."""
        if "crypto-key" in self.headers:
            return decoded(fields(self.headers["crypto-key"])["p256ecdsa"])
        return decoded(fields(self.headers["authorization"].partition(" ")[2])["k"])


class Browser:
    """Subscribes with a key of its own."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return {"p256dh": encoded(point), "auth": encoded(self.secret)}

    def decrypts(self, message: Delivered) -> bytes:
        if message.headers["content-encoding"] == "aes128gcm":
            plain = http_ece.decrypt(
                message.body, private_key=self.private, auth_secret=self.secret
            )
        else:
            plain = http_ece.decrypt(
                message.body,
                salt=decoded(fields(message.headers["encryption"])["salt"]),
                private_key=self.private,
                dh=decoded(fields(message.headers["crypto-key"])["dh"]),
                auth_secret=self.secret,
                version="aesgcm",
            )
        assert isinstance(plain, bytes)
        return plain

    def reads(self, message: Delivered) -> Any:
        return json.loads(self.decrypts(message))


def claims(message: Delivered) -> dict[str, Any]:
    """What the token says, once its signature proved right (RFC 7515, RFC 8292)."""
    head, body, mark = message.token.split(".")
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = decoded(mark)
    signature = encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    signer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), message.key)
    signer.verify(signature, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    said: dict[str, Any] = json.loads(decoded(body))
    return said


class PushService:
    """Use `open_push_service`. It answers `status`, and keeps what came."""

    def __init__(self) -> None:
        self.origin = ""
        self.status = 201
        self.headers: dict[str, str] = {}
        self.came: list[Delivered] = []

    @property
    def authority(self) -> str:
        return self.origin.removeprefix("http://")

    def endpoint(self, name: str = "one") -> str:
        return f"{self.origin}/push/{name}"

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append(Delivered(request.path, headers, await request.read()))
        return web.Response(status=self.status, headers=self.headers)


@asynccontextmanager
async def open_push_service() -> AsyncIterator[PushService]:
    service = PushService()
    # An encoding of this kind is none that a server undoes.
    app = web.Application(handler_args={"auto_decompress": False})
    app.router.add_post("/push/{name}", service.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()
