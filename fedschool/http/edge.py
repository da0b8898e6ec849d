"""What every answer gets on its way out: CORS, rate-limit figures, a request id, safe headers."""

import secrets

from quart import Quart, Response, g, request

from fedschool import log
from fedschool.errors import NotFound
from fedschool.http import context, deprecated, limits

_OPEN = ("/api/", "/.well-known/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/media/")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, X-RateLimit-Reset, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh, Deprecation",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "7200",
}


def install(app: Quart) -> None:
    app.before_request(_arrive)
    app.after_request(_leave)


async def _arrive() -> Response | None:
    g.request_id = secrets.token_hex(8)
    log.request_id.set(g.request_id)
    # PostgreSQL keeps no NUL in texts: nothing of ours can be named so.
    if "\0" in request.path:
        raise NotFound
    if request.method == "OPTIONS" and request.path.startswith(_OPEN):
        return Response(b"", 200, _PREFLIGHT, content_type="text/plain")
    if request.path.startswith("/api/"):
        has_token = "Authorization" in request.headers
        context.limit(limits.ADDRESS if has_token else limits.API, context.peer())
    return None


async def _leave(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-Id"] = g.get("request_id", "")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if request.path.startswith(_OPEN):
        headers.extend(_CORS)
    standing = g.get("standing")
    if standing is not None:
        headers.extend(standing.headers())
    if request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "private, no-store")
        headers.setdefault("Vary", "Authorization, Origin")
        if (since := deprecated.since(request.method, request.path)) is not None:
            headers["Deprecation"] = since
    return response
