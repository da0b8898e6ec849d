"""The words that stand for a quote where quotes are not known, and their going."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.text import fallback, html

LINK = '<a href="https://elm.test/1">https://elm.test/1</a>'


@pytest.mark.parametrize(
    "written",
    [
        f'<p class="quote-inline">RE: {LINK}</p><p>Look</p>',
        f'<p>Look</p><p class="quote-inline">RE: {LINK}</p>',
        f'<p>Look<span class="quote-inline"><br><br>RE: <span class="h-x">{LINK}</span></span></p>',
        f'<p class="h-x quote-inline">RE: {LINK}</p><p>Look</p><p class="quote-inline">x</p>',
        f'<p><span class="quote-inline">RE: {LINK}</span></p><p>Look</p>',
    ],
)
def test_fallback_goes_and_the_words_stay(written: str) -> None:
    assert fallback.without(html.clean(written)) == "<p>Look</p>"


def test_links_and_other_classes_stay() -> None:
    content = html.clean(f'<p class="h-x">RE: {LINK}</p><p>quote-inline</p>')

    assert fallback.without(content) == content


@given(
    st.lists(
        st.sampled_from(
            ['<p class="quote-inline">', "<p>", "</p>", '<span class="quote-inline">', "<span>",
             "</span>", "<br>", "RE: ", LINK, "<ul><li>", "</li></ul>", "a < b"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_what_stays_is_well_formed_and_has_no_fallback(pieces: list[str]) -> None:
    without = fallback.without(html.clean("".join(pieces)))

    assert "quote-inline" not in without
    for tag in ("p", "span", "ul", "li", "a"):
        assert without.count(f"<{tag}") == without.count(f"</{tag}>")
