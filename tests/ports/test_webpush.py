"""Push messages: another implementation reads them, and nobody but the browser can."""

import base64

import http_ece
import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from fedschool.ports.webpush import MAX_PAYLOAD, Message, Vapid, read_subscriber
from tests.pushing import Browser, Delivered, claims, decoded

VAPID = Vapid(bytes(range(32)))
DIALECTS = pytest.mark.parametrize("standard", [False, True], ids=["draft", "standard"])

# RFC 8291, appendix A
RFC_MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
RFC_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RFC_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def sent(payload: bytes, to: Browser, *, standard: bool) -> Delivered:
    token = VAPID.sign("https://push.test", "https://oak.test", 1_800_000_000)
    keys = to.keys
    subscriber = read_subscriber(keys["p256dh"], keys["auth"])
    made: Message = VAPID.encrypt(payload, subscriber, standard=standard, token=token)
    return Delivered("/", made.headers, made.body)


def test_reader_of_these_tests_reads_the_example_of_the_rfc() -> None:
    number = int.from_bytes(decoded(RFC_PRIVATE), "big")
    private = ec.derive_private_key(number, ec.SECP256R1())

    plain = http_ece.decrypt(
        decoded(RFC_MESSAGE), private_key=private, auth_secret=decoded(RFC_AUTH)
    )

    assert plain == b"When I grow up, I want to be a watermelon"


@DIALECTS
@given(payload=st.binary(max_size=MAX_PAYLOAD))
@settings(max_examples=25, deadline=None)
def test_browser_reads_what_was_written_for_it(payload: bytes, standard: bool) -> None:
    browser = Browser()

    assert browser.decrypts(sent(payload, browser, standard=standard)) == payload


@DIALECTS
def test_nobody_else_reads_it(standard: bool) -> None:
    message = sent(b"for one", Browser(), standard=standard)

    with pytest.raises((InvalidTag, http_ece.ECEException)):
        Browser().decrypts(message)


@DIALECTS
def test_no_two_messages_are_alike(standard: bool) -> None:
    browser = Browser()

    bodies = {sent(b"the same", browser, standard=standard).body for _ in range(5)}

    assert len(bodies) == 5


@DIALECTS
def test_longest_message_is_one_that_every_push_service_takes(standard: bool) -> None:
    browser = Browser()

    assert len(sent(bytes(MAX_PAYLOAD), browser, standard=standard).body) <= 4_096
    with pytest.raises(ValueError, match="too long"):
        sent(bytes(MAX_PAYLOAD + 1), browser, standard=standard)


@DIALECTS
def test_instance_says_who_it_is(standard: bool) -> None:
    message = sent(b"", Browser(), standard=standard)

    assert claims(message) == {
        "aud": "https://push.test",
        "exp": 1_800_000_000,
        "sub": "https://oak.test",
    }
    assert message.key == base64.urlsafe_b64decode(VAPID.public_key)


def test_signature_of_another_instance_is_not_ours() -> None:
    message = sent(b"", Browser(), standard=True)
    headers = dict(message.headers)
    theirs = Vapid(bytes(32)).sign("https://push.test", "https://oak.test", 1_800_000_000)

    headers["authorization"] = headers["authorization"].replace(message.token, theirs)

    with pytest.raises(InvalidSignature):
        claims(Delivered("/", headers, b""))


def test_same_seed_is_the_same_key() -> None:
    assert Vapid(bytes(32)).public_key == Vapid(bytes(32)).public_key != VAPID.public_key
    assert len(base64.urlsafe_b64decode(VAPID.public_key)) == 65


def test_keys_are_read_however_they_are_written() -> None:
    keys = Browser().keys
    point, secret = decoded(keys["p256dh"]), decoded(keys["auth"])

    for encode in (base64.urlsafe_b64encode, base64.standard_b64encode):
        for pad in ("", "="):
            written = [encode(x).decode().rstrip("=") + pad for x in (point, secret)]
            found = read_subscriber(*written)
            assert (found.point, found.auth) == (point, secret)


@given(text=st.text())
def test_other_keys_are_refused(text: str) -> None:
    keys = Browser().keys

    for wrong in (
        (text, keys["auth"]),
        (keys["p256dh"][:-8] + "AAAAAAAA", keys["auth"]),
        (keys["p256dh"], keys["auth"][:-2]),
        (keys["p256dh"] + "=" * 200, keys["auth"]),
    ):
        with pytest.raises(ValueError, match="the keys"):
            read_subscriber(*wrong)
