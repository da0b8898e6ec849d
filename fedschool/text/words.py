"""Words to search by: the same for what was written and for what somebody looks for.

Both databases get these words ready-made, so that both find the same. Capitals and accents do not
count (`Élève` is `eleve`); scripts that put no spaces between words go in one by one.
"""

import re
import unicodedata

from fedschool.text import html
from fedschool.text.characters import tame

MAX_WORDS = 4_000
MAX_WORD = 60
MAX_TEXT = 50_000
MAX_RUN = 256

MARK = "\u00a4"
"""Begins the words that say what a thing is, such as `¤reply`; no word of a text has it. Alone it
parts the pieces of a text, so that no phrase is found across them."""

_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_UNLIKE = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŧ": "t"}
)
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_PIECES = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")
_LETTERS = frozenset("LNM")
_LINK = re.compile(r"<a\b[^>]*>")
_NO_LINK = re.compile(r'class="[^"]*\b(?:mention|hashtag)\b')


def words(text: str, most: int = MAX_WORDS) -> list[str]:
    """The words of a text in their order, folded, at most `most`; those past MAX_WORD are cut."""
    found: list[str] = []
    for run in tame(text[:MAX_TEXT]).split():
        # Piece by piece: putting marks in their order takes time by the square of their number.
        for start in range(0, len(run), MAX_RUN):
            found.extend(_cut(_folded(run[start : start + MAX_RUN])))
        if len(found) >= most:
            break
    return found[:most]


def is_unspaced(word: str) -> bool:
    """Whether the word is one sign of a script that has no spaces between words."""
    return len(word) == 1 and _PIECES.fullmatch(word) is not None and not word.isascii()


def of_html(content: str) -> str:
    """The text behind a post's HTML, with whole addresses."""
    return html.to_plain(content) if content else ""


def has_link(content: str) -> bool:
    """Whether the HTML of a post leads elsewhere: mentions and hashtags do not count."""
    return any(not _NO_LINK.search(link) for link in _LINK.findall(content))


def _cut(folded: str) -> list[str]:
    found: list[str] = []
    for word in "".join(c if _is_letter(c) else " " for c in folded).split():
        pieces = [word] if word.isascii() else _PIECES.findall(word)
        found.extend(piece[:MAX_WORD] for piece in pieces)
    return found


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", plain)).casefold().translate(_UNLIKE)


def _is_letter(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    return unicodedata.category(character)[0] in _LETTERS
