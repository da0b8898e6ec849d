"""The outgoing client against real servers on the loopback."""

import asyncio
import contextlib
import gzip
import json
import logging
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fedschool.errors import RemoteFailure, RemoteRefused, StartupFailure
from fedschool.ports.http import HttpClient, Response, parse_allow_private

LOOPBACK = "127.0.0.1"


class Peer:
    """A server that keeps connections alive and answers raw bytes; it counts what it sees."""

    def __init__(self, answer: Callable[["Peer", bytes, bytes], Awaitable[bytes]]) -> None:
        self.answer = answer
        self.port = 0
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self.heads: list[str] = []
        self.writer: asyncio.StreamWriter | None = None

    def url(self, path: str = "/", host: str = LOOPBACK) -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writer = writer
        try:
            while True:
                await self._one(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head.decode("latin-1"))
        lengths = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        body = await reader.readexactly(lengths[0]) if lengths else b""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            writer.write(await self.answer(self, head, body))
            await writer.drain()
        finally:
            self.at_once -= 1


@asynccontextmanager
async def peer(
    answer: Callable[[Peer, bytes, bytes], Awaitable[bytes]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[Peer]:
    it = Peer(answer)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(it.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, LOOPBACK, 0, ssl=tls)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def answer(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(raw: bytes) -> Callable[[Peer, bytes, bytes], Awaitable[bytes]]:
    async def reply(_peer: Peer, _head: bytes, _body: bytes) -> bytes:
        return raw

    return reply


async def hang(_peer: Peer, _head: bytes, _body: bytes) -> bytes:
    await asyncio.sleep(60)
    return b""


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async def public(host: str, port: int) -> list[str]:
        return ["1.1.1.1"]

    allow = parse_allow_private("127.0.0.1,127.0.0.2")
    it = HttpClient(allow, "fedschool-test/1", resolve=public)
    yield it
    await it.aclose()


async def test_get_returns_status_headers_and_body(client: HttpClient) -> None:
    kind = 'Application/LD+JSON; Profile="https://www.w3.org/ns/activitystreams"; charset=utf-8'
    async with peer(always(answer(b'{"a":1}', "404 Not Found", Content_Type=kind))) as it:
        response = await client.get(it.url("/a%2Fb?x=%2C"), headers={"Accept": "text/plain"})

    assert response.status == 404
    assert response.body == b'{"a":1}'
    assert response.url == it.url("/a%2Fb?x=%2C")
    assert response.content_type == "application/ld+json"
    assert response.content_type_parameters == {
        "profile": "https://www.w3.org/ns/activitystreams",
        "charset": "utf-8",
    }
    head = it.heads[0].lower()
    assert head.startswith("get /a%2fb?x=%2c http/1.1")
    assert "\r\nuser-agent: fedschool-test/1\r\n" in head
    assert "\r\naccept: text/plain\r\n" in head
    assert f"\r\nhost: 127.0.0.1:{it.port}\r\n" in head


def test_content_types_without_sense_are_read_without_error() -> None:
    def of(value: str) -> Response:
        return Response("https://peer.example/", 200, {"content-type": value}, b"")

    assert of("").content_type == ""
    assert of(";;;=").content_type_parameters == {}
    assert of("text/html; charset").content_type == "text/html"
    assert of('a/b; x="1;2"; X=3').content_type_parameters == {"x": "1;2"}


async def test_post_sends_the_body_and_keeps_the_connection(client: HttpClient) -> None:
    got: list[bytes] = []

    async def reply(_peer: Peer, _head: bytes, body: bytes) -> bytes:
        got.append(body)
        return answer(b"", "202 Accepted")

    async with peer(reply) as it:
        for number in range(5):
            response = await client.post(it.url("/inbox"), b"%d" % number, headers={})
            assert response.status == 202

    assert got == [b"0", b"1", b"2", b"3", b"4"]
    assert it.connections == 1


async def test_a_host_gets_four_requests_at_a_time(client: HttpClient) -> None:
    async def slowly(_peer: Peer, _head: bytes, _body: bytes) -> bytes:
        await asyncio.sleep(0.02)
        return answer()

    async with peer(slowly) as it:
        await asyncio.gather(*(client.post(it.url(), b"x", headers={}) for _ in range(20)))

    assert it.most_at_once == 4
    assert it.connections == 4


async def test_hanging_hosts_do_not_slow_the_others(client: HttpClient) -> None:
    async with contextlib.AsyncExitStack() as stack:
        hanging = [await stack.enter_async_context(peer(hang)) for _ in range(15)]
        healthy = await stack.enter_async_context(peer(always(answer())))
        stuck = [
            asyncio.create_task(client.post(it.url(), b"x", headers={}, timeout_s=30))
            for it in hanging
            for _ in range(20)
        ]
        await asyncio.sleep(0.1)

        started = time.perf_counter()
        await asyncio.gather(*(client.post(healthy.url(), b"x", headers={}) for _ in range(20)))
        took = time.perf_counter() - started

        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)

    assert took < 1.0


async def test_a_hanging_name_server_does_not_hold_up_other_names() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        if host == "stuck.test":
            await asyncio.sleep(60)
        return [LOOPBACK]

    client = HttpClient(parse_allow_private(LOOPBACK), "t", resolve=resolve)
    async with peer(always(answer())) as it:
        stuck = [
            asyncio.create_task(client.get(it.url(host="stuck.test"), timeout_s=0.3))
            for _ in range(50)
        ]
        assert (await client.get(it.url(host="fine.test"))).status == 200
        results = await asyncio.gather(*stuck, return_exceptions=True)
    await client.aclose()

    assert all(isinstance(result, RemoteFailure) for result in results)


async def test_the_deadline_covers_a_server_that_never_answers(client: HttpClient) -> None:
    async with peer(hang) as it:
        started = time.perf_counter()
        with pytest.raises(RemoteFailure, match="too long"):
            await client.get(it.url(), timeout_s=0.2)

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("part", ["head", "body", "early"])
async def test_the_deadline_covers_drips(client: HttpClient, part: str) -> None:
    async def drip(it: Peer, _head: bytes, _body: bytes) -> bytes:
        assert it.writer is not None
        if part == "head":
            it.writer.write(b"HTTP/1.1 200 OK\r\n")
        elif part == "early":
            for _ in range(100):
                it.writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
                await asyncio.sleep(0.02)
        else:
            it.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for number in range(1000):
            it.writer.write(f"X-{number}: y\r\n".encode() if part == "head" else b"z")
            await asyncio.sleep(0.02)
        return b""

    async with peer(drip) as it:
        started = time.perf_counter()
        with pytest.raises(RemoteFailure):
            await client.get(it.url(), timeout_s=0.3)

    assert time.perf_counter() - started < 1


async def test_a_body_past_the_limit_is_not_read(client: HttpClient) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"400\r\n%b\r\n" % (b"x" * 1024) * 100
    )
    async with peer(always(answer(b"x" * 2000))) as declared, peer(always(chunked)) as streamed:
        for it in (declared, streamed):
            with pytest.raises(RemoteFailure, match="too big"):
                await client.get(it.url(), max_bytes=1999)

        assert len((await client.get(declared.url(), max_bytes=2000)).body) == 2000


async def test_a_gzip_bomb_is_never_unpacked_past_the_limit(client: HttpClient) -> None:
    bomb = gzip.compress(b"\0" * (64 * 1024 * 1024), 9, mtime=0)
    async with peer(always(answer(bomb, Content_Encoding="gzip"))) as it:
        tracemalloc.start()
        try:
            with pytest.raises(RemoteFailure, match="too big"):
                await client.get(it.url())
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert most < 8 * 1024 * 1024


async def test_packed_bodies_are_unpacked(client: HttpClient) -> None:
    text = b"hello " * 1000
    two_members = gzip.compress(text[:3000], mtime=0) + gzip.compress(text[3000:], mtime=0)
    for packed, name in (
        (gzip.compress(text, mtime=0), "gzip"),
        (two_members, "GZIP"),
        (zlib.compress(text), "deflate"),
        (text, "identity"),
        (b"", "gzip"),
    ):
        async with peer(always(answer(packed, Content_Encoding=name))) as it:
            response = await client.get(it.url(), max_bytes=6000)
        assert response.body == (text if packed else b"")


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"x" * 1000, mtime=0)[:-8], "gzip"),
        (b"not packed", "gzip"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "gzip, gzip"),
        (b"x", "br"),
    ],
)
async def test_a_body_that_cannot_be_unpacked_fails(
    client: HttpClient, body: bytes, encoding: str
) -> None:
    async with peer(always(answer(body, Content_Encoding=encoding))) as it:
        with pytest.raises(RemoteFailure):
            await client.get(it.url())


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nX-Big: %b\r\nContent-Length: 0\r\n\r\n" % (b"x" * 20_000),
        b"HTTP/1.1 200 OK\r\n%bContent-Length: 0\r\n\r\n" % (b"X-Many: y\r\n" * 500),
        b"HTTP/1.1 200 %b\r\nContent-Length: 0\r\n\r\n" % (b"x" * 20_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\0\1\2\3\r\n\r\n",
    ],
)
async def test_answers_that_are_not_decent_http_fail(client: HttpClient, raw: bytes) -> None:
    async with peer(always(raw)) as it:
        with pytest.raises(RemoteFailure):
            await client.get(it.url(), timeout_s=2)


async def test_a_connection_cut_in_the_body_fails(client: HttpClient) -> None:
    async def cut(it: Peer, _head: bytes, _body: bytes) -> bytes:
        assert it.writer is not None
        it.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await it.writer.drain()
        it.writer.close()
        raise ConnectionResetError

    async with peer(cut) as it:
        with pytest.raises(RemoteFailure):
            await client.get(it.url())


async def test_a_closed_port_fails(client: HttpClient) -> None:
    async with peer(always(answer())) as it:
        url = it.url()

    with pytest.raises(RemoteFailure, match="could not be reached"):
        await client.get(url)


async def test_redirects_are_followed_three_times(client: HttpClient) -> None:
    async def onward(_peer: Peer, head: bytes, _body: bytes) -> bytes:
        number = int(head.split(b" ")[1].lstrip(b"/") or 0)
        return answer(b"", "302 Found", Location=f"/{number + 1}") if number < 4 else answer()

    async with peer(onward) as it:
        response = await client.get(it.url("/1"))
        assert (response.status, response.url) == (200, it.url("/4"))

        with pytest.raises(RemoteFailure, match="too often"):
            await client.get(it.url("/0"))
        with pytest.raises(RemoteFailure, match="too often"):
            await client.get(it.url("/1"), redirects=2)

        unfollowed = await client.get(it.url("/1"), redirects=0)
        assert (unfollowed.status, unfollowed.headers["location"]) == (302, "/2")
        assert (await client.post(it.url("/1"), b"", headers={})).status == 302
    assert it.connections == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.3/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "//[::ffff:127.0.0.3]/",
        "http://peer.example/",
        "https://user:pw@peer.example/",
        "file:///etc/passwd",
        "https://0x7f.1/",
        "http://[/",
    ],
)
async def test_redirects_are_under_the_same_guard(client: HttpClient, location: str) -> None:
    async with peer(always(answer(b"", "301 Moved", Location=location))) as it:
        with pytest.raises(RemoteRefused):
            await client.get(it.url())


async def test_every_hop_is_signed_anew_and_secrets_stay_with_their_origin(
    client: HttpClient,
) -> None:
    calls: list[tuple[str, str, str, bytes | None]] = []

    async def sign(
        method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Mapping[str, str]:
        calls.append((method, url, headers["host"], body))
        return {"Signature": f"for {url}", "Host": "forged.example"}

    async with peer(always(answer())) as second:
        there = second.url("/there", host="127.0.0.2")
        moved = answer(b"", "307 Temporary Redirect", Location=there)
        server = await asyncio.start_server(second.serve, "127.0.0.2", second.port)
        async with peer(always(moved)) as first:
            secret = {"Authorization": "Bearer abc", "Accept": "a/b"}
            response = await client.get(first.url("/here"), headers=secret, sign=sign)
        server.close()

    assert response.url == there
    assert calls == [
        ("GET", first.url("/here"), f"127.0.0.1:{first.port}", None),
        ("GET", there, f"127.0.0.2:{second.port}", None),
    ]
    assert "Bearer abc" in first.heads[0]
    assert f"signature: for {first.url('/here')}" in first.heads[0]
    assert "Bearer abc" not in second.heads[0]
    assert f"signature: for {there}" in second.heads[0]
    assert f"host: 127.0.0.2:{second.port}" in second.heads[0]
    assert "forged.example" not in first.heads[0]
    assert "accept: a/b" in second.heads[0]


async def test_a_plain_function_may_sign_a_post(client: HttpClient) -> None:
    def sign(
        method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Mapping[str, str]:
        return {"signature": f"{method} {url} {headers['content-type']} {body!r}"}

    async with peer(always(answer())) as it:
        await client.post(it.url(), b"hi", headers={"Content-Type": "x/y"}, sign=sign)

    assert f"signature: POST {it.url()} x/y b'hi'" in it.heads[0]


@pytest.mark.parametrize("host", ["localhost", "sub.localhost"])
async def test_localhost_names_need_the_list(client: HttpClient, host: str) -> None:
    strict = HttpClient(parse_allow_private(""), "t")
    async with peer(always(answer())) as it:
        with pytest.raises(RemoteRefused):
            await strict.get(it.url(host=host))
        with pytest.raises(RemoteRefused):
            await strict.get(f"https://{host}:{it.port}/")

        assert (await client.get(it.url(host=host))).status == 200
    await strict.aclose()
    assert it.connections == 1


async def test_a_name_that_turns_private_is_refused_and_never_connected_to() -> None:
    answers = iter([["1.1.1.1", LOOPBACK], [LOOPBACK], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    client = HttpClient(parse_allow_private(""), "t", resolve=rebinding)
    async with peer(always(answer())) as it:
        for _ in range(4):
            with pytest.raises(RemoteRefused):
                await client.get(f"https://rebind.test:{it.port}/")
    await client.aclose()

    assert it.connections == 0


async def test_the_checked_address_itself_is_connected_to() -> None:
    """The name has a listed address once and is resolved once: no second answer is asked for."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return [LOOPBACK] if len(asked) == 1 else ["10.0.0.1"]

    client = HttpClient(parse_allow_private(LOOPBACK), "t", resolve=resolve)
    async with peer(always(answer())) as it:
        assert (await client.get(it.url(host="peer.test"))).status == 200
    await client.aclose()

    assert asked == ["peer.test"]
    assert f"host: peer.test:{it.port}" in it.heads[0]


async def test_names_without_an_address_fail() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        if host == "empty.test":
            return []
        raise OSError("Name or service not known")

    client = HttpClient(parse_allow_private(""), "t", resolve=nowhere)
    for host in ("empty.test", "unknown.test"):
        with pytest.raises(RemoteFailure) as failure:
            await client.get(f"https://{host}/")
        assert not isinstance(failure.value, RemoteRefused)
    await client.aclose()


async def test_proxies_of_the_environment_are_ignored(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")

    async with peer(always(answer())) as it:
        assert (await client.get(it.url())).status == 200


async def test_cookies_are_not_kept(client: HttpClient) -> None:
    async with peer(always(answer(Set_Cookie="a=b; Path=/"))) as it:
        await client.get(it.url())
        await client.get(it.url())

    assert all("cookie" not in head.lower() for head in it.heads)


async def test_no_query_string_reaches_a_log_line_or_a_trace(
    client: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "hush" * 2
    async with peer(always(b"nonsense\r\n\r\n")) as it:
        url = it.url(f"/?token={secret}")
        try:
            await client.get(url)
        except RemoteFailure:
            logging.getLogger("test").exception("it failed")

    lines = [json.dumps(vars(record), default=str) for record in caplog.records]
    assert "request failed" in caplog.text
    assert "it failed" in caplog.text
    assert secret not in caplog.text
    assert secret not in "".join(line for line in lines if "fedschool" in line)


async def test_more_hosts_than_idle_connections_allowed_are_all_served(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fedschool.ports.http.lanes.MAX_KEPT", 2)
    async with contextlib.AsyncExitStack() as stack:
        peers = [await stack.enter_async_context(peer(always(answer()))) for _ in range(5)]
        for it in peers * 3:
            assert (await client.get(it.url())).status == 200

        assert [it.connections for it in peers] == [1, 1, 3, 3, 3]


async def test_an_early_answer_to_a_large_post_does_not_hang(client: HttpClient) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"no", "413 Content Too Large"))
        await writer.drain()
        await answered.wait()
        writer.transport.abort()

    answered = asyncio.Event()
    server = await asyncio.start_server(refuse, LOOPBACK, 0, limit=1024)
    port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/"

    response = await client.post(url, b"x" * 20_000_000, headers={}, timeout_s=3)

    assert response.status == 413
    answered.set()
    server.close()
    await asyncio.sleep(0.05)


async def test_tls_is_verified_against_the_given_authorities(tmp_path: Path) -> None:
    context, ca_file = _certified("school.test", tmp_path)

    async def resolve(host: str, port: int) -> list[str]:
        return [LOOPBACK]

    allow = parse_allow_private(LOOPBACK)
    knowing = HttpClient(allow, "t", ca_file, resolve=resolve)
    unknowing = HttpClient(allow, "t", resolve=resolve)
    async with peer(always(answer()), tls=context) as it:
        assert (await knowing.get(f"https://school.test:{it.port}/")).status == 200
        with pytest.raises(RemoteFailure):
            await knowing.get(f"https://other.test:{it.port}/")
        with pytest.raises(RemoteFailure):
            await unknowing.get(f"https://school.test:{it.port}/")

        it.answer = always(answer(b"", "302 Found", Location="http://peer.test/"))
        only_https = HttpClient(
            parse_allow_private(f"school.test:{it.port}"), "t", ca_file, resolve=resolve
        )
        with pytest.raises(RemoteRefused):
            await only_https.get(f"https://school.test:{it.port}/")
        await only_https.aclose()
    await knowing.aclose()
    await unknowing.aclose()


def test_an_authority_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    nonsense = tmp_path / "ca.pem"
    nonsense.write_text("nonsense")

    for path in (nonsense, tmp_path / "missing.pem"):
        with pytest.raises(StartupFailure, match="PEM"):
            HttpClient(parse_allow_private(""), "t", path)


async def test_any_httpx_transport_can_stand_in_for_the_network() -> None:
    def answer_here(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f"{request.method} {request.url}")

    transport = httpx.MockTransport(answer_here)
    client = HttpClient(parse_allow_private(""), "t", transport=transport)

    assert (await client.get("https://far.test/x")).body == b"GET https://far.test/x"
    with pytest.raises(RemoteRefused):
        await client.get("https://127.0.0.1/")
    await client.aclose()


def _certified(host: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(host), x509.IPAddress(IPv4Address("127.0.0.9"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    both = folder / "server.pem"
    both.write_bytes(
        ca_file.read_bytes()
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, ca_file
