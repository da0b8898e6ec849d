"""Times, numbers and addresses as pages show them."""

from datetime import UTC, datetime


def moment(ms: int) -> str:
    """`23 November 2026, 08:15 UTC`."""
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def machine_time(ms: int) -> str:
    """`2026-11-23T08:15:00Z`, for `<time datetime>`."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def number(value: int) -> str:
    """`1 234 567`, with narrow spaces."""
    return f"{value:,}".replace(",", "\u202f")


def web_address(uri: str) -> str:
    """An address that other servers gave, if it leads to a page; else nothing."""
    return uri if uri.startswith(("https://", "http://")) else ""
