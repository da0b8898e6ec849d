"""Ways back that forms name: only what every reader reads as a path of ours."""

from urllib.parse import unquote, urljoin, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from fedschool.web.session import own_path

PIECES = st.sampled_from(
    [
        "/",
        "//",
        "\\",
        "%2F",
        "%5C",
        "@",
        ":",
        "?",
        "#",
        "a",
        ".",
        "..",
        "\t",
        "\n",
        " ",
        "evil.example",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=20))
@example("/web/%2Fevil.example")
@example("/@ada?next=%2F%2Fevil.example")
def test_way_back_stays_here_however_often_it_is_decoded(text: str) -> None:
    way = own_path(text)

    for reading in (way, unquote(urlsplit(way).path), way.replace("\\", "/")):
        assert urlsplit(urljoin("https://oak.test/auth/sign_in", reading)).netloc == "oak.test"
    assert way.isprintable()
