"""What other servers send: it is shown without harm, whatever it is."""

from itertools import accumulate

import html5lib
import pytest
from hypothesis import example, given

from fedschool.text import html, markup
from tests.text.strange import ANY_TEXT, TAG_SOUP, growth

ATTRIBUTES = {
    "a": {"href", "rel", "class", "translate", "target"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
BLOCKS = {"p", "br", "pre", "blockquote", "ul", "ol", "li"}
TAGS = BLOCKS | {"span", "a", "del", "s", "code", "b", "strong", "u", "i", "em", "ruby", "rt", "rp"}
LINK = '<a href="https://a.example/" rel="nofollow noopener noreferrer" target="_blank"'


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("<p>a<br/>b</p>", "<p>a<br>b</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<div><p>a</p>\n</div>", "<p>a</p>\n"),
        ("<h1>a</h1>b", "<p><strong>a</strong></p>b"),
        ("<h2>a</h3><h6>b", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("<li>a</li>", "<p>a</p>"),
        (
            "<ol start=3 reversed><li value=2>a</ol>",
            '<ol start="3" reversed=""><li value="2">a</li></ol>',
        ),
        ("<ol start=x><li value=1e9>a</ol>", "<ol><li>a</li></ol>"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        ("<b>a", "<b>a</b>"),
        ("a</b></p></ul>", "a"),
        ("<b><ul><li>a</b>b</ul>", "<b><ul><li>ab</li></ul></b>"),
        ("<strike>a</strike><del>b</del>", "<s>a</s><del>b</del>"),
        ("<ruby>漢<rp>(<rt>kan<rp>)</ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"),
        ("<rt>a</rt>", "a"),
        ("<pre>\n\n a\n</pre>", "<pre> a\n</pre>"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "<p>a b</p><p>c</p>"),
        ("<p> </p><p></p>a", "a"),
        ("a<p></p>b</div>c", "a b c"),
        ("<b>a</b><hr>b", "<b>a</b><p>b</p>"),
        ("a<img src=x onerror=alert(1)>b", "ab"),
        ("<custom-tag>a</custom-tag>", "a"),
        ("I <3 you </3", "I &lt;3 you &lt;/3"),
        ("a<!-- b -->c<!-- d", "ac"),
        ("<!doctype html><?xml?>a", "a"),
        ("a<p title='>'>b", "a<p>b</p>"),
        ("a <b", "a "),
        ("&lt;script&gt; &amp;amp; &nbsp;", "&lt;script&gt; &amp;amp; &nbsp;"),
        ("a\r\nb\x00\x1b\x85", "a\nb"),
        ("&#99999999999999999999999;" * 2, "��"),
        ("&#" + "9" * 6000 + ";", "�"),
        ("&#xD800;&#0;", "��"),
        ("<noscript><p title='</noscript><img src=x onerror=x>'>a", "'&gt;a"),
        ("", ""),
    ],
)
def test_markup_is_brought_into_our_form(foreign: str, ours: str) -> None:
    assert html.clean(foreign) == ours


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x>",
        "<script>x</script",
        "<style>p{}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<svg onload=alert(1)>x",
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=x&gt;'>",
        "<math><mi>x</mi></math>",
        "<math><annotation-xml encoding='text/html'><p>x",
        "<math><math></math>x",
        "<template><p>x</p></template>",
        "<textarea><b>x</b></textarea>",
        "<title>x</title>",
        "<iframe src=https://evil.example><b>x</b></iframe>",
        "<noscript><img src=x></noscript>",
        "<plaintext>x",
        "<video><source src=x>x</video>",
        "<object data=x>x</object>",
    ],
)
def test_what_is_not_for_reading_goes_with_what_it_holds(hostile: str) -> None:
    assert html.to_plain(html.clean(f"<p>before</p>{hostile}")) == "before"


@pytest.mark.parametrize("unclosed", ["<math>", "<math><mi>", "</math>", "<math/", "<mi></math>"])
def test_malformed_mathematics_breaks_nothing(unclosed: str) -> None:
    assert html.clean(f"<p>before</p>{unclosed}").startswith("<p>before</p>")
    assert html.clean(f"{unclosed}<p>x</p></math><p>after</p>").endswith("<p>after</p>")


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("<a href='https://a.example/'>x</a>", LINK + ">x</a>"),
        ("<a href=' https://a.example/\n'>x</a>", LINK + ">x</a>"),
        ("<a onclick=x href=https://a.example/ style=x id=x>x", LINK + ">x</a>"),
        ("<a href='https://a.example/' target=_self rel='opener me'>x</a>", LINK + ">x</a>"),
        (
            "<a href='https://a.example/' class='mention u-url evil' translate=no>x</a>",
            LINK + ' class="mention u-url" translate="no">x</a>',
        ),
        (
            "<a href='https://a.example/'>x<a href=https://a.example/>y",
            (LINK + ">x</a>{0}>y</a>").format(LINK),
        ),
        ("<a>x</a>", "x"),
        ("<a href='/local'>x</a>", "x"),
        ("<a href='javascript:alert(1)'>x</a>", "x"),
        ("<a href='&#106;avascript:alert(1)'>x</a>", "x"),
        ("<a href='java&Tab;script:alert(1)'>x</a>", "x"),
        ("<a href='data:text/html,x'>x</a>", "x"),
        ("<a href='mailto:ada@oak.example'>x</a>", "x"),
        ("<a href='https://bank.example@evil.example/'>x</a>", "x"),
        ("<a href='https://xn--a/'>x</a>", "x"),
        ("<p><a href='https://xn--a/'></a></p>y", "y"),
    ],
)
def test_links_lead_to_the_web_and_pass_nothing_on(foreign: str, ours: str) -> None:
    assert html.clean(foreign) == ours


def test_ampersands_of_an_address_stay_what_they_were() -> None:
    page = html.clean("<a href='https://a.example/?a=1&copy=2&amp;lt=3&#x26;d'>x</a>")

    assert 'href="https://a.example/?a=1&amp;copy=2&amp;lt=3&amp;d"' in page


def test_hashtags_stay_hashtags() -> None:
    page = html.clean(
        '<a href="https://a.example/" class="mention hashtag" rel="tag">#<span>x</span></a>'
    )

    assert 'rel="tag nofollow noopener noreferrer"' in page
    assert 'class="mention hashtag"' in page


def test_text_is_hidden_in_shortened_links_only() -> None:
    hidden = '<span class="invisible">x</span>'

    assert html.clean(hidden) == "<span>x</span>"
    assert hidden in html.clean(f"<a href='https://a.example/'>{hidden}</a>")


def test_profile_field_is_one_line_with_nothing_hidden() -> None:
    field = html.clean_inline(
        "<p>a<br>b</p><ul><li><b>c</b></ul><a rel='me' href='https://a.example/'>"
        "<span class='invisible'>https://</span><span class='ellipsis'>a.exa</span></a>"
    )

    assert html.to_plain(field) == "a b c https://a.exa"
    assert "<p" not in field
    assert "invisible" not in field
    assert 'rel="me nofollow noopener noreferrer"' in field


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a<br>b<br />c</p>", "a\nb\nc"),
        ("a\n  b", "a b"),
        ("<p>a</p>\n\n<p>b</p>\n", "a\n\nb"),
        ("<ul><li>a</li>\n<li>b</li></ul>c", "a\nb\n\nc"),
        ("<tr>a</tr>b", "a\nb"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<blockquote><p>a</p></blockquote>b", "a\n\nb"),
        ("&lt;b&gt; &amp;amp; &#39;", "<b> &amp; '"),
        ("<script>x</script>a<style>y</style>", "a"),
        (
            '<a href="https://a.example/bcd"><span class="invisible">https://</span>'
            '<span class="ellipsis">a.exa</span><span class="invisible">mple/bcd</span></a>',
            "https://a.example/bcd",
        ),
    ],
)
def test_html_reads_as_plain_text(page: str, text: str) -> None:
    assert html.to_plain(page) == text


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Ada <b>Lovelace</b>", "Ada Lovelace"),
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("Ada &amp; Bob", "Ada & Bob"),
        ("Ada <3", "Ada <3"),
        ("a <b and c", "a <b and c"),
        ("<script>alert(1)</script>Ada", "Ada"),
        ("Ada\u202eevol\u2066 \u200ex", "Adaevol x"),
        ("Ada\x00\x1b[31m\x85", "Ada[31m"),
        ("Ada &#x202e;x", "Ada x"),
        ("👩‍🏫 Ada \ud800", "👩‍🏫 Ada �"),
        ("x" * 1000, "x" * 500),
    ],
)
def test_names_of_strangers_are_one_plain_line(sent: str, name: str) -> None:
    assert html.strip(sent) == name


def test_name_is_cut_where_asked() -> None:
    assert html.strip("ab cd", limit=3) == "ab"


@given(TAG_SOUP)
@example("<a href=https://xn--a/><p><a href=https://b.example/>x")
@example("<pre>\n<pre>\n\n")
def test_cleaning_twice_changes_nothing(soup: str) -> None:
    once, field = html.clean(soup), html.clean_inline(soup)

    assert html.clean(once) == once
    assert html.clean_inline(field) == field


@given(TAG_SOUP)
def test_another_parser_sees_only_what_we_allow(soup: str) -> None:
    for page, tags in ((html.clean(soup), TAGS), (html.clean_inline(soup), TAGS - BLOCKS)):
        for element in html5lib.parseFragment(page, namespaceHTMLElements=False).iter():
            if element.tag == "DOCUMENT_FRAGMENT":
                continue
            assert element.tag in tags
            assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
            if element.tag == "a":
                assert element.attrib["href"].startswith(("https://", "http://"))
                assert "noopener" in element.attrib["rel"]


@given(TAG_SOUP)
def test_cleaning_keeps_the_words_and_glues_none_together(soup: str) -> None:
    for page in (html.clean(soup), html.clean_inline(soup)):
        before, after = html.to_plain(soup).split(), html.to_plain(page).split()

        assert "".join(after) == "".join(before)
        assert set(accumulate(map(len, before))) <= set(accumulate(map(len, after)))


@given(ANY_TEXT)
def test_any_text_is_cleaned(text: str) -> None:
    for result in (html.clean(text), html.clean_inline(text), html.to_plain(text)):
        result.encode()
        assert "\0" not in result

    name = html.strip(text)
    assert name.isprintable() or not any(ord(character) < 32 for character in name)
    assert len(name) <= html.MAX_PLAIN


def test_huge_documents_are_cut() -> None:
    page = html.clean("<p>ab</p>" * 1_000_000)

    assert len(page) <= html.MAX_HTML
    assert page.endswith("</p>")


def test_documents_of_many_tags_are_cut() -> None:
    assert html.clean("<br>" * 1_000_000) == "<br>" * markup.MAX_TAGS


def test_deep_nesting_becomes_shallow() -> None:
    page = html.clean("<blockquote>" * 5000 + "deep")

    assert "deep" in page
    assert page.count("<blockquote>") < 50


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "</",
        "<a",
        "<a ",
        "<a href='",
        '<a x="',
        "<a x=",
        "<a      ",
        "<!--",
        "<!",
        "&",
        "&#9",
        "&#x",
        "&lt",
        " ",
        "\n",
        "\n ",
        "<b>",
        "<p>",
        "<b><p>",
        "<b x=1><i><p>",
        "<a href=https://a.example/>",
        "<div>",
        "<ul><li>",
        "<li>",
        "<h1>",
        "<pre>\n",
        "<ruby><rt>",
        "<svg>",
        "<math><mi>",
        "<svg></math>",
        "<script>",
        "<style></style>",
        "<textarea><",
        "</p>",
        "</b>",
        "<br>",
        "<span class='a b c'>",
        "<p></p>",
        "<table><tr><td>",
    ],
)
def test_hostile_documents_take_linear_time(unit: str) -> None:
    def work(text: str) -> None:
        html.clean(text)
        html.clean_inline(text)
        html.to_plain(text)
        html.strip(text)

    assert growth(work, unit, 7_500) < 9
