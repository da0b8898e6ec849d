"""Is this one emoji? The grammar of Unicode's emoji sequences (UTS #51, 1.4), without a table.

A few symbols that no font draws as emoji pass, too; texts, letters and several emojis do not.
"""

import re

MAX_CHARACTERS = 16

_SYMBOLS = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a-\u23ff\u24c2"
    "\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f004\U0001f0cf\U0001f170-\U0001f1e5\U0001f201-\U0001f265\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001faff"
)
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_TAGS = "[\U000e0020-\U000e007e]+\U000e007f"
_ELEMENT = f"[{_SYMBOLS}](?:{_SKIN}|\ufe0f)?(?:{_TAGS})?"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_EMOJI = re.compile(f"(?:{_ELEMENT}(?:\u200d{_ELEMENT})*|{_FLAG}|{_KEYCAP}|{_SKIN})")


def is_emoji(text: str) -> bool:
    """Whether the text is exactly one emoji, with its modifiers."""
    return len(text) <= MAX_CHARACTERS and _EMOJI.fullmatch(text) is not None
