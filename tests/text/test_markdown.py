"""Markdown of those who run an instance, as HTML that harms nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.text import markdown


def test_headings_lists_and_links_are_written() -> None:
    html = markdown.render("# Rules\n\n- be [kind](https://oak.test/kind)\n- *listen*")

    assert "<h1>Rules</h1>" in html
    assert '<li>be <a href="https://oak.test/kind">kind</a></li>' in html
    assert "<em>listen</em>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://spy.test/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text: str) -> None:
    html = markdown.render(text)

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html.lower()
    assert 'href="data' not in html


@given(st.text(alphabet="<>\"'&[]()!`*_ \nabc:/#-=", max_size=80))
def test_every_text_has_a_safe_form(text: str) -> None:
    html = markdown.render(text)

    for tag in ("<script", "<img", "<iframe", "<style", "<a onclick"):
        assert tag not in html
