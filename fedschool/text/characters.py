"""Which characters may pass through this room, and which ones make a word."""

import re
import unicodedata

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Characters that turn the reading direction, as part of a character class."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?")
_BIDI = re.compile(f"[{BIDI}]")


def tame(text: str) -> str:
    """The text as it may be kept and shown: line ends are `\\n`, other controls are gone.

    Lone surrogates, which neither UTF-8 nor PostgreSQL can hold, become U+FFFD.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return _SURROGATES.sub("\ufffd", text)


def without_direction(text: str) -> str:
    """The text without characters that could turn the words around it (spoofed names)."""
    return _BIDI.sub("", text)


def _combining_marks() -> str:
    """Accents and vowel signs as ranges of a character class; Python's `\\w` leaves them out.

    Variation selectors are marks too, but belong to emoji.
    """
    ranges: list[list[int]] = []
    for code in range(0x300, 0x1FFFF):
        if unicodedata.category(chr(code)) not in {"Mn", "Mc"} or 0xFE00 <= code <= 0xFE0F:
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


WORD = r"\w" + _combining_marks()
"""Letters, digits, underscore and combining marks of all scripts, for a character class."""
