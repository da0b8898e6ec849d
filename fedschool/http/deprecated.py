"""What clients should no longer call, and since when: said in `Deprecation` (RFC 9745)."""

import re
from datetime import UTC, datetime

# By path; a method before it where others of that path are still good.
_SINCE = (
    (re.compile(r"POST /api/v1/media/?"), datetime(2020, 4, 5, tzinfo=UTC)),
    (re.compile(r"\w+ /api/v1/suggestions/?"), datetime(2021, 11, 26, tzinfo=UTC)),
    (re.compile(r"\w+ /api/v1/trends/?"), datetime(2022, 3, 30, tzinfo=UTC)),
    (re.compile(r"\w+ /api/v1/accounts/\d+/identity_proofs"), datetime(2022, 3, 30, tzinfo=UTC)),
    (re.compile(r"\w+ /api/v1/filters(?:/\d+)?/?"), datetime(2022, 11, 14, tzinfo=UTC)),
    (re.compile(r"\w+ /api/v1/instance/?"), datetime(2022, 11, 14, tzinfo=UTC)),
    (re.compile(r"POST /api/v1/accounts/\d+/(?:un)?pin"), datetime(2025, 7, 8, tzinfo=UTC)),
)


def since(method: str, path: str) -> str | None:
    """The header's value, `@` and seconds; None for what is still good."""
    called = f"{method} {path}"
    for pattern, day in _SINCE:
        if pattern.fullmatch(called):
            return f"@{int(day.timestamp())}"
    return None
