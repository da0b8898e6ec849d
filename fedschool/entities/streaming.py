"""Frames of streams as clients read them, over a WebSocket or as server-sent events."""

import msgspec

from fedschool.model.streaming import Frame

_encode = msgspec.json.Encoder().encode


def socket_message(frame: Frame) -> str:
    """`{"stream": [...], "event": "...", "payload": "..."}`; the payload is a string of JSON."""
    if frame.encoded is None:
        body: dict[str, object] = {"stream": frame.stream.names, "event": frame.event.value}
        if frame.payload:
            body["payload"] = frame.payload.decode()
        frame.encoded = _encode(body).decode()
    return frame.encoded


def server_sent(frame: Frame) -> bytes:
    """An event of `text/event-stream`; browsers drop events without data, so `{}` is nothing."""
    return b"event: %b\ndata: %b\n\n" % (frame.event.value.encode(), frame.payload or b"{}")


def refusal(text: str, status: int) -> str:
    """What a WebSocket hears that asked for something it cannot have."""
    return _encode({"error": text, "status": status}).decode()
