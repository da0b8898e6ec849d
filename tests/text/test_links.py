"""Web addresses in typed texts: where they begin and end, how they look, which are refused."""

import pytest
from hypothesis import given

from fedschool.text import links
from tests.text.strange import ANY_TEXT, TYPED_TEXT, growth


def urls(text: str) -> list[str]:
    return [span.url for span in links.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://oak.example", "https://oak.example"),
        ("HTTPS://Oak.example/A", "HTTPS://Oak.example/A"),
        ("see http://localhost:3000/x now", "http://localhost:3000/x"),
        ("http://oak.localhost:8001/@ada", "http://oak.localhost:8001/@ada"),
        ("https://[::1]:8001/x", "https://[::1]:8001/x"),
        ("https://bücher.example/größe", "https://bücher.example/größe"),
        ("https://उदाहरण.example/हिन्दी", "https://उदाहरण.example/हिन्दी"),
        ("見てhttps://例え.jp/頁。次", "https://例え.jp/頁"),
        ("「https://oak.example/a」", "https://oak.example/a"),
        ("https://oak.example.", "https://oak.example"),
        ("https://oak.example: yes", "https://oak.example"),
        ("is it https://oak.example/?", "https://oak.example/"),
        ("https://oak.example/a?b=c&d=%20#e!", "https://oak.example/a?b=c&d=%20#e"),
        ("https://oak.example/a, b", "https://oak.example/a"),
        ("https://oak.example/a...", "https://oak.example/a"),
        ("https://oak.example/a/", "https://oak.example/a/"),
        ("https://oak.example/a_b_", "https://oak.example/a_b_"),
        ("https://oak.example/?q=YQ==", "https://oak.example/?q=YQ=="),
        ("(https://oak.example/a)", "https://oak.example/a"),
        ("(https://oak.example/a).", "https://oak.example/a"),
        ("https://oak.example/a_(b)", "https://oak.example/a_(b)"),
        ("(https://oak.example/a_(b))", "https://oak.example/a_(b)"),
        ("[text](https://oak.example/a)", "https://oak.example/a"),
        ("<https://oak.example/a>", "https://oak.example/a"),
        ('"https://oak.example/a"', "https://oak.example/a"),
        ("https://oak.example:99999/", None),
        ("https://user:word@oak.example/", None),
        ("https://user@oak.example/", None),
        ("https://", None),
        ("https://...", None),
        ("xhttps://oak.example", None),
        ("ftp://oak.example", None),
        ("oak.example", None),
        ("https://oak.example/" + "a" * 3000, None),
    ],
)
def test_address_is_found_where_a_reader_would_see_it(text: str, found: str | None) -> None:
    assert urls(text) == ([found] if found else [])


def test_addresses_side_by_side_are_all_found() -> None:
    text = "https://oak.example,https://elm.example https://ash.example"

    assert urls(text) == ["https://oak.example", "https://elm.example", "https://ash.example"]


@given(TYPED_TEXT)
def test_found_addresses_stand_where_they_say_and_may_be_linked(text: str) -> None:
    for span in links.find(text):
        assert text[span.start : span.end] == span.url
        assert links.safe_href(span.url) == span.url


@pytest.mark.parametrize(
    ("url", "cut"),
    [
        ("https://oak.example", ("https://", "oak.example", "")),
        ("http://www.oak.example/a", ("http://www.", "oak.example/a", "")),
        ("https://" + "a" * 30, ("https://", "a" * 30, "")),
        ("https://" + "a" * 31, ("https://", "a" * 30, "a")),
    ],
)
def test_long_addresses_show_their_first_thirty_characters(
    url: str, cut: tuple[str, str, str]
) -> None:
    assert links.display(url) == cut


@given(ANY_TEXT)
def test_the_parts_of_an_address_make_it_whole(url: str) -> None:
    assert "".join(links.display(url)) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript://oak.example/%0aalert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//oak.example/",
        "/local",
        "https:oak.example",
        "https:/oak.example",
        "https:///oak.example",
        "https://",
        "https://user:word@oak.example/",
        "https://@oak.example/",
        "https://oak.example\\@elm.example/",
        "https://oak.exa\tmple/",
        "https://oak.example/\x00",
        "https://oak.example/ x",
        "https://oak.example/\u202egpj.exe",
        'https://oak.example/"onclick="x',
        "https://oak.example/<b>",
        "https://oak.example/\ud800",
        "https://[::1/",
        "https://oak.example:port/",
        "https://oak.example:99999/",
        "https://oak%2eexample/",
        "https://oak℀.example/",
        "https://oak.example/" + "a" * links.MAX_URL,
        "",
    ],
)
def test_dangerous_addresses_never_become_links(url: str) -> None:
    assert links.safe_href(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://oak.example",
        "http://oak.localhost:8001/users/ada",
        "https://[::1]:8001/x",
        "https://bücher.example/größe?q='a'&b=(c)",
        "https://i❤.example/",
    ],
)
def test_ordinary_addresses_stay_as_they_are(url: str) -> None:
    assert links.safe_href(url) == url
    assert links.safe_href(f" {url}\n") == url


@given(ANY_TEXT)
def test_no_text_makes_an_address_fail(url: str) -> None:
    for candidate in (url, f"https://{url}", f"https://oak.example{url}"):
        assert links.safe_href(candidate) in {candidate.strip(" \t\r\n\f"), None}


@pytest.mark.parametrize(
    "unit",
    [
        *("https://", "https://a,", "https://a)", "https://a/(", "https://a/)", "https://a/."),
        *("http", "https://[", "https://a@", "https://a:1", "https://a/?(["),
    ],
)
def test_reading_addresses_takes_linear_time(unit: str) -> None:
    assert growth(links.find, unit, 40_000) < 9
