"""Connections as uvicorn keeps them, ended when the other side stops reading.

A stream that nobody reads fills the socket's buffer and then waits for ever, and no ping tells:
what is written to it lies behind the rest.
"""

import contextlib
from asyncio import TimerHandle
from collections.abc import Iterator

import uvicorn
from quart import Quart
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

STALL_SECONDS = 30.0
GRACE_SECONDS = 10
PING_SECONDS = 30.0
# What clients say on a stream is a line of JSON.
MAX_MESSAGE = 4_096


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: ours also stops the workers, and exits 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpConnection(HttpToolsProtocol):
    """HTTP; ended after `STALL_SECONDS` in which nothing could be written."""

    _stalled: TimerHandle | None = None

    def pause_writing(self) -> None:
        self._stalled = self.loop.call_later(STALL_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        _cancel(self._stalled)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._stalled)
        super().connection_lost(exc)


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket, likewise."""

    _stalled: TimerHandle | None = None

    def pause_writing(self) -> None:
        self._stalled = self.loop.call_later(STALL_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        _cancel(self._stalled)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._stalled)
        super().connection_lost(exc)


def _cancel(timer: TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def config(app: Quart, host: str, port: int) -> uvicorn.Config:
    """How uvicorn serves the application; the loop and the signals are the caller's."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http=HttpConnection,
        ws=SocketConnection,
        ws_max_size=MAX_MESSAGE,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        # Small messages gain nothing, and each compressor would cost a hundred kilobytes.
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
    )
