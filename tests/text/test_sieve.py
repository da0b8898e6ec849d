"""Keywords are found where a reader would see them, whatever they are made of."""

import re

from hypothesis import given
from hypothesis import strategies as st

from fedschool.model.account import Account
from fedschool.model.filters import Filter, FilterContext, Keyword
from fedschool.model.status import Status, StatusView, Visibility
from fedschool.text.sieve import Sieve

WORDS = st.text(alphabet="abA1_ .*+(é", min_size=1, max_size=6)


def _view(content: str) -> StatusView:
    author = Account(id=1, username="ada", domain=None, uri="u", url="u", created_at=0)
    status = Status(
        id=2,
        uri="s",
        url="s",
        account_id=1,
        local=True,
        visibility=Visibility.PUBLIC,
        content=content,
        conversation_id=2,
        created_at=0,
    )
    return StatusView(status=status, account=author)


def _found(word: str, content: str, *, whole: bool) -> bool:
    keyword = Keyword(id=1, keyword=word, whole_word=whole)
    item = Filter(
        id=1, account_id=1, title="t", contexts=(FilterContext.HOME,), keywords=(keyword,)
    )
    return bool(Sieve([item]).results(_view(content), None, 0))


def test_markup_is_not_text_and_parts_no_word_but_paragraphs_do() -> None:
    hidden = '<p><a href="https://x.test/exam"><span>pre</span>view</a></p><p>two</p>'

    assert _found("preview", hidden, whole=True)
    assert _found("two", hidden, whole=True)
    assert not _found("exam", hidden, whole=False)
    assert not _found("viewtwo", hidden, whole=False)
    assert _found("r&d", "<p>R&amp;D</p>", whole=True)
    assert _found("STRASSE", "<p>Straße</p>", whole=True)


@given(word=WORDS, text=st.text(alphabet="abA1_ .*+(é", max_size=40))
def test_keyword_is_found_as_a_pattern_with_borders_would_be(word: str, text: str) -> None:
    begin = r"\b" if re.match(r"\w", word) else ""
    end = r"\b" if re.search(r"\w$", word) else ""
    escaped = re.escape(word.casefold())
    pattern = re.compile(f"{begin}{escaped}{end}")

    assert _found(word, f"<p>{text}</p>", whole=True) == bool(pattern.search(text.casefold()))
    assert _found(word, f"<p>{text}</p>", whole=False) == (word.casefold() in text.casefold())
