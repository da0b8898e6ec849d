"""Rate limits: fixed windows in memory, counted per account and per address.

The figures are Mastodon's, which clients are written for; `X-RateLimit-*` tells them. A whole
staff room is behind one address, so who has a token is limited by account before by address.
"""

from datetime import UTC, datetime

import msgspec

from fedschool.errors import TooManyRequests

MINUTE = 60_000
CAPACITY = 50_000


class Limit(msgspec.Struct, frozen=True):
    """`count` requests in `window` milliseconds."""

    name: str
    count: int
    window: int


API = Limit("api", 300, 5 * MINUTE)
ADDRESS = Limit("address", 7_500, 5 * MINUTE)
MEDIA = Limit("media", 30, 30 * MINUTE)
DELETES = Limit("deletes", 30, 30 * MINUTE)
SIGN_IN = Limit("sign-in", 10, 5 * MINUTE)
SIGN_UP = Limit("sign-up", 5, 30 * MINUTE)
LOOK_UPS = Limit("look-ups", 60, 5 * MINUTE)
APP_TOKENS = Limit("app-tokens", 60, 10 * MINUTE)
APPS = Limit("apps", 30, 10 * MINUTE)
FEDERATION = Limit("federation", 3_000, 5 * MINUTE)


class Standing(msgspec.Struct, frozen=True):
    """How a caller stands in the current window; `reset_at` in milliseconds."""

    limit: int
    remaining: int
    reset_at: int

    def headers(self) -> dict[str, str]:
        moment = datetime.fromtimestamp(self.reset_at / 1000, UTC)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.remaining)),
            "X-RateLimit-Reset": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }


class LimitReached(TooManyRequests):
    """Above a limit; `standing` says until when."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        super().__init__()


class Counter:
    """Counts requests by (limit, caller). Forgets the past windows; bounded in memory."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, limit: Limit, caller: str, now: int) -> Standing:
        """Counts one request. Raises TooManyRequests above the limit."""
        window = now // limit.window
        key = (limit.name, caller)
        seen, used = self._counts.get(key, (window, 0))
        used = used + 1 if seen == window else 1
        if len(self._counts) >= CAPACITY and key not in self._counts:
            # the oldest entry: whoever floods with new addresses pushes out the idle first
            del self._counts[next(iter(self._counts))]
        self._counts.pop(key, None)
        self._counts[key] = (window, used)
        standing = Standing(limit.count, limit.count - used, (window + 1) * limit.window)
        if standing.remaining < 0:
            raise LimitReached(standing)
        return standing
