"""Mastodon.py, watched: which methods were called, and that answers became the library's types."""

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

from mastodon import Mastodon
from mastodon.types_base import AttribAccessDict, Entity

# They make something for later calls, and ask no server.
_LOCAL = frozenset({"make_poll", "generate_media_edit_attributes"})
# Their annotation says one account where there is a list of them, and nothing is cast.
_MISTAKEN = frozenset({"admin_accounts", "admin_accounts_v1"})


def public_methods() -> frozenset[str]:
    """All that the library offers."""
    functions = inspect.getmembers(Mastodon, inspect.isfunction)
    return frozenset(name for name, _ in functions if not name.startswith("_"))


class Walker:
    """A client whose answers are checked: `walker.status(id)` is `client.status(id)`."""

    def __init__(self, client: Mastodon, walked: set[str]) -> None:
        """`walked` collects the names of the methods that were called."""
        self.client = client
        self._walked = walked

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.client, name)

        def call(*args: Any, **named: Any) -> Any:
            self._walked.add(name)
            answer = method(*args, **named)
            hint = typing.get_type_hints(getattr(Mastodon, name)).get("return")
            if name in _LOCAL | _MISTAKEN:
                return answer
            wrong = list(_mistakes(answer, hint, name)) if hint is not None else []
            assert not wrong, "\n".join(wrong)
            return answer

        return call


def _mistakes(value: Any, hint: Any, place: str) -> typing.Iterator[str]:
    """Where a value is not what the library's types promise."""
    origin = typing.get_origin(hint)
    if hint is Any or isinstance(hint, typing.TypeVar | types.ModuleType):
        return
    if origin in (typing.Union, types.UnionType):
        options = [list(_mistakes(value, option, place)) for option in typing.get_args(hint)]
        if all(options):
            yield min(options, key=len)[0]
    elif hint is type(None) or hint is None:
        # Methods that promise nothing return what `{}` becomes.
        if value is not None and place.count(".") > 0:
            yield f"{place}: {value!r:.80} where nothing is expected"
    elif origin is not None and issubclass(origin, list):
        yield from _in_list(value, typing.get_args(hint), place)
    elif origin is not None and issubclass(origin, dict):
        if not isinstance(value, dict):
            yield f"{place}: {value!r:.80} is no {hint}"
    elif isinstance(hint, type) and issubclass(hint, AttribAccessDict):
        yield from _in_entity(value, hint, place)
    elif origin is None and isinstance(hint, type) and not isinstance(value, hint):
        yield f"{place}: {value!r:.80} is no {hint.__name__}"


def _in_list(value: Any, inner: tuple[Any, ...], place: str) -> typing.Iterator[str]:
    if not isinstance(value, list):
        yield f"{place}: {value!r:.80} is no list"
        return
    for item in value:
        if inner:
            yield from _mistakes(item, inner[0], f"{place}[]")


def _in_entity(value: Any, hint: type, place: str) -> typing.Iterator[str]:
    if not isinstance(value, hint):
        yield f"{place}: {value!r:.80} is no {hint.__name__}"
        return
    if not issubclass(hint, Entity):
        return
    found = typing.cast("dict[str, Any]", value)
    for name, inner in typing.get_type_hints(hint).items():
        if not name.startswith("_") and found.get(name) is not None:
            yield from _mistakes(found[name], inner, f"{place}.{name}")
