"""Which URLs and addresses may be asked, and how the admin's allow list reads."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.errors import RemoteRefused
from fedschool.ports.http.guard import (
    AllowList,
    check_addresses,
    check_url,
    parse_allow_private,
)

NOTHING = AllowList()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public_are_refused_as_literals_and_behind_names(
    address: str,
) -> None:
    literal = f"[{address}]" if ":" in address else address

    with pytest.raises(RemoteRefused):
        check_url(f"https://{literal}/", NOTHING)
    with pytest.raises(RemoteRefused):
        check_addresses("peer.example", 443, [ip_address(address)], NOTHING, plain=False)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_may_be_asked(address: str) -> None:
    check_addresses("peer.example", 443, [ip_address(address)], NOTHING, plain=False)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    mixed = [ip_address("1.1.1.1"), ip_address("127.0.0.1")]

    with pytest.raises(RemoteRefused):
        check_addresses("peer.example", 443, mixed, NOTHING, plain=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.01/",
        "https://127.0.0.1./",
        "https://[::ffff:7f00:1]/",
        "https://[fe80::1%25eth0]/",
        "https://localhost%2f@evil.example/",
        "https://user:secret@peer.example/",
        "https://user@peer.example/",
        "https://peer.example\\@127.0.0.1/",
        "https://peer example/",
        "https://peer.example:0/",
        "https://peer.example:99999/",
        "https://.example/",
        "https://peer..example/",
        "https://-peer.example/",
        f"https://{'a' * 64}.example/",
        f"https://peer.example/{'a' * 5000}",
        "https:///path",
        "https://",
        "//peer.example/",
        "/users/alice",
        "ftp://peer.example/",
        "file:///etc/passwd",
        "data:text/plain,hello",
        "gopher://peer.example/",
        "javascript:alert(1)",
        "http://peer.example:https/",
        "",
        "https://peer.example/\r\nHost: other",
        "https://１２７.0.0.1/",
    ],
)
def test_odd_urls_are_refused(url: str) -> None:
    with pytest.raises(RemoteRefused):
        check_url(url, NOTHING)


def test_refusals_do_not_tell_strangers_why() -> None:
    texts = set()
    for url in ("https://127.0.0.1/", "https://u:p@peer.example/", "ftp://peer.example/"):
        with pytest.raises(RemoteRefused) as refusal:
            check_url(url, NOTHING)
        texts.add(refusal.value.public)

    assert texts == {"This server may not be asked"}


def test_a_url_goes_out_in_canonical_form_with_its_percent_encodings_untouched() -> None:
    target = check_url("https://Bücher.Example:443/a%2Fb?sig=%2B%2f#part", NOTHING)

    assert target.url == "https://xn--bcher-kva.example/a%2Fb?sig=%2B%2f"
    assert target.authority == "xn--bcher-kva.example"


def test_https_on_another_port_is_fine() -> None:
    target = check_url("https://peer.example:8443?x=1", NOTHING)

    assert target.url == "https://peer.example:8443/?x=1"
    assert target.authority == "peer.example:8443"


def test_a_listed_name_is_open_wherever_it_points() -> None:
    allow = parse_allow_private("Peer.test, other.test:8080")
    loopback = [ip_address("127.0.0.1")]

    check_addresses("peer.test", 443, loopback, allow, plain=False)
    check_addresses("peer.test", 80, loopback, allow, plain=True)
    check_addresses("other.test", 8080, loopback, allow, plain=True)
    with pytest.raises(RemoteRefused):
        check_addresses("other.test", 8081, loopback, allow, plain=False)
    with pytest.raises(RemoteRefused):
        check_addresses("sub.peer.test", 443, loopback, allow, plain=False)


def test_listed_networks_and_addresses_open_what_names_resolve_to() -> None:
    allow = parse_allow_private("10.0.0.0/8, 192.168.1.5:8080, [::1]:3000, [fd00::1], ::1")

    check_url("https://10.20.30.40/", allow)
    check_url("http://10.20.30.40:81/", allow)
    check_url("http://192.168.1.5:8080/", allow)
    check_url("http://[::1]:3000/", allow)
    check_url("https://[fd00::1]/", allow)
    check_url("https://[::ffff:10.0.0.1]/", allow)
    check_addresses("peer.test", 80, [ip_address("10.0.0.1")], allow, plain=True)
    with pytest.raises(RemoteRefused):
        check_url("http://192.168.1.5:8081/", allow)
    with pytest.raises(RemoteRefused):
        check_url("https://[fd00::2]/", allow)


def test_plain_http_needs_the_list_even_for_public_addresses() -> None:
    public = [ip_address("1.1.1.1")]

    with pytest.raises(RemoteRefused):
        check_addresses("peer.example", 80, public, NOTHING, plain=True)
    with pytest.raises(RemoteRefused):
        check_url("http://1.1.1.1/", NOTHING)

    check_url("http://1.1.1.1/", parse_allow_private("1.1.1.1"))


def test_an_empty_list_and_stray_commas_open_nothing() -> None:
    assert parse_allow_private("") == NOTHING
    assert parse_allow_private(" , ,") == NOTHING


@pytest.mark.parametrize(
    "item",
    [
        "10.0.0.0/33",
        "10.0.0.1/8",
        "peer.test:0",
        "peer.test:99999",
        "a b",
        "[::1",
        "http://x/",
        "*",
    ],
)
def test_an_item_that_cannot_be_read_is_named(item: str) -> None:
    with pytest.raises(ValueError, match="is not a host") as error:
        parse_allow_private(f"peer.test,{item}")

    assert repr(item) in str(error.value)


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://peer.example/{text}"):
        try:
            target = check_url(url, NOTHING)
        except RemoteRefused:
            continue
        assert check_url(target.url, NOTHING) == target
        assert target.url.isascii()


@given(st.text(alphabet="0123456789abcdefx.:[]/, ", max_size=40))
def test_any_allow_list_reads_or_says_why_not(text: str) -> None:
    try:
        parsed = parse_allow_private(text)
    except ValueError as error:
        message = str(error)
    else:
        message = "is not a host" if isinstance(parsed, AllowList) else ""

    assert "is not a host" in message
