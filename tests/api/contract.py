"""Holds answers to the Mastodon API's shapes: the schema, and the keys that are always there.

`schema.json` knows types; `keys.json` what a real server sent in every answer, nulls included.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from tests.people import Answer

_HERE = Path(__file__).parent
# Where real servers break the schema.
_DEFECTS = {
    # The deleted status has its source, for writing it anew, and no content.
    "DELETE /api/v1/statuses/*": re.compile(r"'content' is a required property"),
    # It says that the entry comes back; nothing does.
    "DELETE /api/v2/filters/statuses/*": re.compile("'(id|status_id)' is a required property"),
    # The id is a number, which clients want, and only alerts that were set are told.
    **dict.fromkeys(
        (f"{method} /api/v1/push/subscription" for method in ("GET", "POST", "PUT")),
        re.compile(r"\$\.id: .* is not of type 'string'|\$\.alerts: .* is a required property"),
    ),
    # A post that waits may leave its visibility to the habit of its author.
    **dict.fromkeys(
        ("GET /api/v1/scheduled_statuses", "GET /api/v1/scheduled_statuses/*"),
        re.compile(r"\.params\.visibility: None is not"),
    ),
    # It says that one filter comes where all of them do.
    "GET /api/v1/filters": re.compile(r"^\$: \[.*\] is not of type 'object'"),
    # Nobody wrote a page, so it was never changed.
    "GET /api/v1/instance/extended_description": re.compile(r"\$\.updated_at: None is not"),
}
_FILM = {"bitrate", "duration", "frame_rate", "colors"}
# Seen in each recorded answer, as all of them were about the same kind of thing.
_RECORDED = {
    # Notifications about statuses.
    "GET /api/v1/notifications/*": {"status"},
    "GET /api/v2/notifications": {"status_id"},
    "GET /api/v2/notifications/*": {"status_id"},
    # How much space is used: nothing else has a unit.
    "POST /api/v1/admin/dimensions": {"human_value", "unit"},
    # Films: pictures have no duration, sounds alone have colours.
    "GET /api/v1/media/*": _FILM,
    "PUT /api/v1/media/*": _FILM,
}
# Present only with a reason: the client's name on posts from clients, whether it is pinned on
# own posts, the contact where there is one.
_DEPENDS = frozenset({"application", "pinned", "contact.account"})
# Told to who is signed in alone.
_PERSONAL = frozenset(
    {"bookmarked", "favourited", "filtered", "muted", "reblogged", "following",
     "featuring", "voted", "own_votes"}
)  # fmt: skip

checked: set[str] = set()
"""The endpoints that `check` was content with, in this process; empty lists prove nothing."""


def check(method: str, template: str, answer: Answer, *, stranger: bool = False) -> None:
    """Fails when a 200 answer to `GET /api/v1/accounts/{id}` is not shaped as clients expect.

    `stranger`: it was given to somebody without a token.
    """
    assert answer.status == 200, f"{answer.status}: {answer.text}"
    assert answer.headers["Content-Type"].startswith("application/json")
    keys = _always(method, template, _PERSONAL if stranger else frozenset())
    problems = _schema_errors(method, template, answer.json)
    assert keys or problems is not None, f"nothing is known about {method} {template}"
    wrong = [*(problems or ()), *_missing(keys, answer.json)]
    assert not wrong, f"{method} {template}:\n" + "\n".join(wrong)
    if answer.json != []:
        checked.add(_unnamed(f"{method} {template}"))


def known() -> frozenset[str]:
    """Endpoints of whose answers something is known, with their parameters unnamed."""
    paths = json.loads((_HERE / "schema.json").read_text())["paths"]
    described = {
        _unnamed(f"{method.upper()} {path}")
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "application/json" in operation.get("responses", {}).get("200", {}).get("content", {})
    }
    return frozenset(described | set(_documented()))


def entity(name: str, body: Any) -> None:
    """Fails when this is not the entity, for endpoints that the schema does not list."""
    schema = {"$ref": f"urn:m#/components/schemas/{name}"}
    errors = Draft202012Validator(schema, registry=_registry()).iter_errors(body)
    wrong = [f"{error.json_path}: {error.message}" for error in errors]
    assert not wrong, f"{name}:\n" + "\n".join(wrong)


@cache
def _paths() -> dict[str, str]:
    """What the schema calls a path, whatever its parameters are called by who asks."""
    paths = json.loads((_HERE / "schema.json").read_text())["paths"]
    return {_unnamed(path): path for path in paths}


@cache
def _registry() -> Any:
    document = json.loads((_HERE / "schema.json").read_text())
    for name in ("Status", "StatusEdit"):
        # A whole quote fits both of the alternatives, as neither asks for what is its own.
        quote = document["components"]["schemas"][name]["properties"]["quote"]
        quote["anyOf"] = quote.pop("oneOf")
    # Groups are told of whatever single notifications are.
    schemas = document["components"]["schemas"]
    schemas["NotificationGroupTypeEnum"] = schemas["NotificationTypeEnum"]
    return Registry().with_resource("urn:m", DRAFT202012.create_resource(document))


def _schema_errors(method: str, template: str, body: Any) -> list[str] | None:
    """What is wrong with the types; None where the schema says nothing about this endpoint."""
    path = _paths().get(_unnamed(template), template).replace("~", "~0").replace("/", "~1")
    place = f"paths/{path}/{method.lower()}/responses/200/content/application~1json/schema"
    schema = {"$ref": f"urn:m#/{place}"}
    known = _DEFECTS.get(_unnamed(f"{method} {template}"))
    try:
        errors = list(Draft202012Validator(schema, registry=_registry()).iter_errors(body))
    except Unresolvable:
        return None
    except Exception as error:
        if isinstance(error.__cause__, Unresolvable):
            return None
        raise
    wrong = [f"{error.json_path}: {error.message}" for error in errors]
    return [problem for problem in wrong if not (known and known.search(problem))]


@cache
def _documented() -> dict[str, dict[str, list[str]]]:
    """For each endpoint, with its parameters unnamed, the keys always there, by place."""
    known = json.loads((_HERE / "keys.json").read_text())
    return {
        _unnamed(endpoint): {place: list(found["always"]) for place, found in places.items()}
        for endpoint, places in known.items()
    }


def _always(method: str, template: str, spared: frozenset[str]) -> dict[str, list[str]]:
    endpoint = _unnamed(f"{method} {template}")
    spared |= _RECORDED.get(endpoint, set())
    keys = _documented().get(endpoint, {})
    return {place: [name for name in names if name not in spared] for place, names in keys.items()}


def _unnamed(endpoint: str) -> str:
    return re.sub(r":\w+|\{\w+\}", "*", endpoint)


def _missing(keys: dict[str, list[str]], body: Any) -> Iterator[str]:
    for place, names in keys.items():
        if _DEPENDS.intersection(place.split(".")):
            continue
        for found in _at(body, [] if place == "." else place.split(".")):
            if isinstance(found, dict):
                absent = set(names) - set(found) - _DEPENDS
                yield from (f"{place}: {name} is missing" for name in sorted(absent))


def _at(body: Any, path: list[str]) -> Iterator[Any]:
    """All that lies at a place such as `[].account.fields[]`."""
    if not path:
        yield body
        return
    name, rest = path[0].removesuffix("[]"), path[1:]
    inner = body
    if name:
        if not isinstance(body, dict) or body.get(name) is None:
            return
        inner = body[name]
    if not path[0].endswith("[]"):
        yield from _at(inner, rest)
    elif isinstance(inner, list):
        for item in inner:
            yield from _at(item, rest)
