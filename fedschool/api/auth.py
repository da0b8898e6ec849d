"""Who calls, and what the token allows: a handler's first argument is a proven Viewer.

Scopes are hierarchical: `read` includes `read:statuses`; `follow` is Mastodon's old name for
reading and writing blocks, follows and mutes (docs.joinmastodon.org/api/oauth-scopes).
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec

from quart import Response, request
from werkzeug.datastructures import Headers

from fedschool import ids
from fedschool.errors import Forbidden, NotFound, Unauthenticated, Unprocessable
from fedschool.http import context, limits
from fedschool.http.context import site
from fedschool.model.account import ANYBODY, Viewer
from fedschool.services import oauth

P = ParamSpec("P")
Handler = Callable[Concatenate[Viewer, P], Awaitable[Response]]
Route = Callable[P, Awaitable[Response]]

_OUTSIDE = "This action is outside the authorized scopes"


def bearer() -> str | None:
    """The access token of the request. Never from the query string: URLs end up in logs."""
    return bearer_in(request.headers)


def bearer_in(headers: Headers) -> str | None:
    """The access token of these headers."""
    kind, _, token = headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


async def viewer() -> Viewer:
    """Who calls; ANYBODY without a token. Raises Unauthenticated for a wrong one."""
    token = bearer()
    return ANYBODY if token is None else await oauth.authenticate(site(), token)


def _require_scope(who: Viewer, scopes: tuple[str, ...]) -> None:
    if scopes and not any(oauth.covers(who.scopes, scope) for scope in scopes):
        raise Forbidden(_OUTSIDE)


def anybody(*scopes: str) -> Callable[[Handler[P]], Route[P]]:
    """Answers without a token; a token that is sent must be good and cover one of `scopes`."""

    async def check(who: Viewer) -> None:
        if who.token_id is not None:
            _require_scope(who, scopes)

    return _guarded(check)


def application(*scopes: str) -> Callable[[Handler[P]], Route[P]]:
    """Needs a token, of an application or of a user."""

    async def check(who: Viewer) -> None:
        if who.token_id is None:
            raise Unauthenticated
        _require_scope(who, scopes)

    return _guarded(check)


def user(*scopes: str) -> Callable[[Handler[P]], Route[P]]:
    """Needs a user's token that covers one of `scopes`."""

    async def check(who: Viewer) -> None:
        if who.token_id is None:
            raise Unauthenticated
        if who.account_id is None:
            raise Unprocessable("This method requires an authenticated user")
        _require_scope(who, scopes)

    return _guarded(check)


def _guarded(check: Callable[[Viewer], Awaitable[None]]) -> Callable[[Handler[P]], Route[P]]:
    def decorate(handler: Handler[P]) -> Route[P]:
        @functools.wraps(handler)
        async def route(*args: P.args, **kwargs: P.kwargs) -> Response:
            who = await viewer()
            await check(who)
            if who.account_id is not None:
                context.limit(limits.API, f"account:{who.account_id}")
            return await handler(who, *args, **kwargs)

        return route

    return decorate


def number(text: str) -> int:
    """An id from a path or a parameter; what cannot be one is simply not found."""
    value = ids.parse(text)
    if value is None:
        raise NotFound
    return value
