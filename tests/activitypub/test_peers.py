"""Documents shaped as other servers send them are understood."""

import json
from pathlib import Path
from typing import Any

import pytest

from fedschool.activitypub import audience, parse
from fedschool.activitypub.objects import ClaimedActivity, ClaimedNote
from fedschool.model.status import Visibility

HALF_PAST_EIGHT = 1_714_552_200_000
FOLDER = Path(__file__).parent / "peers"
PEERS = sorted(path.stem for path in FOLDER.glob("*.json"))


def sample(peer: str, kind: str) -> dict[str, Any]:
    """Through bytes and back, as it would come over the wire."""
    document = json.loads((FOLDER / f"{peer}.json").read_text("utf-8"))[kind]
    return parse.document(json.dumps(document).encode())


def note_of(peer: str) -> ClaimedNote:
    activity = parse.activity(sample(peer, "activity"))
    if activity.type == "Announce":
        assert isinstance(activity.object, dict)
        activity = parse.activity(activity.object)
    assert isinstance(activity.object, dict)
    return parse.note(activity.object)


@pytest.mark.parametrize("peer", PEERS)
def test_actor_of_every_peer_is_understood(peer: str) -> None:
    document = sample(peer, "actor")
    actor = parse.actor(document)

    assert actor.id == document["id"]
    assert actor.type == document["type"]
    assert actor.preferred_username == document["preferredUsername"]
    assert actor.inbox == document["inbox"]
    assert actor.shared_inbox == document["endpoints"]["sharedInbox"]
    assert actor.followers == document["followers"]
    assert actor.public_key is not None
    assert actor.public_key.id == document["publicKey"]["id"]
    assert actor.public_key.owner == actor.id
    assert "PUBLIC KEY" in actor.public_key.pem


@pytest.mark.parametrize("peer", PEERS)
def test_activity_of_every_peer_is_understood(peer: str) -> None:
    document = sample(peer, "activity")
    activity = parse.activity(document)

    assert (activity.id, activity.type) == (document["id"], document["type"])
    assert activity.actor == document["actor"]
    assert activity.object == document["object"]


@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer != "akkoma"])
def test_publication_of_every_peer_is_understood(peer: str) -> None:
    note = note_of(peer)

    assert note.content
    assert note.published is not None
    assert HALF_PAST_EIGHT <= note.published < HALF_PAST_EIGHT + 1000


@pytest.mark.parametrize(
    ("peer", "visibility"),
    [
        ("mastodon", Visibility.PUBLIC),
        ("gotosocial", Visibility.UNLISTED),
        ("misskey", Visibility.PUBLIC),
        ("pleroma", Visibility.DIRECT),
        ("lemmy", Visibility.PUBLIC),
        ("peertube", Visibility.PUBLIC),
        ("friendica", Visibility.PUBLIC),
    ],
)
def test_audience_of_every_shape_is_understood(peer: str, visibility: Visibility) -> None:
    note, actor = note_of(peer), parse.actor(sample(peer, "actor"))

    assert audience.visibility(note.to, note.cc, actor.followers) is visibility


def test_mastodon_actor_with_all_its_properties() -> None:
    actor = parse.actor(sample("mastodon", "actor"))

    assert actor.url == "https://mastodon.example/@ada"
    assert actor.manually_approves_followers
    assert actor.discoverable
    assert not actor.indexable
    assert actor.also_known_as == ("https://old.example/users/ada",)
    assert actor.icon is not None
    assert actor.icon.description == "Ada at her desk"
    assert [(field.name, field.value) for field in actor.fields] == [("Room", "12")]
    assert [emoji.name for emoji in actor.emojis] == ["verified"]
    assert actor.featured_tags == "https://mastodon.example/users/ada/collections/tags"


def test_mastodon_note_with_all_its_properties() -> None:
    note = note_of("mastodon")

    assert note.in_reply_to == "https://school.example/users/bob/statuses/9"
    assert (note.summary, note.sensitive, note.language) == ("maths", True, "de")
    assert note.mentions[0].href == "https://school.example/users/bob"
    assert note.hashtags[0].name == "maths"
    assert note.conversation is not None
    assert note.conversation.startswith("tag:mastodon.example")
    assert note.replies == "https://mastodon.example/users/ada/statuses/1/replies"
    (picture,) = note.attachments
    assert (picture.kind, picture.description) == ("image", "A blackboard")
    assert (picture.width, picture.height) == (640, 480)
    assert (picture.focus_x, picture.focus_y) == (0.5, -0.25)
    assert picture.blurhash is not None


def test_gotosocial_describes_pictures_by_summary_and_sends_single_values() -> None:
    note = note_of("gotosocial")

    assert note.attachments[0].description == "A wire"
    assert [tag.name for tag in note.hashtags] == ["time"]
    assert note.summary is None
    actor = parse.actor(sample("gotosocial", "actor"))
    assert actor.icon is not None
    assert actor.icon.description == "A ship"


def test_misskey_quotes_and_emojis() -> None:
    note = note_of("misskey")

    assert note.quote == "https://mastodon.example/users/ada/statuses/1"
    assert note.emojis[0].name == "blobcat"
    assert note.attachments[0].kind == "video"


def test_akkoma_reacts_with_an_emoji_of_null_id() -> None:
    activity = parse.activity(sample("akkoma", "activity"))

    assert activity.content == ":blobfox:"
    (emoji,) = activity.emojis
    assert (emoji.id, emoji.name) == (None, "blobfox")


def test_pleroma_sends_one_address_as_a_string_and_links_as_files() -> None:
    note = note_of("pleroma")

    assert note.to == ("https://school.example/users/bob",)
    assert note.attachments[0].url == "https://pleroma.example/media/beep.ogg"
    assert note.attachments[0].kind == "audio"
    assert note.context == "https://pleroma.example/contexts/77"
    assert len(note.mentions) == 1


def test_lemmy_page_shows_title_text_and_both_links() -> None:
    note = note_of("lemmy")

    assert note.type == "Page"
    assert note.audience == "https://lemmy.example/c/chemistry"
    assert "<strong>Salts &amp; acids</strong>" in note.content
    assert "<p>Read this</p>" in note.content
    assert 'href="https://journal.example/salts"' in note.content
    assert 'href="https://lemmy.example/post/4"' in note.content
    assert note.language == "en"
    assert note.attachments == ()


def test_peertube_video_is_attributed_to_the_person_and_links_to_its_page() -> None:
    note = note_of("peertube")

    assert note.attributed_to == "https://tube.example/accounts/vera"
    assert note.url == "https://tube.example/w/3b2"
    assert "<strong>Optics &lt;live&gt;</strong>" in note.content
    assert "<p>Light &amp; **lenses**</p><p>Part two</p>" in note.content
    assert note.hashtags[0].name == "optics"
    assert note.language == "fr"
    actor = parse.actor(sample("peertube", "actor"))
    assert actor.url == "https://tube.example/a/vera"
    assert actor.summary == ""


def test_pixelfed_picture() -> None:
    note = note_of("pixelfed")

    assert note.attachments[0].description == "A statue"
    assert note.hashtags[0].name == "art"


def test_wordpress_article_shows_title_and_summary_but_no_warning() -> None:
    note = note_of("wordpress")

    assert note.name == "The new hall"
    assert note.summary is None
    assert note.content == (
        "<p><strong>The new hall</strong></p><p>It opens in June</p>"
        '<p><a href="https://blog.example/2024/05/hall/">https://blog.example/2024/05/hall/</a></p>'
    )
    assert note.language == "de-DE"
    assert parse.actor(sample("wordpress", "actor")).preferred_username == "blog.example"


def test_friendica_has_a_service_as_instrument_and_an_empty_description() -> None:
    activity: ClaimedActivity = parse.activity(sample("friendica", "activity"))
    note = note_of("friendica")

    assert isinstance(activity.instrument, dict)
    assert note.attachments[0].description == ""
    assert note.conversation == "https://friendica.example/objects/0a1b#context"
