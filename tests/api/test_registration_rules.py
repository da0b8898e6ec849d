"""Addresses that people and clients may name: exactly one reading, or none."""

from email.utils import parseaddr
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fedschool.model.registration import is_email
from fedschool.services.applications import is_redirect_uri

_ADDRESS = st.text("ab.@%!\"()<>,;: \\\t\n\x00é[]1-_+'", max_size=24)
_URI = st.text("ahtps:/\\@#?.[]%e \t\n\"'<>", max_size=24)


@given(_ADDRESS | st.builds("{}@{}".format, _ADDRESS, _ADDRESS))
@example("a@b.example@oak.test")
@example("a\n@oak.test")
def test_accepted_address_has_one_reading(text: str) -> None:
    if is_email(text):
        name, address = parseaddr(text)
        assert (name, address) == ("", text)
        assert text.count("@") == 1
        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & set('%!"()<>,;:\\[] ')


@pytest.mark.parametrize(
    "text", ["ada@oak.test", "a.b+c@sub.oak.test", "o'neil@oak.test", "x@localhost", "a_b@1.test"]
)
def test_ordinary_addresses_are_accepted(text: str) -> None:
    assert is_email(text)


@given(_URI | st.builds("https://{}".format, _URI))
@example("https://a@b.example/")
@example("https://[x")
def test_accepted_redirect_leads_where_it_says(text: str) -> None:
    if is_redirect_uri(text):
        parts = urlsplit(text)
        assert parts.scheme not in ("", "javascript", "data")
        assert parts.fragment == ""
        assert "\\" not in text
        if parts.scheme in ("http", "https"):
            assert parts.hostname
            assert "@" not in parts.netloc


@pytest.mark.parametrize(
    "text",
    [
        "https://client.example",
        "http://127.0.0.1:4000/cb?x=1",
        "http://[::1]/cb",
        "org.pine.app://oauth",
        "tusky:/x",
        "urn:ietf:wg:oauth:2.0:oob",
    ],
)
def test_ordinary_redirects_are_accepted(text: str) -> None:
    assert is_redirect_uri(text)
