"""The custom emojis of a text, as the column beside the text keeps them."""

from collections.abc import Sequence

import msgspec

from fedschool.model.emoji import Emoji

_decoder = msgspec.json.Decoder(tuple[Emoji, ...])


def decode_emojis(text: str) -> tuple[Emoji, ...]:
    return () if text == "[]" else _decoder.decode(text)


def encode_emojis(items: Sequence[Emoji]) -> str:
    return msgspec.json.encode(items).decode() if items else "[]"
