"""Our URIs name what they should and nothing else; hosts have one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool import errors, ids
from fedschool.activitypub.uris import Uris, authority_of, host_of, same_origin

SCHOOL = Uris("https://School.example:443/")
LOCAL = Uris("http://127.0.0.1:8080")


def test_base_url_is_brought_to_its_normal_form() -> None:
    assert SCHOOL.host == "school.example"
    assert SCHOOL.actor("ada") == "https://school.example/users/ada"
    assert LOCAL.host == "127.0.0.1:8080"
    assert LOCAL.shared_inbox == "http://127.0.0.1:8080/inbox"


@pytest.mark.parametrize(
    "base_url", ["school.example", "ftp://school.example", "https://x.example/sub", "", "https://"]
)
def test_unusable_base_url_is_refused_at_start(base_url: str) -> None:
    with pytest.raises(errors.StartupFailure):
        Uris(base_url)


def test_every_minted_uri_is_below_the_base_and_different() -> None:
    minted = [
        SCHOOL.actor("ada"),
        SCHOOL.profile("ada"),
        SCHOOL.inbox("ada"),
        SCHOOL.outbox("ada"),
        SCHOOL.followers("ada"),
        SCHOOL.following("ada"),
        SCHOOL.featured("ada"),
        SCHOOL.featured_tags("ada"),
        SCHOOL.key("ada"),
        SCHOOL.status("ada", 5),
        SCHOOL.status_activity("ada", 5),
        SCHOOL.status_url("ada", 5),
        SCHOOL.replies("ada", 5),
        SCHOOL.likes("ada", 5),
        SCHOOL.shares("ada", 5),
        SCHOOL.context(5),
        SCHOOL.tag("maths"),
        SCHOOL.emoji("owl"),
        SCHOOL.activity(5),
        SCHOOL.shared_inbox,
        SCHOOL.instance_actor,
        SCHOOL.instance_key,
        SCHOOL.instance_inbox,
        SCHOOL.instance_outbox,
    ]

    assert len(set(minted)) == len(minted)
    assert all(SCHOOL.is_local(uri) for uri in minted)


def test_a_tag_with_letters_beyond_ascii_is_escaped() -> None:
    assert SCHOOL.tag("Schüler") == "https://school.example/tags/Sch%C3%BCler"


@given(
    st.from_regex(r"[A-Za-z0-9_]{1,64}", fullmatch=True),
    st.integers(min_value=0, max_value=ids.MAX_ID),
)
def test_minted_uris_are_read_back(name: str, number: int) -> None:
    assert SCHOOL.local_username(SCHOOL.actor(name)) == name
    assert SCHOOL.local_username(SCHOOL.profile(name)) == name
    assert SCHOOL.local_status(SCHOOL.status(name, number)) == (name, number)
    assert SCHOOL.local_status_id(SCHOOL.status_url(name, number)) == number


@pytest.mark.parametrize(
    "uri",
    [
        "https://school.example.evil.example/users/ada",
        "https://evil.example/users/ada",
        "https://evil.example/?https://school.example/users/ada",
        "https://school.example@evil.example/users/ada",
        "https://ada:pw@school.example/users/ada",
        "https://school.example:8443/users/ada",
        "http://school.example/users/ada",
        "https://school.example/users/ada?x=1",
        "https://school.example/users/ada?",
        "https://school.example/users/ada#main-key",
        "https://school.example/users/ada#",
        "https://school.example/users/ada/",
        "https://school.example//users/ada",
        "https://school.example/users/ada/inbox",
        "https://school.example/users/%61da",
        "https://school.example/users/ada\n",
        "https://school.example/users/",
        "https://school.example/x?/users/ada",
        "https://school.example/users/ädä",
        "https:///users/ada",
        "/users/ada",
        "users/ada",
        "",
    ],
)
def test_lookalikes_of_a_local_person_name_nobody(uri: str) -> None:
    assert SCHOOL.local_username(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "https://school.example/users/ada/statuses/007",
        "https://school.example/users/ada/statuses/-1",
        "https://school.example/users/ada/statuses/5/activity",
        "https://school.example/users/ada/statuses/5?x=1",
        "https://school.example/users/ada/statuses/٥",
        "https://school.example/users/ada/statuses/9223372036854775808",
        "https://school.example/users/ada/5",
        "https://evil.example/users/ada/statuses/5",
        "https://evil.example/@ada/5#https://school.example/@ada/5",
        "https://school.example/statuses/5",
    ],
)
def test_lookalikes_of_a_local_status_name_nothing(uri: str) -> None:
    assert SCHOOL.local_status_id(uri) is None


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://Example.ORG/x", "example.org"),
        ("https://example.org./x", "example.org"),
        ("https://example.org:443/x", "example.org"),
        ("http://example.org:80", "example.org"),
        ("http://example.org:443", "example.org:443"),
        ("https://example.org:08443/", "example.org:8443"),
        ("https://example.org:/", "example.org"),
        ("HTTPS://example.org?x", "example.org"),
        ("https://Schüle.example/", "xn--schle-mva.example"),
        ("https://ｅxample.org/", "example.org"),
        ("https://[::1]:3000/", "[::1]:3000"),
        ("https://[0:0::1]/", "[::1]"),
        ("https://192.0.2.1/", "192.0.2.1"),
        ("https://localhost/", "localhost"),
    ],
)
def test_hosts_have_one_spelling(uri: str, host: str) -> None:
    assert host_of(uri) == host


@pytest.mark.parametrize(
    "uri",
    [
        "ftp://example.org/",
        "ap://did:key:z6Mk/actor",
        "httpſ://example.org/",
        "https:example.org",
        "https://",
        "https://user@example.org/",
        "https://example.org\\@evil.example/",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org/\x00",
        "https://exa\u202emple.org/",
        "https://exa%6dple.org/",
        "https://example..org/",
        "https://-example.org/",
        "https://example.org..",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://example.org:８０/",
        "https://example.org:80:80/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://[::1/",
        "https://[::1]x/",
        "https://[fe80::1%25eth0]/",
        "https://℀.example/",
        "https://" + "a" * 300 + ".example/",
        "https://example.org/" + "a" * 2048,
        "javascript:alert(1)",
        "data:text/html,x",
    ],
)
def test_what_can_be_misread_has_no_host(uri: str) -> None:
    assert host_of(uri) is None
    assert not SCHOOL.is_local(uri)


@given(st.text(max_size=80))
def test_any_text_has_a_host_or_none_and_never_fails(text: str) -> None:
    for uri in (text, f"https://{text}", f"https://school.example/{text}"):
        host = host_of(uri)
        if host is not None:
            assert host == host.lower()
            assert host_of(f"https://{host}/") in (host, host.removesuffix(":443"))
        SCHOOL.local_status_id(uri)
        authority_of(text)


def test_same_origin_means_scheme_host_and_port() -> None:
    assert same_origin("https://a.example/x", "https://A.example:443/y#z")
    assert not same_origin("https://a.example/", "http://a.example/")
    assert not same_origin("https://a.example/", "https://a.example:8443/")
    assert not same_origin("https://a.example/", "https://b.a.example/")
    assert not same_origin("nonsense", "nonsense")


@pytest.mark.parametrize("host", ["a.example/x", "a.example?x", "x@a.example", "a.example#", ""])
def test_host_header_is_a_host_and_nothing_more(host: str) -> None:
    assert authority_of(host) is None
