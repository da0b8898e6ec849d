"""Foreign JSON is read tolerantly where peers differ, strictly where attackers would."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool import errors
from fedschool.activitypub import parse
from fedschool.activitypub.vocab import PUBLIC

HOST = "https://peer.example"
PARSERS = (
    parse.activity,
    parse.embedded_activity,
    parse.actor,
    parse.note,
    parse.collection,
    parse.tombstone,
)


def a_note(**changed: Any) -> dict[str, Any]:
    base = {"id": f"{HOST}/n/1", "type": "Note", "attributedTo": f"{HOST}/u/ada", "content": "x"}
    return base | changed


def an_actor(**changed: Any) -> dict[str, Any]:
    base = {
        "id": f"{HOST}/u/ada",
        "type": "Person",
        "preferredUsername": "ada",
        "inbox": f"{HOST}/i",
    }
    return base | changed


# The document as bytes


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"x"',
        b"null",
        b"{",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}",
        b'{"a": ' * 100_000,
        b"[" * (1 << 20),
        b'{"a": [' + b"1," * 60_000 + b"1]}",
        b'{"a": "' + b"x" * (1 << 20) + b'"}',
        b'{"@graph": []}',
        b'{"object": {"@included": []}}',
        b'{"object": [{"x": {"@reverse": {}}}]}',
    ],
)
def test_bodies_that_are_no_sound_document_are_malformed(body: bytes) -> None:
    with pytest.raises(errors.Malformed):
        parse.document(body)


def test_a_document_may_be_31_levels_deep_and_its_context_anything() -> None:
    body = b'{"@context": {"x": {"@reverse": "y"}}, "a": ' + b"[" * 30 + b"1" + b"]" * 30 + b"}"

    assert parse.document(body)["a"]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_malformed(body: bytes) -> None:
    with contextlib.suppress(errors.Malformed):
        parse.document(body)


@pytest.mark.parametrize(
    ("content_type", "allowed"),
    [
        ("application/activity+json", True),
        ("Application/Activity+JSON; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ('application/ld+json;profile="https://www.w3.org/ns/activitystreams"', True),
        (
            'application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams"',
            True,
        ),
        ("application/ld+json", False),
        ('application/ld+json; profile="https://evil.example/ns"', False),
        ('application/ld+json; x="profile=https://www.w3.org/ns/activitystreams"', False),
        (
            'application/ld+json; profile="x"; profile="https://www.w3.org/ns/activitystreams"',
            False,
        ),
        ("application/json", False),
        ("text/html", False),
        ("text/plain; application/activity+json", False),
        ("application/activity+json, text/html", False),
        ("application/octet-stream", False),
        ("", False),
        ("application/activity+json;" + "a" * 600, False),
    ],
)
def test_only_the_two_activitypub_media_types_are_allowed(content_type: str, allowed: bool) -> None:
    assert parse.allowed_content_type(content_type) is allowed


@given(st.text(max_size=100))
def test_any_text_is_a_content_type_or_not(text: str) -> None:
    assert parse.allowed_content_type(text) in (True, False)


# Anything at all

PROPERTIES = [
    "id", "type", "actor", "object", "attributedTo", "content", "contentMap", "summary", "name",
    "nameMap", "to", "cc", "tag", "attachment", "url", "icon", "inbox", "preferredUsername",
    "publicKey", "publicKeyPem", "endpoints", "published", "startTime", "location", "oneOf",
    "anyOf", "replies", "totalItems", "items", "orderedItems", "first", "mediaType", "focalPoint",
    "width", "blurhash", "href", "rel", "language", "identifier", "as:content", "@type", "@value",
    "@list", "closed", "alsoKnownAs", "image", "target", "sensitive",
]  # fmt: skip
WORDS = [
    "Note", "Person", "Create", "Question", "Article", "Event", "Emoji", "Mention", "Hashtag",
    "Image", "Link", "Collection", "PropertyValue", "Public", "https://peer.example/1", "ada",
    "2024-05-01T08:30:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "en",
    "#tag", ":x:", "text/plain", "https://[", "",
]  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(WORDS)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(PROPERTIES) | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=40,
)
OBJECTS = st.dictionaries(st.sampled_from(PROPERTIES), ANY_JSON, max_size=20)


@given(OBJECTS)
def test_any_object_is_understood_or_malformed(doc: dict[str, Any]) -> None:
    for read in PARSERS:
        with contextlib.suppress(errors.Malformed):
            read(doc)


@given(OBJECTS)
def test_anything_hung_on_a_sound_object_is_understood_or_malformed(doc: dict[str, Any]) -> None:
    kind = doc.get("type")
    for sound, read in ((a_note(), parse.note), (an_actor(), parse.actor)):
        try:
            read(doc | sound)
            read(doc | sound | {"type": [sound["type"], kind]})
        except errors.Malformed:
            pass
    for kind in ("Question", "Event", "Article", "Video"):
        with contextlib.suppress(errors.Malformed):
            parse.note(doc | a_note(type=kind))


@given(ANY_JSON)
def test_anything_has_an_object_id_or_none(value: Any) -> None:
    found = parse.object_id(value)

    assert found is None or found.startswith("http")


# Tolerance


def test_prefixed_names_and_types_are_plain_ones() -> None:
    note = parse.note(
        {
            "@id": f"{HOST}/n/1",
            "@type": ["https://www.w3.org/ns/activitystreams#Note", "https://x.example/Extra"],
            "as:attributedTo": {"id": f"{HOST}/u/ada", "type": "as:Person"},
            "https://www.w3.org/ns/activitystreams#content": [{"@value": "hello"}],
            "to": "as:Public",
            "cc": [{"id": f"{HOST}/u/bob"}, None, 7],
        }
    )

    assert (note.type, note.content) == ("Note", "hello")
    assert (note.to, note.cc) == ((PUBLIC,), (f"{HOST}/u/bob",))


def test_one_property_under_two_names_is_malformed() -> None:
    with pytest.raises(errors.Malformed):
        parse.note(a_note(**{"as:content": "y"}))
    with pytest.raises(errors.Malformed):
        parse.note(a_note(**{"@id": "https://peer.example/n/2"}))


def test_content_may_come_as_a_language_map_alone() -> None:
    note = parse.note(a_note(content=None, contentMap={"fr": "bonjour", "xx\n": 3}))

    assert (note.content, note.language) == ("bonjour", "fr")
    assert note.content_map == {"fr": "bonjour"}


def test_language_is_that_of_the_version_that_is_shown() -> None:
    note = parse.note(a_note(content="hallo", contentMap={"en": "hello", "de": "hallo"}))

    assert note.language == "de"
    assert parse.note(a_note(contentMap={"und": "x"})).language is None


def test_unknown_types_are_kept() -> None:
    assert parse.note(a_note(type="Album", name="Trip")).type == "Album"
    activity = parse.activity({"id": f"{HOST}/a", "type": "Frobnicate", "actor": f"{HOST}/u"})
    assert (activity.type, activity.object) == ("Frobnicate", None)


def test_embedded_activity_may_lack_an_id_but_a_delivered_one_may_not() -> None:
    follow = {"type": "Follow", "actor": f"{HOST}/u/ada", "object": f"{HOST}/u/bob"}

    assert parse.embedded_activity(follow).id == ""
    with pytest.raises(errors.Malformed):
        parse.activity(follow)
    with pytest.raises(errors.Malformed):
        parse.embedded_activity(follow | {"id": "not a uri"})


def test_flag_names_several_objects() -> None:
    flag = parse.activity(
        {
            "id": f"{HOST}/f",
            "type": "Flag",
            "actor": f"{HOST}/actor",
            "object": ["https://school.example/users/bob", {"id": f"{HOST}/n/1"}, 3],
            "content": "rude",
        }
    )

    assert flag.objects == ("https://school.example/users/bob", {"id": f"{HOST}/n/1"})
    assert flag.object == "https://school.example/users/bob"
    assert flag.content == "rude"


def test_event_tells_when_and_where() -> None:
    event = parse.note(
        a_note(
            type="Event",
            name="Open day",
            startTime="2024-06-01T10:00:00+02:00",
            location={"type": "Place", "name": "Hall <1>"},
        )
    )

    assert "<p>2024-06-01 10:00 UTC+02:00, Hall &lt;1&gt;</p>" in event.content


def test_vote_is_a_note_with_a_name() -> None:
    vote = parse.note(a_note(name="Yes", content=None, inReplyTo=f"{HOST}/q/1"))

    assert (vote.name, vote.content, vote.in_reply_to) == ("Yes", "", f"{HOST}/q/1")


def test_poll_with_closing_time_and_counts() -> None:
    option = {"type": "Note", "name": "Yes", "replies": {"totalItems": 3}}
    note = parse.note(
        a_note(
            type="Question",
            anyOf=[option, {"name": "No"}],
            endTime="2024-05-01T08:30:00Z",
            votersCount=3,
        )
    )

    assert note.poll is not None
    assert note.poll.multiple
    assert [(each.name, each.votes) for each in note.poll.options] == [("Yes", 3), ("No", None)]
    assert note.poll.ends == 1_714_552_200_000
    assert note.poll.voters == 3
    assert note.poll.closed is None


def test_delete_names_a_uri_a_tombstone_or_the_object() -> None:
    assert parse.tombstone(f"{HOST}/n/1").id == f"{HOST}/n/1"
    stone = parse.tombstone({"id": f"{HOST}/n/1", "type": "Tombstone", "formerType": "Note"})
    assert stone.former_type == "Note"
    assert parse.tombstone(a_note()).former_type == "Note"
    with pytest.raises(errors.Malformed):
        parse.tombstone("nothing")


def test_collection_of_uris_and_objects_with_an_embedded_first_page() -> None:
    page = parse.collection(
        {
            "type": "OrderedCollectionPage",
            "totalItems": 2,
            "orderedItems": [f"{HOST}/1", {"type": "Note"}, 5, "nothing"],
            "next": f"{HOST}/p/2",
            "partOf": {"id": f"{HOST}/c"},
        }
    )
    whole = parse.collection({"id": f"{HOST}/c", "type": "Collection", "first": {"items": []}})

    assert page.items == (f"{HOST}/1", {"type": "Note"})
    assert (page.next, page.part_of, page.total_items) == (f"{HOST}/p/2", f"{HOST}/c", 2)
    assert whole.first == {"items": []}
    with pytest.raises(errors.Malformed):
        parse.collection({"type": "Note"})


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2024-05-01T08:30:00Z", 1_714_552_200_000),
        ("2024-05-01T08:30:00z", 1_714_552_200_000),
        ("2024-05-01T10:30:00.25+02:00", 1_714_552_200_250),
        ("2024-05-01T08:30:00", 1_714_552_200_000),
        ("2024-05-01T08:30:00.123456789Z", 1_714_552_200_123),
        ("1969-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("99999-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (1714552200, None),
        (None, None),
    ],
)
def test_times_in_any_zone_become_milliseconds(text: Any, ms: int | None) -> None:
    assert parse.note(a_note(published=text)).published == ms


# Strictness


@pytest.mark.parametrize(
    "identity",
    [None, "", 5, {}, [f"{HOST}/n/1"], "ap://did:key:z6Mk/n", "javascript:x", "https://",
     "https://u@peer.example/n", "https://peer.example/\n"],
)  # fmt: skip
def test_objects_without_a_usable_id_are_malformed(identity: Any) -> None:
    with pytest.raises(errors.Malformed):
        parse.note(a_note(id=identity))
    with pytest.raises(errors.Malformed):
        parse.actor(an_actor(id=identity))


@pytest.mark.parametrize(
    "changed",
    [
        {"preferredUsername": None},
        {"preferredUsername": "a/b"},
        {"preferredUsername": "a@b"},
        {"preferredUsername": "ada\u202e"},
        {"preferredUsername": "x" * 200},
        {"inbox": None},
        {"inbox": "mailto:ada@peer.example"},
        {"type": "Note"},
        {"type": []},
    ],
)
def test_actors_that_cannot_be_addressed_are_malformed(changed: dict[str, Any]) -> None:
    with pytest.raises(errors.Malformed):
        parse.actor(an_actor(**changed))


@pytest.mark.parametrize(
    "changed",
    [{"attributedTo": None}, {"attributedTo": "ada"}, {"type": "Person"}, {"type": "Tombstone"}],
)
def test_publications_without_author_or_of_other_kinds_are_malformed(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(errors.Malformed):
        parse.note(a_note(**changed))


def test_an_activity_has_one_actor() -> None:
    base = {"id": f"{HOST}/a", "type": "Like", "object": f"{HOST}/n"}

    assert parse.activity(base | {"actor": [{"id": f"{HOST}/u"}]}).actor == f"{HOST}/u"
    for actor in (None, [], [f"{HOST}/u", f"{HOST}/v"], "u"):
        with pytest.raises(errors.Malformed):
            parse.activity(base | {"actor": actor})


def test_page_on_another_host_is_not_believed() -> None:
    assert parse.note(a_note(url="https://bank.example/login")).url == f"{HOST}/n/1"
    assert parse.note(a_note(url=f"{HOST}/@ada/1")).url == f"{HOST}/@ada/1"
    assert parse.actor(an_actor(url="javascript:alert(1)")).url == f"{HOST}/u/ada"


def test_counts_are_bounded() -> None:
    mentions = [{"type": "Mention", "href": f"{HOST}/u/{i}", "name": "x"} for i in range(500)]
    files = [{"type": "Image", "url": f"{HOST}/{i}.png"} for i in range(500)]
    note = parse.note(
        a_note(
            type="Question",
            tag=mentions,
            attachment=files,
            to=[f"{HOST}/u/{i}" for i in range(5000)],
            oneOf=[{"name": f"Option {i}"} for i in range(5000)],
        )
    )

    assert len(note.mentions) == 100
    assert len(note.attachments) == 100
    assert len(note.to) == 200
    assert note.poll is not None
    assert len(note.poll.options) == 20


def test_texts_are_bounded_and_free_of_control_characters() -> None:
    note = parse.note(a_note(content="a\x00b\n" + "x" * 300_000, summary="\x1bwarn"))

    assert note.content.startswith("ab\nx")
    assert len(note.content) == 100_000
    assert note.summary == "warn"


def test_wrong_typed_values_count_as_absent() -> None:
    note = parse.note(
        a_note(
            sensitive="true",
            summary=5,
            published=True,
            inReplyTo={"x": 1},
            tag=["x", {"type": "Mention"}, {"type": "Hashtag", "name": "a b"}, {"type": "Emoji"}],
            attachment=[
                {"type": "Image"},
                {"type": "Image", "url": "file:///etc/passwd"},
                {
                    "type": "Image",
                    "url": f"{HOST}/a.png",
                    "width": -5,
                    "height": 1e400,
                    "blurhash": "<script>",
                    "focalPoint": ["0", None],
                    "mediaType": "image/png\r\nX: y",
                },
            ],
            replies=[],
            quote="nothing",
        )
    )

    assert (note.sensitive, note.summary, note.published) == (False, None, None)
    assert (note.in_reply_to, note.quote, note.replies) == (None, None, None)
    assert (note.mentions, note.hashtags, note.emojis) == ((), (), ())
    (picture,) = note.attachments
    assert (picture.width, picture.height, picture.blurhash) == (None, None, None)
    assert (picture.focus_x, picture.focus_y) == (0.0, 0.0)


def test_emoji_names_are_limited() -> None:
    icon = {"type": "Image", "url": f"{HOST}/e.png"}
    names = [":owl:", ":a b:", ":<img>:", ":" + "x" * 300 + ":", ":../../x:", "owl"]
    note = parse.note(a_note(tag=[{"type": "Emoji", "name": name, "icon": icon} for name in names]))

    assert [emoji.name for emoji in note.emojis] == ["owl"]


def test_title_and_links_are_escaped_where_content_is_put_together() -> None:
    note = parse.note(a_note(type="Article", name="<script>x</script>", url=f"{HOST}/?a&b='"))

    assert "<script>" not in note.content
    assert "?a&amp;b=&#x27;" in note.content
