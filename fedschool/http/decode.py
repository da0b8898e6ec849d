"""What a client sent, whatever the encoding, as one Struct.

Clients mix query, form, multipart and JSON on every method; arrays come as `id[]=`, as a bare
`id=` and as JSON lists; booleans as "1", "0", "True", "off". All of it is read here, once.
"""

import re
import types
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from quart import request
from quart.datastructures import FileStorage

from fedschool.errors import FieldError, Malformed, TooLarge, Unprocessable

S = TypeVar("S", bound=msgspec.Struct)

MAX_BODY = 1 << 20
MAX_FIELDS = 1_000
MAX_DEPTH = 8
_FALSE = frozenset({"0", "f", "false", "off"})
_KEY = re.compile(r"\[([^\[\]]*)\]")
_JSON = ("application/json", "text/json")
# masto.js's multipart writes missing values so.
_ABSENT = "undefined"


class Upload(msgspec.Struct, frozen=True):
    """A file of a multipart body; `filename` is what the client claims."""

    data: bytes
    filename: str = ""
    content_type: str = ""


async def body(type_: type[S]) -> S:
    """Query, form, files and JSON of this request as one `type_`.

    Raises Malformed for unreadable bodies, Unprocessable for wrong fields, TooLarge.
    """
    return convert(await fields(), type_)


def query(type_: type[S]) -> S:
    """The query string alone as a `type_`; for GETs, which carry no body."""
    tree: dict[str, Any] = {}
    _fold(tree, list(request.args.items(multi=True)))
    return convert(tree, type_)


async def fields() -> dict[str, Any]:
    """All that the request carries as nested dicts and lists, later sources winning."""
    tree: dict[str, Any] = {}
    _fold(tree, list(request.args.items(multi=True)))
    mimetype = request.mimetype
    if mimetype in _JSON:
        tree.update(await _json())
    elif mimetype == "multipart/form-data":
        form = await request.form
        _fold(tree, [(k, v) for k, v in form.items(multi=True) if v != _ABSENT])
        _fold(tree, await _uploads())
    else:
        # curl and some clients send a form or nothing under any name
        form = await request.form
        _fold(tree, list(form.items(multi=True)))
    return tree


def convert(tree: dict[str, Any], type_: type[S]) -> S:
    """A tree of strings (or JSON values) as a Struct, leniently. Raises Unprocessable."""
    try:
        return msgspec.convert(_struct(tree, type_), type_)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("$.")[2].rstrip("`") if "$." in str(error) else ""
        name = place or "request"
        raise Unprocessable(
            f"Validation failed: {name} is invalid",
            {name: [FieldError("ERR_INVALID", "is invalid")]},
        ) from error


async def _json() -> dict[str, Any]:
    raw = await request.get_data(as_text=False)
    if len(raw) > MAX_BODY:
        raise TooLarge
    if not raw.strip():
        return {}
    try:
        tree = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("The request's JSON could not be read") from error
    if not isinstance(tree, dict):
        raise Malformed("The request's JSON must be an object")
    return tree


async def _uploads() -> list[tuple[str, Any]]:
    files = await request.files
    uploads: list[tuple[str, Any]] = []
    for name, file in files.items(multi=True):
        assert isinstance(file, FileStorage)
        data = file.read()
        if data or file.filename:
            uploads.append((name, Upload(data, file.filename or "", file.content_type or "")))
    return uploads


def _fold(tree: dict[str, Any], pairs: list[tuple[str, Any]]) -> None:
    """Puts `a[b][]=x` pairs into the tree, as Rack does."""
    if len(pairs) > MAX_FIELDS:
        raise Malformed("The request has too many fields")
    for name, value in pairs:
        root, bracket, _ = name.partition("[")
        path = [root, *(_KEY.findall(name[len(root) :]) if bracket else [])]
        # Mastodon.py writes some lists as `id[][]=`.
        while path[-2:] == ["", ""]:
            path.pop()
        if root and len(path) <= MAX_DEPTH:
            _put(tree, path, value)


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    key, rest = path[0], path[1:]
    if not rest:
        tree[key] = value
        return
    if rest[0] != "":
        inner = tree.get(key)
        if not isinstance(inner, dict):
            inner = tree[key] = {}
        _put(inner, rest, value)
        return
    items = tree.get(key)
    if not isinstance(items, list):
        items = tree[key] = []
    if len(rest) == 1:
        items.append(value)
        return
    # `a[][x]=1&a[][y]=2`: a repeated name begins the next element
    last = items[-1] if items else None
    if not isinstance(last, dict) or rest[1] in last:
        last = {}
        items.append(last)
    _put(last, rest[1:], value)


def _struct(tree: Any, type_: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    return {
        field.encode_name: _value(tree[field.encode_name], field.type)
        for field in msgspec.structs.fields(type_)
        if field.encode_name in tree and not _is_absent(tree[field.encode_name], field.type)
    }


def _is_absent(value: Any, type_: Any) -> bool:
    """An empty switch is none at all, as in Rails: what holds without it goes on holding."""
    return value is _ABSENT or (type_ is bool and value in ("", None))


def _value(value: Any, type_: Any) -> Any:
    origin = get_origin(type_)
    if origin in (Union, types.UnionType):
        inner = [part for part in get_args(type_) if part is not type(None)]
        if value is None or (value == "" and str not in inner):
            return None
        wanted = inner[0] if len(inner) == 1 else next((t for t in inner if t is not str), str)
        return value if isinstance(value, Upload) else _value(value, wanted)
    if origin in (list, tuple):
        return [_value(item, get_args(type_)[0]) for item in _listed(value)]
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct) and type_ is not Upload:
        return _struct(value, type_)
    if type_ is bool:
        return _boolean(value)
    if type_ in (int, float):
        return _number(value, type_)
    if type_ is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    # PostgreSQL keeps no NUL in texts, and nobody types one.
    return value.replace("\0", "") if isinstance(value, str) else value


def _listed(value: Any) -> list[Any]:
    """A list, a bare value, or the object `{"0": …, "1": …}` that some clients send."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=lambda k: (len(k), k))]
    return [] if value in (None, "") else [value]


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        return value.lower() not in _FALSE and value != ""
    if isinstance(value, int) and not isinstance(value, bool):
        return value != 0
    return value


def _number(value: Any, type_: type) -> Any:
    if isinstance(value, str):
        try:
            return type_(value)
        except ValueError:
            return value
    return value
