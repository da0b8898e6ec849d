"""Signed requests are believed exactly as they were signed, by whom, for us, and lately."""

from collections.abc import Callable, Mapping

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from fedschool import errors
from fedschool.activitypub import cavage, digests, keys, rfc9421, signatures
from fedschool.activitypub.keys import PublicKey, SigningKey

Sign = Callable[[SigningKey, str, str, Mapping[str, str], bytes | None, int], dict[str, str]]

NOW = 1_714_552_200_000
HOUR = 3_600_000
INBOX = "https://school.example/users/alice/inbox"
BODY = b'{"type":"Like"}'
KEY_ID = "https://peer.example/users/ada#main-key"
REFUSED = (errors.Unauthenticated, errors.Malformed)
SCHEMES = pytest.mark.parametrize("sign", [cavage.sign, rfc9421.sign])

PRIVATE_PEM, PUBLIC_PEM = keys.generate()
ADA = SigningKey(KEY_ID, PRIVATE_PEM)
ADA_PUBLIC = keys.load_public(PUBLIC_PEM)
EVE_PUBLIC = keys.load_public(keys.generate()[1])


def check(
    headers: Mapping[str, str] | list[tuple[str, str]],
    *,
    method: str = "POST",
    target: str = "/users/alice/inbox",
    body: bytes = BODY,
    key: PublicKey = ADA_PUBLIC,
    host: str = "school.example",
    now_ms: int = NOW,
) -> signatures.SignatureClaim:
    claim = signatures.inspect(method, target, headers, body)
    signatures.verify(claim, key, expected_host=host, now_ms=now_ms)
    return claim


def posted(sign: Sign = cavage.sign) -> dict[str, str]:
    given_headers = {"Content-Type": "application/activity+json"}
    return sign(ADA, "POST", INBOX, given_headers, BODY, NOW)


# What is signed is believed


@SCHEMES
def test_a_signed_post_is_believed(sign: Sign) -> None:
    claim = check(posted(sign))

    assert claim.key_id == KEY_ID
    assert claim.host == "school.example"


@SCHEMES
@given(
    path=st.text("abc/%20äÄ~+&=:@,;!'()*-_.", max_size=20),
    query=st.none() | st.text("ab=&%3F?/ä+", min_size=1, max_size=10),
    body=st.binary(max_size=50),
)
def test_any_path_and_body_can_be_signed_and_is_believed(
    sign: Sign, path: str, query: str | None, body: bytes
) -> None:
    url = f"https://school.example/{path}" + ("" if query is None else f"?{query}")
    _, target = cavage.host_and_target(url)

    headers = sign(ADA, "POST", url, {}, body, NOW)

    check(headers, target=target, body=body)


@SCHEMES
def test_a_signed_get_needs_no_digest(sign: Sign) -> None:
    url = "https://school.example:8443/users/alice?page=2"
    headers = sign(ADA, "GET", url, {"Accept": "x"}, None, NOW)

    check(headers, method="GET", target="/users/alice?page=2", body=b"", host="school.example:8443")
    assert headers["Accept"] == "x"
    assert "digest" not in {name.lower() for name in headers}


@SCHEMES
def test_headers_may_come_as_pairs_in_any_case(sign: Sign) -> None:
    check([(name.lower(), f" {value} ") for name, value in posted(sign).items()])


def test_our_own_signature_names_what_it_covers() -> None:
    headers = posted()

    assert headers["Date"] == "Wed, 01 May 2024 08:30:00 GMT"
    assert headers["Host"] == "school.example"
    assert 'algorithm="rsa-sha256"' in headers["Signature"]
    assert 'headers="(request-target) host date digest content-type"' in headers["Signature"]
    assert check(headers).covered == (
        "(request-target)",
        "host",
        "date",
        "digest",
        "content-type",
    )


def test_host_header_with_the_default_port_is_ours() -> None:
    url_host = signed_cavage(host="School.example:443")

    check(url_host)


def test_query_string_may_be_left_out_of_the_target() -> None:
    without = cavage.sign(ADA, "GET", "https://school.example/outbox", {}, None, NOW)
    with_query = cavage.sign(ADA, "GET", "https://school.example/outbox?page=1", {}, None, NOW)

    for headers in (without, with_query):
        check(headers, method="GET", target="/outbox?page=1", body=b"")
    with pytest.raises(errors.Unauthenticated):
        check(with_query, method="GET", target="/outbox?page=2", body=b"")


# Signatures of other peers, put together by hand


def signed_cavage(
    *,
    covered: str = "(request-target) host date digest",
    algorithm: str | None = "hs2019",
    host: str = "school.example",
    date: str | None = "Wed, 01 May 2024 08:30:00 GMT",
    digest: str | None = None,
    created: int | str | None = None,
    expires: int | str | None = None,
    key_id: str = KEY_ID,
    method: str = "post",
) -> dict[str, str]:
    values = {
        "(request-target)": f"{method} /users/alice/inbox",
        "(created)": str(created),
        "(expires)": str(expires),
        "host": host,
        "date": date,
        "digest": digest or digests.digest(BODY),
    }
    base = "\n".join(f"{name}: {values.get(name)}" for name in covered.split(" "))
    signature = digests.to_base64(ADA.sign(base.encode()))
    parts = [f'keyId="{key_id}"']
    if algorithm is not None:
        parts.append(f'algorithm="{algorithm}"')
    if created is not None:
        parts.append(f"created={created}")
    if expires is not None:
        parts.append(f"expires={expires}")
    parts += [f'headers="{covered}"', f'signature="{signature}"']
    headers = {"Host": host, "Digest": str(values["digest"]), "Signature": ",".join(parts)}
    return headers | ({"Date": date} if date is not None else {})


def signed_9421(
    *,
    lines: Mapping[str, str] | None = None,
    parameters: str | None = None,
    names: str | None = None,
    host: str = "school.example",
    digest: str | None = None,
    key: Callable[[bytes], bytes] = ADA.sign,
    label: str = "sig1",
) -> dict[str, str]:
    digest = digest or digests.content_digest(BODY)
    if lines is None:
        lines = {"@method": "POST", "@target-uri": INBOX, "content-digest": digest}
    if parameters is None:
        parameters = f';created={NOW // 1000};keyid="{KEY_ID}"'
    covered = names or "(" + " ".join(f'"{name}"' for name in lines) + ")"
    base = "\n".join(
        [*(f'"{n}": {v}' for n, v in lines.items()), f'"@signature-params": {covered}{parameters}']
    )
    return {
        "Host": host,
        "Content-Digest": digest,
        "Signature-Input": f"{label}={covered}{parameters}",
        "Signature": f"{label}=:{digests.to_base64(key(base.encode()))}:",
    }


@pytest.mark.parametrize("algorithm", [None, "hs2019", "rsa-sha256", "RSA-SHA256"])
def test_known_algorithms_are_believed(algorithm: str | None) -> None:
    check(signed_cavage(algorithm=algorithm))


def test_created_may_stand_for_the_date() -> None:
    covered = "(request-target) (created) (expires) host digest"
    headers = signed_cavage(
        covered=covered, date=None, created=NOW // 1000, expires=NOW // 1000 + 60
    )

    check(headers)
    with pytest.raises(errors.Unauthenticated):
        check(headers, now_ms=NOW + 61_000)
    with pytest.raises(errors.Unauthenticated):
        check(signed_cavage(covered=covered, algorithm="rsa-sha256", created=1, expires=2))


@pytest.mark.parametrize(
    "lines",
    [
        {"@authority": "school.example", "@path": "/users/alice/inbox"},
        {"@authority": "school.example", "@request-target": "/users/alice/inbox"},
        {"@target-uri": INBOX, "@scheme": "https", "@query": "?", "host": "school.example"},
        {"@target-uri": "http://school.example/users/alice/inbox"},
    ],
)
def test_rfc9421_components_that_cover_the_target_are_believed(lines: dict[str, str]) -> None:
    digest = digests.content_digest(BODY)

    check(signed_9421(lines={"@method": "POST", **lines, "content-digest": digest}))


def test_ed25519_keys_are_believed_in_rfc9421_only() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    public = keys.load_public(pem.decode())
    parameters = f';created={NOW // 1000};keyid="{KEY_ID}";alg="ed25519"'

    check(signed_9421(key=private.sign), key=public)
    check(signed_9421(key=private.sign, parameters=parameters), key=public)
    with pytest.raises(errors.Unauthenticated):
        check(signed_9421(parameters=parameters))
    with pytest.raises(errors.Unauthenticated):
        check(signed_cavage(), key=public)


def test_one_of_several_labels_is_enough() -> None:
    headers = signed_9421(label="mine")
    headers["Signature-Input"] = f'proxy=("@status");created=1, {headers["Signature-Input"]}'

    check(headers)


# Every tampering is refused


@SCHEMES
@pytest.mark.parametrize(
    "tampered",
    [
        {"body": BODY + b" "},
        {"body": b""},
        {"target": "/users/bob/inbox"},
        {"target": "/inbox"},
        {"method": "PUT"},
        {"key": EVE_PUBLIC},
        {"host": "other.example"},
        {"now_ms": NOW + 12 * HOUR + 1000},
        {"now_ms": NOW - HOUR - 1000},
    ],
)
def test_tampering_with_the_request_is_refused(sign: Sign, tampered: dict[str, object]) -> None:
    with pytest.raises(errors.Unauthenticated):
        check(posted(sign), **tampered)  # type: ignore[arg-type]


@pytest.mark.parametrize("late", [12 * HOUR, -HOUR])
@SCHEMES
def test_the_window_is_twelve_hours_back_and_one_ahead(sign: Sign, late: int) -> None:
    check(posted(sign), now_ms=NOW + late)


@SCHEMES
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "other.example"),
        ("Host", "school.example/x"),
        ("Host", "school.example\r\nX: y"),
        ("Signature", ""),
        ("Signature", "x"),
    ],
)
def test_tampering_with_a_header_is_refused(sign: Sign, name: str, value: str) -> None:
    with pytest.raises(REFUSED):
        check(posted(sign) | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Date", "Wed, 01 May 2024 08:30:01 GMT"),
        ("Date", "Wed, 01 May 2024 08:30:00 +0000"),
        ("Date", "Wed, 32 May 2024 08:30:00 GMT"),
        ("Digest", digests.digest(b"other")),
        ("Digest", "SHA-256="),
        ("Digest", "MD5=1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("Digest", digests.digest(BODY) + "," + digests.digest(BODY)),
        ("Digest", digests.digest(BODY).replace("SHA-256", "SHA-1")),
        ("Content-Type", "text/plain"),
    ],
)
def test_tampering_with_a_covered_header_is_refused(name: str, value: str) -> None:
    with pytest.raises(REFUSED):
        check(posted() | {name: value})


@pytest.mark.parametrize("name", ["Host", "Date", "Digest", "Signature", "Content-Type"])
def test_a_covered_header_must_be_there_once(name: str) -> None:
    headers = posted()
    repeated = [*headers.items(), (name.lower(), headers[name])]
    missing = [(other, value) for other, value in headers.items() if other != name]

    with pytest.raises(errors.Malformed):
        check(repeated)
    with pytest.raises(REFUSED):
        check(missing)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(request-target) host date", "host (request-target) date"),
        ("(request-target) host date", "(request-target) host host date"),
        (" digest", ""),
        ("(request-target) ", ""),
        (" host", ""),
        (" date", ""),
        (" date", " (created)"),
        (" date", " (unknown)"),
        (" date", "  date"),
        ("rsa-sha256", "rsa-sha1"),
        ("rsa-sha256", "hmac-sha256"),
        ('signature="', 'signature="A'),
        ('signature="', 'signature="",signature="'),
        ('keyId="', 'keyId="https://evil.example/key",keyId="'),
        (KEY_ID, "acct:ada@peer.example"),
        (KEY_ID, ""),
        ('",headers', '", "x",headers'),
        ("keyId=", "keyid="),
    ],
)
def test_tampering_with_the_signature_header_is_refused(old: str, new: str) -> None:
    headers = posted()
    changed = headers["Signature"].replace(old, new, 1)
    assert changed != headers["Signature"]

    with pytest.raises(REFUSED):
        check(headers | {"Signature": changed})


@pytest.mark.parametrize(
    "covered",
    [
        "date",
        "(request-target) host date",
        "(request-target) date digest",
        "host date digest",
        "(request-target) host digest",
    ],
)
def test_truly_signed_but_too_little_is_refused(covered: str) -> None:
    with pytest.raises(errors.Unauthenticated):
        check(signed_cavage(covered=covered))


@pytest.mark.parametrize(
    "digest",
    [
        "MD5=1B2M2Y8AsgTpgAmY7PhCfg==",
        f"MD5=1B2M2Y8AsgTpgAmY7PhCfg==,{digests.digest(BODY)}",
        digests.digest(b"other"),
        digests.digest(BODY) + ",SHA-512=AAAA",
    ],
)
def test_weak_and_wrong_digests_are_refused_even_when_signed(digest: str) -> None:
    with pytest.raises(errors.Unauthenticated):
        check(signed_cavage(digest=digest))


def test_signed_for_another_host_is_not_for_us() -> None:
    with pytest.raises(errors.Unauthenticated, match="another host"):
        check(signed_cavage(host="other.example"))
    with pytest.raises(errors.Unauthenticated, match="another host"):
        check(signed_9421(host="other.example"))


def test_an_unsigned_request_says_so() -> None:
    with pytest.raises(errors.Unauthenticated, match="not signed"):
        check({"Host": "school.example"})


@pytest.mark.parametrize(
    "lines",
    [
        {"@method": "POST", "@target-uri": INBOX},
        {"@method": "POST", "@path": "/users/alice/inbox"},
        {"@method": "POST", "@authority": "school.example"},
        {"@target-uri": INBOX},
        {"@method": "POST", "@target-uri": "https://school.example/inbox"},
        {"@method": "GET", "@target-uri": INBOX},
        {"@method": "POST", "@target-uri": INBOX, "@query-param": "x"},
        {"@method": "POST", "@target-uri": INBOX, "@signature-params": "x"},
        {"@method": "POST", "@target-uri": INBOX, "x-missing": "x"},
    ],
)
def test_rfc9421_that_covers_too_little_or_strangely_is_refused(lines: dict[str, str]) -> None:
    digest = digests.content_digest(BODY)
    only_lines = lines == {"@method": "POST", "@target-uri": INBOX}
    whole = lines if only_lines else lines | {"content-digest": digest}

    with pytest.raises(REFUSED):
        check(signed_9421(lines=whole))


def test_rfc9421_query_must_be_covered() -> None:
    lines = {
        "@method": "POST",
        "@authority": "school.example",
        "@path": "/users/alice/inbox",
        "content-digest": digests.content_digest(BODY),
    }

    with pytest.raises(errors.Unauthenticated):
        check(signed_9421(lines=lines), target="/users/alice/inbox?x=1")
    check(signed_9421(lines=lines | {"@query": "?x=1"}), target="/users/alice/inbox?x=1")


@pytest.mark.parametrize(
    "parameters",
    [
        f';keyid="{KEY_ID}"',
        f";created={NOW // 1000}",
        f';created={NOW // 1000};keyid="not a uri"',
        f';created={NOW // 1000};created={NOW // 1000};keyid="{KEY_ID}"',
        f';created="{NOW // 1000}";keyid="{KEY_ID}"',
        f';created={NOW // 1000};keyid="{KEY_ID}";alg="hmac-sha256"',
        f';created={NOW // 1000};keyid="{KEY_ID}";alg="rsa-pss-sha512"',
        f';created={NOW // 1000};keyid="{KEY_ID}";expires={NOW // 1000 - 1}',
        f';created={NOW // 1000 - 13 * 3600};keyid="{KEY_ID}"',
        f';created={NOW // 1000 + 2 * 3600};keyid="{KEY_ID}"',
        f'; created={NOW // 1000};keyid="{KEY_ID}"',
    ],
)
def test_rfc9421_with_missing_or_strange_parameters_is_refused(parameters: str) -> None:
    with pytest.raises(REFUSED):
        check(signed_9421(parameters=parameters))


@pytest.mark.parametrize(
    "digest",
    ["md5=:AAAA:", "sha-256=:AAAA:", "sha-256=AAAA", "sha=:AAAA:", digests.content_digest(b"x")],
)
def test_rfc9421_weak_and_wrong_digests_are_refused(digest: str) -> None:
    with pytest.raises(REFUSED):
        check(signed_9421(digest=digest))


def test_rfc9421_repeated_components_and_labels_are_refused() -> None:
    headers = signed_9421()
    doubled = headers["Signature-Input"].replace('"@method"', '"@method" "@method"')
    twice = f"{headers['Signature-Input']}, {headers['Signature-Input']}"
    another = headers["Signature"].replace("sig1", "sig2")

    for changed in (
        {"Signature-Input": doubled},
        {"Signature-Input": twice},
        {"Signature": another},
        {"Signature-Input": headers["Signature-Input"] + ","},
        {"Signature-Input": ""},
        {"Signature-Input": headers["Signature-Input"].replace('"@method"', '"@method";req')},
    ):
        with pytest.raises(REFUSED):
            check(headers | changed)


# Anything at all

HEADER_NAMES = ["Signature", "Signature-Input", "Digest", "Content-Digest", "Date", "Host", "X"]
FRAGMENTS = st.lists(
    st.sampled_from(
        ['keyId="https://a.example/k"', 'headers="', "(request-target)", "host", "date", '"', ",",
         "sig1=", '("@method" "@target-uri")', ";created=1", ':AAAA:', "=", 'signature="AAAA"',
         "(created)", "created=99999999999999999999", "SHA-256=", " ", "\\", "\r\n", "ÿ", "€"]
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(HEADER_NAMES), FRAGMENTS), max_size=8),
    st.sampled_from(["POST", "get", "", "P OST"]),
    st.sampled_from(["/inbox", "/?a=b", "inbox", "", "/ä", "http://x/"]),
)
def test_any_headers_are_refused_as_errors_of_ours(
    headers: list[tuple[str, str]], method: str, target: str
) -> None:
    with pytest.raises(errors.FedschoolError):
        check(headers, method=method, target=target)


@given(FRAGMENTS)
def test_any_change_of_a_sound_signature_header_is_refused(text: str) -> None:
    for headers, name in ((posted(), "Signature"), (signed_9421(), "Signature-Input")):
        with pytest.raises(errors.FedschoolError):
            check(headers | {name: text})


# Keys


def public_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    raw = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return raw.decode()


def test_keys_too_small_or_of_other_kinds_are_malformed() -> None:
    curve = public_pem(ec.generate_private_key(ec.SECP256R1()))
    pems = [curve, "", "nonsense", PRIVATE_PEM, PUBLIC_PEM[:80], PUBLIC_PEM + "x" * 9000, "é"]

    for pem in pems:
        with pytest.raises(errors.Malformed):
            keys.load_public(pem)


def test_rsa_keys_of_1024_bits_and_both_pem_forms_are_read() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    old_form = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.PKCS1
    )

    assert keys.load_public(public_pem(key)).kind == "rsa"
    assert keys.load_public("\n" + old_form.decode()).kind == "rsa"


def test_rsa_keys_with_numbers_that_cost_too_much_are_malformed() -> None:
    modulus = (1 << 9000) + 1
    for numbers in (
        rsa.RSAPublicNumbers(65537, modulus),
        rsa.RSAPublicNumbers((1 << 64) + 1, (1 << 2048) + 1),
    ):
        try:
            loaded = numbers.public_key()
        except ValueError:
            continue
        pem = loaded.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        with pytest.raises(errors.Malformed):
            keys.load_public(pem.decode())


@given(st.text(max_size=100))
def test_any_text_is_no_key(text: str) -> None:
    for pem in (text, f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(errors.Malformed):
            keys.load_public(pem)


def test_a_private_key_that_is_not_rsa_does_not_sign() -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

    with pytest.raises(errors.Malformed):
        SigningKey(KEY_ID, pem.decode())
