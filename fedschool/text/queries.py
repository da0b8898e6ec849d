"""Reads what people type to find posts: words, "phrases", -unwanted ones and operators.

The operators are Mastodon's (docs.joinmastodon.org/user/posting, "Search operators"): `from:`,
`has:`, `is:`, `language:`, `in:`, `before:`, `after:`, `during:`. What is not one is a word.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from fedschool.model.search import Shelf, Sought, Term, Trait
from fedschool.text.words import is_unspaced, words

MAX_QUERY = 300
MAX_TERMS = 16
MAX_OPERATORS = 12
MAX_PHRASE = 16
BEGINS = 4
"""Words this long also find longer ones; shorter ones would find half the dictionary."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_PIECE = re.compile(r'([+-]?)(?:([a-zA-Z]{2,8}):)?(?:"([^"]*)"?|([^\s"]+))')
_HAS = frozenset(("media", "image", "video", "gifv", "audio", "poll", "link", "embed"))
_IS = frozenset(("reply", "sensitive"))
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class _Piece(msgspec.Struct, frozen=True):
    wanted: bool
    operator: str
    value: str
    quoted: bool
    text: str


def read(text: str) -> Sought:
    """The query taken apart; anything is accepted, what follows MAX_QUERY characters is cut off."""
    found = Sought()
    operators = 0
    for piece in _pieces(text[:MAX_QUERY].translate(_QUOTES)):
        changed = _operator(found, piece) if operators < MAX_OPERATORS else None
        if changed is not None:
            found, operators = changed, operators + 1
        elif len(found.terms) < MAX_TERMS and (term := _term(piece)) is not None:
            found = msgspec.structs.replace(found, terms=(*found.terms, term))
    return found


def _pieces(text: str) -> Iterator[_Piece]:
    for sign, operator, phrase, word in _PIECE.findall(text):
        value = phrase or word
        if value:
            whole = f"{operator}:{value}" if operator else value
            yield _Piece(sign != "-", operator.lower(), value, bool(phrase), whole)


def _term(piece: _Piece) -> Term | None:
    found = tuple(words(piece.text, MAX_PHRASE))
    if not found:
        return None
    begins = not piece.quoted and piece.wanted and len(found[-1]) >= BEGINS
    return Term(words=found, begins=begins and not is_unspaced(found[-1]), wanted=piece.wanted)


def _operator(found: Sought, piece: _Piece) -> Sought | None:
    """The query with one operator more; None where the piece is none."""
    value = piece.value.lower()
    if piece.operator == "from":
        return msgspec.structs.replace(found, authors=(*found.authors, (value, piece.wanted)))
    if piece.operator == "in" and value in set(Shelf) and piece.wanted:
        return msgspec.structs.replace(found, shelf=Shelf(value))
    if _is_trait(piece.operator, value):
        trait = Trait(piece.operator, value, piece.wanted)
        return msgspec.structs.replace(found, traits=(*found.traits, trait))
    if piece.operator in ("before", "after", "during") and piece.wanted:
        return _dated(found, piece.operator, value)
    return None


def _is_trait(operator: str, value: str) -> bool:
    if operator == "language":
        return _LANGUAGE.fullmatch(value) is not None
    return (operator == "has" and value in _HAS) or (operator == "is" and value in _IS)


def _dated(found: Sought, operator: str, value: str) -> Sought | None:
    span = _span(value)
    if span is None:
        return None
    first, end = span
    since, until = found.since, found.until
    if operator == "before":
        until = first if until is None else min(until, first)
    if operator == "after":
        since = end if since is None else max(since, end)
    if operator == "during":
        since = first if since is None else max(since, first)
        until = end if until is None else min(until, end)
    return msgspec.structs.replace(found, since=since, until=until)


def _span(text: str) -> tuple[int, int] | None:
    """A day, a month or a year: its first moment and the first one after it, in ms UTC."""
    match = _DATE.fullmatch(text)
    if match is None or not match.group(0).isascii():
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            end = first + timedelta(days=1)
        elif month:
            end = date(year + month // 12, month % 12 + 1, 1)
        else:
            end = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    return _ms(first), _ms(end)


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000
