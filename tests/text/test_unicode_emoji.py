"""One emoji, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.text.unicode_emoji import is_emoji


@pytest.mark.parametrize(
    "text",
    [
        "😀", "👍", "👍🏽", "❤", "❤️", "❤️‍🔥", "👩‍🏫", "👩🏿‍🏫", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇭", "1️⃣", "#️⃣",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☀️", "✨", "ℹ️", "⌚", "🫠", "🤝🏻", "🥳",
    ],
)  # fmt: skip
def test_emoji_is_one(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "a", "1", "#", "ok", ":-)", "😀😀", "😀 ", "a😀", "\u200d", "\ufe0f", "😀\u200d",
        "\u200d😀", "🇨", "🇨🇭🇨🇭", "<b>", "😀<", "\u202e", "€", "中", "\u20e3", "👍🏽🏽",
        "👩‍" * 8 + "👩", "🏴" + "\U000e0067" * 3,
    ],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert not is_emoji(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z", "C"]), max_size=20))
def test_words_are_none(text: str) -> None:
    assert not is_emoji(text)
