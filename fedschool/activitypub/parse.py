"""Documents as a peer claims them, from bytes to Structs; raises `errors.Malformed`, never else.

`document` first: it bounds the bytes and the shape. The others take what it returned, or any
object embedded in that. Whether the sender may say so is the caller's question.
"""

import json
import re

from fedschool import errors
from fedschool.activitypub.objects import ClaimedActivity, ClaimedCollection, ClaimedTombstone
from fedschool.activitypub.parse_actor import actor
from fedschool.activitypub.parse_kit import feature, feature_authorization, kit
from fedschool.activitypub.parse_note import note
from fedschool.activitypub.parse_quote import authorization
from fedschool.activitypub.parse_quote import policy as quote_policy
from fedschool.activitypub.parse_tags import emojis
from fedschool.activitypub.values import LINE_LIMIT, PARAGRAPH_LIMIT, Fields, object_id, thing
from fedschool.activitypub.vocab import COLLECTIONS, NAMESPACE, Document

__all__ = [
    "activity",
    "actor",
    "allowed_content_type",
    "authorization",
    "collection",
    "document",
    "embedded_activity",
    "feature",
    "feature_authorization",
    "kit",
    "note",
    "object_id",
    "quote_policy",
    "tombstone",
]

BYTES_LIMIT = 1 << 20
DEPTH_LIMIT = 32
VALUES_LIMIT = 50_000
COLLECTION_ITEM_LIMIT = 1000
COUNT_LIMIT = 1 << 53

_GRAPH_KEYWORDS = frozenset({"@graph", "@included", "@reverse"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_PARAMETER = re.compile(r';[ \t]*([a-z]+)=("[^"\\]*"|[^\s";,]+)[ \t]*')


def document(body: bytes) -> Document:
    """The JSON object in `body`: UTF-8, at most 1 MiB, 32 levels and 50,000 values.

    Refused are doubled names, numbers that are none, and the JSON-LD keywords that let one
    document be read in two ways.
    """
    if len(body) > BYTES_LIMIT:
        raise errors.Malformed("The document is too large")
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as cause:
        raise errors.Malformed("The document is not JSON") from cause
    if not isinstance(value, dict):
        raise errors.Malformed("The document is not a JSON object")
    _check_shape(value)
    return value


def allowed_content_type(content_type: str) -> bool:
    """Whether a body of this media type may be an ActivityPub document (ActivityPub 3.2).

    Uploads and pages of a server are not its statements, so nothing else will do.
    """
    if len(content_type) > 500:
        return False
    media_type, semicolon, rest = content_type.partition(";")
    parameters: dict[str, str] = {}
    position, text = 0, (semicolon + rest).rstrip()
    while position < len(text):
        found = _PARAMETER.match(text, position)
        if found is None or found[1] in parameters:
            return False
        parameters[found[1]] = found[2]
        position = found.end()
    match media_type.strip().lower():
        case "application/activity+json":
            return True
        case "application/ld+json":
            return parameters.get("profile") == f'"{NAMESPACE}"'
        case _:
            return False


def activity(doc: Document) -> ClaimedActivity:
    """An activity of any type; it must have an id, a type and one actor."""
    return _activity(Fields(doc), must_have_id=True)


def embedded_activity(doc: Document) -> ClaimedActivity:
    """The activity inside an Undo, Accept or Reject; `id` is empty when it has none."""
    return _activity(Fields(doc), must_have_id=False)


def tombstone(value: str | Document) -> ClaimedTombstone:
    """What a Delete names: a URI, a Tombstone, or the deleted object itself."""
    if isinstance(value, str):
        return ClaimedTombstone(id=_reference(value))
    fields = Fields(value)
    kind = fields.type_among()
    return ClaimedTombstone(
        id=fields.identity(),
        former_type=fields.text("formerType", LINE_LIMIT) if kind == "Tombstone" else kind,
        deleted=fields.moment("deleted"),
    )


def collection(doc: Document) -> ClaimedCollection:
    """A collection or a page of one, ordered or not; at most 1,000 items of it."""
    fields = Fields(doc)
    kind = fields.type_among(COLLECTIONS)
    if kind not in COLLECTIONS:
        raise errors.Malformed("The object is not a collection")
    name = "orderedItems" if fields.get("orderedItems") is not None else "items"
    found = (thing(item) for item in fields.all(name, COLLECTION_ITEM_LIMIT))
    return ClaimedCollection(
        id=object_id(fields.get("id")),
        type=kind,
        total_items=fields.whole("totalItems", 0, COUNT_LIMIT),
        items=tuple(item for item in found if item is not None),
        first=fields.thing("first"),
        next=fields.thing("next"),
        part_of=fields.reference("partOf"),
    )


def _activity(fields: Fields, *, must_have_id: bool) -> ClaimedActivity:
    named = fields.get("id") is not None
    objects = _things(fields, "object")
    return ClaimedActivity(
        id=fields.identity() if named or must_have_id else "",
        type=fields.type_among(),
        actor=_only_actor(fields),
        object=objects[0] if objects else None,
        objects=objects,
        target=fields.thing("target"),
        instrument=fields.thing("instrument"),
        result=fields.thing("result"),
        to=fields.addresses("to"),
        cc=fields.addresses("cc"),
        published=fields.moment("published"),
        content=fields.text("content", PARAGRAPH_LIMIT),
        emojis=emojis(fields),
    )


def _only_actor(fields: Fields) -> str:
    """Two different actors would leave open who says it."""
    actors = fields.references("actor", 10)
    if len(actors) != 1:
        raise errors.Malformed("The activity does not have one actor")
    return actors[0]


def _things(fields: Fields, name: str) -> tuple[str | Document, ...]:
    found = (thing(item) for item in fields.all(name))
    return tuple(item for item in found if item is not None)


def _reference(value: str) -> str:
    uri = object_id(value)
    if uri is None:
        raise errors.Malformed("The object has no usable id")
    return uri


def _once_each(pairs: list[tuple[str, object]]) -> Document:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return names


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _check_shape(root: Document) -> None:
    """Level by level, so that no depth can exhaust the stack."""
    level: list[object] = [root]
    seen = 0
    for _ in range(DEPTH_LIMIT):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                _check_names(value)
                below.extend(each for name, each in value.items() if name != "@context")
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, str) and _SURROGATE.search(value):
                raise errors.Malformed("The document is not Unicode")
        seen += len(below)
        if seen > VALUES_LIMIT:
            raise errors.Malformed("The document has too many values")
        if not below:
            return
        level = below
    raise errors.Malformed("The document is nested too deeply")


def _check_names(value: Document) -> None:
    for name in value:
        if name in _GRAPH_KEYWORDS:
            raise errors.Malformed("The document uses JSON-LD that is not accepted here")
        if _SURROGATE.search(name):
            raise errors.Malformed("The document is not Unicode")
