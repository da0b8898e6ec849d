"""What people type into the search box is taken apart, whatever it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.model.search import Shelf, Term, Trait
from fedschool.text import queries
from fedschool.text.words import MARK, MAX_WORD, has_link, words


def test_words_phrases_and_unwanted_ones_are_told_apart() -> None:
    sought = queries.read('Pizza "two  Halves" -dough +oven ab')

    assert sought.terms == (
        Term(words=("pizza",), begins=True),
        Term(words=("two", "halves")),
        Term(words=("dough",), wanted=False),
        Term(words=("oven",), begins=True),
        Term(words=("ab",)),
    )
    assert not sought.has_operators


def test_operators_are_read_and_unknown_ones_are_words() -> None:
    sought = queries.read("from:@Ada@Elm.test -has:image language:EN in:library is:new x:y")

    assert sought.authors == (("@ada@elm.test", True),)
    assert sought.traits == (Trait("has", "image", False), Trait("language", "en"))
    assert sought.shelf is Shelf.LIBRARY
    assert [term.words for term in sought.terms] == [("is", "new"), ("x", "y")]


@pytest.mark.parametrize(
    ("text", "days"),
    [("2024-02-29", 1), ("2024-02", 29), ("2024-12", 31), ("2023", 365)],
)
def test_days_months_and_years_are_spans(text: str, days: int) -> None:
    sought = queries.read(f"during:{text}")

    assert sought.since is not None
    assert sought.until is not None
    assert sought.until - sought.since == days * 86_400_000


def test_days_that_never_were_are_words() -> None:
    for text in ("2023-02-29", "0000-01-01", "9999-12-31", "2023-1-1", "soon"):
        assert queries.read(f"before:{text}").until is None or text == "9999-12-31"


def test_words_are_folded() -> None:
    assert words("Élève, ŁÓDŹ! Straße ❤️ don't ﬁve") == [
        "eleve", "lodz", "strasse", "don", "t", "five",
    ]  # fmt: skip
    assert words("数学 abc数") == ["数", "学", "abc", "数"]
    assert words("x" * 200) == ["x" * MAX_WORD]


def test_links_are_no_mentions() -> None:
    mention = '<a href="https://elm.test/@ben" class="u-url mention">@ben</a>'
    assert not has_link(f'{mention} <a class="mention hashtag" href="https://elm.test/t">#t</a>')
    assert has_link(f'{mention} <a href="https://elm.test/sheet" rel="nofollow">sheet</a>')


@pytest.mark.parametrize(
    "hostile", ["\u094d\u093c", "\u0316\u0301", "\ufdfa", "a\u0301", "\u1100\u1161"]
)
def test_hostile_texts_take_no_long_time(hostile: str) -> None:
    before = time.process_time()

    words(hostile * 30_000)

    assert time.process_time() - before < 2


@given(st.text(max_size=400))
def test_any_text_is_read_into_plain_words(text: str) -> None:
    sought = queries.read(text)

    assert len(sought.terms) <= queries.MAX_TERMS
    for term in sought.terms:
        assert 0 < len(term.words) <= queries.MAX_PHRASE
        for word in term.words:
            assert MARK not in word
            assert words(word) == [word] or len(word) == MAX_WORD
            assert not set(word) & set("\"'\\*:() &|!<>\x00")


@given(st.text(max_size=200))
def test_the_same_text_in_capitals_has_the_same_words(text: str) -> None:
    assert words(text) == words(text)
    if text.isascii():
        assert words(text.upper()) == words(text.lower())
