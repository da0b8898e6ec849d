"""What an author typed: who and what it names, its HTML, and how long it counts as."""

from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from hypothesis import given

from fedschool.text import compose, html
from fedschool.text.characters import tame
from fedschool.text.compose import Handle, MentionTarget
from tests.text.strange import ANY_TEXT, TYPED_TEXT, growth

ADA = Handle("ada")
REMOTE_ADA = Handle("ada", "oak.localhost:8001")
PEOPLE: Mapping[Handle, MentionTarget] = {
    ADA: MentionTarget("https://school.example/@ada", "ada"),
    REMOTE_ADA: MentionTarget("http://oak.localhost:8001/@ada", "Ada"),
}


def tag_url(name: str) -> str:
    return f"https://school.example/tags/{name}"


def render(text: str) -> str:
    return compose.render(text, PEOPLE, tag_url)


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ada", [ADA]),
        ("@ada.", [ADA]),
        ("@ada's book", [ADA]),
        ("(@ada)", [ADA]),
        ("@ada@", [ADA]),
        ("@ada, @bob", [ADA, Handle("bob")]),
        ("@ada.b-c_d", [Handle("ada.b-c_d")]),
        ("@ada@oak.example", [Handle("ada", "oak.example")]),
        ("@ada@oak.example.", [Handle("ada", "oak.example")]),
        ("@ada@oak.example: hello", [Handle("ada", "oak.example")]),
        ("@ada@oak.localhost:8001", [REMOTE_ADA]),
        ("@ada@oak.localhost:8001, hello", [REMOTE_ADA]),
        ("@ada@oak:8001", [Handle("ada", "oak:8001")]),
        ("@ada@bücher.example", [Handle("ada", "bücher.example")]),
        ("@ada@उदाहरण.example", [Handle("ada", "उदाहरण.example")]),
        ("@Ada @ada @ADA", [Handle("Ada")]),
        ("@ada @ada@oak.example @ada@OAK.example", [ADA, Handle("ada", "oak.example")]),
        ("¿@ada?", [ADA]),
        ("ada@oak.example", []),
        ("a.b+c@oak.example", []),
        ("https://oak.example/@ada", []),
        ("https://oak.example/?to=@ada", []),
        ("oak.example/@ada", []),
        ("é@ada", []),
        ("@é", []),
        ("@", []),
        ("@" + "a" * 1000, []),
    ],
)
def test_people_are_found(text: str, handles: list[Handle]) -> None:
    assert list(compose.find(text).handles) == handles


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#maths", ["maths"]),
        ("＃maths", ["maths"]),
        ("#maths.", ["maths"]),
        ("(#maths)", ["maths"]),
        ("##maths", ["maths"]),
        ("#maths#physics", ["maths"]),
        ("#Maths #maths #MATHS", ["Maths"]),
        ("#2024plan", ["2024plan"]),
        ("#1_2", ["1_2"]),
        ("#été", ["été"]),
        ("#Straße #STRASSE", ["Straße"]),
        ("#हिन्दी", ["हिन्दी"]),
        ("#ภาษาไทย", ["ภาษาไทย"]),
        ("#日本語", ["日本語"]),
        ("#sol·licitud·", ["sol·licitud"]),
        ("#maths❤️", ["maths"]),
        ("#123", []),
        ("#", []),
        ("#_", []),
        ("# maths", []),
        ("C#maths", []),
        ("/#maths", []),
        ("&#x27;", []),
        ("#1️⃣", []),
        ("https://oak.example/#maths", []),
        ("https://oak.example#maths", []),
        ("#" + "a" * 100, ["a" * 100]),
        ("#" + "a" * 101, []),
    ],
)
def test_hashtags_are_found(text: str, tags: list[str]) -> None:
    assert list(compose.find(text).tags) == tags


def test_addresses_are_found_once() -> None:
    found = compose.find("https://oak.example/ and https://oak.example/, https://elm.example")

    assert found.urls == ("https://oak.example/", "https://elm.example")


@pytest.mark.parametrize(
    ("name", "key"),
    [("Maths", "maths"), ("ＭＡＴＨＳ", "maths"), ("#Été", "été"), ("É", "é"), ("ß", "ss")],
)
def test_spellings_of_a_hashtag_share_a_key(name: str, key: str) -> None:
    assert compose.fold_tag(name) == key


@given(ANY_TEXT)
def test_keys_of_hashtags_are_stable_and_bounded(name: str) -> None:
    key = compose.fold_tag(name)

    assert compose.fold_tag(key) == key
    assert len(key) <= compose.MAX_TAG


def test_lines_and_paragraphs() -> None:
    assert render("one\ntwo\r\n\r\nthree\n \n\nfour\n") == (
        "<p>one<br>two</p><p>three</p><p>four</p>"
    )


def test_empty_text_is_empty_html() -> None:
    assert render("") == render(" \n\0") == ""


def test_markup_is_shown_and_not_obeyed() -> None:
    assert render("<b>x</b> & \"y\" 'z'") == ("<p>&lt;b&gt;x&lt;/b&gt; &amp; \"y\" 'z'</p>")


def test_known_people_become_links() -> None:
    assert render("hi @Ada!") == (
        '<p>hi <span class="h-card" translate="no"><a href="https://school.example/@ada"'
        ' class="u-url mention">@<span>ada</span></a></span>!</p>'
    )
    assert "http://oak.localhost:8001/@ada" in render("@ADA@Oak.localhost:8001")


def test_unknown_people_stay_words() -> None:
    assert render("hi @bob and @bob@elm.example") == "<p>hi @bob and @bob@elm.example</p>"


def test_person_with_a_dangerous_page_stays_words() -> None:
    people = {ADA: MentionTarget("javascript:alert(1)", "ada")}

    assert compose.render("@ada", people, tag_url) == "<p>@ada</p>"


def test_hashtag_links_to_its_key_and_keeps_its_spelling() -> None:
    assert render("#Maths") == (
        '<p><a href="https://school.example/tags/maths" class="mention hashtag" rel="tag">'
        "#<span>Maths</span></a></p>"
    )


def test_short_address_is_shown_without_its_scheme() -> None:
    assert render("https://example.com") == (
        '<p><a href="https://example.com" target="_blank" rel="nofollow noopener" translate="no">'
        '<span class="invisible">https://</span><span class="">example.com</span>'
        '<span class="invisible"></span></a></p>'
    )


def test_long_address_is_shortened_for_the_eye_only() -> None:
    page = render("https://example.com/a/long/way/to/go?x=1&y=2")

    assert 'href="https://example.com/a/long/way/to/go?x=1&amp;y=2"' in page
    assert '<span class="ellipsis">example.com/a/long/way/to/go?x</span>' in page
    assert '<span class="invisible">=1&amp;y=2</span>' in page


def test_bio_is_written_like_a_post() -> None:
    text = "I teach #maths\nwith @ada"

    assert compose.render_note(text, PEOPLE, tag_url) == render(text)


def test_profile_field_shows_the_whole_address() -> None:
    address = "https://www.example.com/" + "long/" * 20

    field = compose.render_field(f" my\npage: {address} <3")

    assert field == (
        f'my page: <a href="{address}" target="_blank" rel="me nofollow noopener"'
        f' translate="no">{address}</a> &lt;3'
    )
    assert html.clean_inline(field).count(address) == 2


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("été\r\n", 4),
        ("https://oak.example/" + "a" * 300, 23),
        ("x https://a.b.", 26),
        ("@ada@oak.localhost:8001 hi", 7),
        ("ada@oak.example", 15),
        ("#maths @ada", 11),
    ],
)
def test_length_counts_what_readers_see(text: str, length: int) -> None:
    assert compose.length(text) == length


@given(TYPED_TEXT)
def test_pieces_leave_nothing_out(text: str) -> None:
    typed = {
        compose.Words: lambda piece: piece.text,
        compose.Link: lambda piece: piece.url,
        compose.Mention: lambda piece: piece.typed,
        compose.Tag: lambda piece: "#" + piece.name,
    }

    whole = "".join(typed[type(piece)](piece) for piece in compose.pieces(text))

    assert whole.replace("＃", "#") == tame(text).replace("＃", "#")


@given(TYPED_TEXT)
def test_words_survive_the_way_to_html_and_back(text: str) -> None:
    page = compose.render(text, {}, tag_url)

    words = html.to_plain(page).replace("＃", "#").split()

    assert words == tame(text).replace("＃", "#").split()


@given(TYPED_TEXT)
def test_written_html_holds_only_our_tags(text: str) -> None:
    seen: list[tuple[str, list[str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, [name for name, _ in attrs]))
            assert all(name != "href" or (value or "").startswith("http") for name, value in attrs)

    reader = Reader()
    reader.feed(render(text).lower())
    reader.close()

    allowed = {"href", "class", "rel", "target", "translate"}
    assert {tag for tag, _ in seen} <= {"p", "br", "a", "span"}
    assert all(set(names) <= allowed for _, names in seen)


@given(TYPED_TEXT)
def test_written_html_is_kept_by_another_school(text: str) -> None:
    page = render(text)

    assert html.to_plain(html.clean(page)) == html.to_plain(page)


@given(ANY_TEXT)
def test_any_text_can_be_written(text: str) -> None:
    for page in (render(text), compose.render_field(text), render("@ada #" + text)):
        page.encode()
        assert "\0" not in page

    assert compose.length(text) >= 0


@pytest.mark.parametrize(
    "unit",
    [
        *("@", "@a", "@a@", "@a@b.", "@a.-", "@a@b:1", "a.", "#", "#a", "#1", "#·", "#a·"),
        *("\n", "\n ", " \n", "&", "<", "a", "1", "https://a/@b#c", "https://u@"),
    ],
)
def test_composing_takes_linear_time(unit: str) -> None:
    def work(text: str) -> None:
        render(text)
        compose.length(text)
        compose.render_field(text)

    assert growth(work, unit, 10_000) < 9
