"""What we write is what we would read, and says what the school meant."""

import json
from itertools import product
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fedschool.activitypub import audience, keys, parse, render
from fedschool.activitypub.vocab import PUBLIC
from fedschool.model.account import Picture
from fedschool.model.emoji import Emoji
from fedschool.model.status import Attachment, Poll, PollOption, StatusView, Visibility
from tests.activitypub.people import BOB, NOW, SCHOOL, alice, bob_elsewhere, media_url, post


def wire(document: dict[str, Any]) -> dict[str, Any]:
    return parse.document(json.dumps(document).encode())


WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=60)
NUMBERS = st.integers(min_value=1, max_value=1 << 62)


@given(
    status_id=NUMBERS,
    visibility=st.sampled_from(Visibility),
    content=WORDS,
    warning=WORDS,
    language=st.sampled_from([None, "en", "de-AT"]),
    edited_at=st.none() | st.integers(min_value=NOW, max_value=NOW + 10**10),
    tags=st.lists(st.sampled_from(["maths", "schüler", "kunst"]), unique=True),
    described=WORDS,
    focus=st.floats(min_value=-1, max_value=1),
)
def test_a_note_comes_back_as_it_was_written(
    status_id: int,
    visibility: Visibility,
    content: str,
    warning: str,
    language: str | None,
    edited_at: int | None,
    tags: list[str],
    described: str,
    focus: float,
) -> None:
    picture = Attachment(
        id=1,
        account_id=1,
        key="a.png",
        mime_type="image/png",
        description=described,
        blurhash="UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
        width=10,
        height=20,
        focus_x=focus,
        focus_y=0.5,
    )
    view = post(
        status_id=status_id,
        visibility=visibility,
        content=content,
        spoiler_text=warning,
        language=language,
        edited_at=edited_at,
        mentions=(BOB,),
        tags=tuple(tags),
        emojis=(Emoji(shortcode="owl", id=1, key="owl.png"),),
        attachments=(picture,),
    )

    note = parse.note(wire(render.note(view, SCHOOL, media_url, in_reply_to=BOB.uri)))

    assert (note.id, note.url) == (view.status.uri, view.status.url)
    assert note.attributed_to == view.account.uri
    assert note.content == content
    assert (note.summary or "") == warning
    assert note.sensitive is bool(warning)
    assert note.language == language
    assert (note.published, note.updated) == (NOW, edited_at)
    assert note.in_reply_to == BOB.uri
    assert audience.visibility(note.to, note.cc, view.account.followers_url) is visibility
    assert [(each.href, each.name) for each in note.mentions] == [(BOB.uri, "@bob@other.example")]
    assert [each.name for each in note.hashtags] == tags
    assert [each.name for each in note.emojis] == ["owl"]
    (read,) = note.attachments
    assert (read.url, read.description) == (media_url("a.png"), described)
    assert (read.width, read.height, read.blurhash) == (10, 20, picture.blurhash)
    assert (read.focus_x, read.focus_y) == (focus, 0.5)
    assert note.replies == SCHOOL.replies("alice", status_id)
    assert note.context == SCHOOL.context(7)


def test_direct_note_is_addressed_to_the_people_in_it_alone() -> None:
    document = render.note(post(visibility=Visibility.DIRECT, mentions=(BOB,)), SCHOOL, media_url)

    assert (document["to"], document["cc"]) == ([BOB.uri], [])


def test_actor_comes_back_as_it_was_written() -> None:
    _, pem = keys.generate()
    document = render.actor(
        alice(),
        SCHOOL,
        pem,
        avatar_url="https://school.example/media/a.png?v=1",
        header_url="https://school.example/media/h.webp",
    )
    actor = parse.actor(wire(document))

    assert (actor.id, actor.url) == (alice().uri, alice().url)
    assert (actor.preferred_username, actor.name) == ("alice", "Alice")
    assert actor.inbox == SCHOOL.inbox("alice")
    assert actor.shared_inbox == SCHOOL.shared_inbox
    assert (actor.outbox, actor.followers) == (SCHOOL.outbox("alice"), SCHOOL.followers("alice"))
    assert (actor.following, actor.featured) == (
        SCHOOL.following("alice"),
        SCHOOL.featured("alice"),
    )
    assert actor.public_key is not None
    assert (actor.public_key.id, actor.public_key.owner) == (SCHOOL.key("alice"), actor.id)
    assert keys.load_public(actor.public_key.pem).kind == "rsa"
    assert (actor.manually_approves_followers, actor.discoverable) == (True, True)
    assert actor.indexable is False
    assert actor.published == NOW
    assert actor.fields[0].name == "Room"
    assert actor.icon is not None
    assert actor.icon.media_type == "image/png"


def test_actor_that_moved_or_is_suspended_says_so() -> None:
    import msgspec

    moved = msgspec.structs.replace(
        alice(), moved_to_uri=BOB.uri, also_known_as=(BOB.uri,), avatar=Picture(description="me")
    )
    suspended = msgspec.structs.replace(moved, suspended_at=NOW)

    seen = parse.actor(render.actor(moved, SCHOOL, "", avatar_url=media_url("a.png")))
    assert (seen.moved_to, seen.also_known_as) == (BOB.uri, (BOB.uri,))
    assert seen.icon is not None
    assert seen.icon.description == "me"
    hidden = parse.actor(render.actor(suspended, SCHOOL, "", avatar_url=media_url("a.png")))
    assert hidden.suspended
    assert (hidden.name, hidden.summary, hidden.icon, hidden.fields) == ("", "", None, ())


def test_instance_actor_is_named_after_the_host() -> None:
    actor = parse.actor(wire(render.instance_actor(SCHOOL, "PEM")))

    assert (actor.type, actor.preferred_username) == ("Application", "school.example")
    assert actor.id == "https://school.example/actor"
    assert actor.inbox == "https://school.example/actor/inbox"


def test_create_and_update_carry_the_note_and_its_addresses() -> None:
    view = post(mentions=(BOB,), edited_at=NOW + 5000)

    created = parse.activity(wire(render.create(view, SCHOOL, media_url)))
    updated = parse.activity(wire(render.update_note(view, SCHOOL, media_url)))

    assert created.id == SCHOOL.status_activity("alice", 42)
    assert created.to == (PUBLIC,)
    assert BOB.uri in created.cc
    for activity in (created, updated):
        assert isinstance(activity.object, dict)
        assert "@context" not in activity.object
        assert parse.note(activity.object).id == view.status.uri
        assert activity.actor == view.account.uri
    assert updated.id.startswith(view.status.uri)
    assert updated.id != created.id


def test_question_comes_back_as_it_was_asked() -> None:
    for multiple, closed, hidden in product((False, True), repeat=3):
        asked = Poll(
            options=(PollOption("Tea", 3), PollOption("Coffee & <cake>", 1)),
            multiple=multiple,
            hide_totals=hidden,
            expires_at=NOW,
            closed=closed,
            voters=4,
        )
        view = msgspec.structs.replace(post(), poll=asked)

        claimed = parse.note(render.note(view, SCHOOL, media_url)).poll

        assert claimed is not None
        told = [(option.name, option.votes) for option in claimed.options]
        counts = (None, None) if hidden and not closed else (3, 1)
        assert told == list(zip(asked.titles, counts, strict=True))
        assert (claimed.multiple, claimed.ends, claimed.voters) == (multiple, NOW, 4)
        assert claimed.closed == (NOW if closed else None)


def test_vote_is_a_reply_with_a_name_for_the_author_alone() -> None:
    uri = SCHOOL.vote("alice", 5)

    activity = render.vote(uri, "A", "Tea", status="https://b.example/1", author="B")

    assert (activity["type"], activity["actor"], activity["to"]) == ("Create", "A", ["B"])
    assert activity["object"] == {
        "id": uri,
        "type": "Note",
        "name": "Tea",
        "attributedTo": "A",
        "inReplyTo": "https://b.example/1",
        "to": ["B"],
    }


def test_delete_leaves_a_tombstone_for_those_who_had_the_note() -> None:
    view = post(visibility=Visibility.PRIVATE, mentions=(BOB,))

    deleted = parse.activity(wire(render.delete_note(view, SCHOOL)))

    assert isinstance(deleted.object, dict)
    assert parse.tombstone(deleted.object).id == view.status.uri
    assert deleted.to == (SCHOOL.followers("alice"),)
    assert deleted.cc == (BOB.uri,)
    assert parse.activity(render.delete_actor(alice().uri)).object == alice().uri


def test_follow_is_answered_and_undone_with_itself_inside() -> None:
    ours = render.follow(SCHOOL.activity(1), alice().uri, BOB.uri)
    theirs = render.follow_of("https://other.example/f/1", BOB.uri, alice().uri)
    without_id = render.follow_of(None, BOB.uri, alice().uri)

    undone = parse.activity(wire(render.undo(SCHOOL.activity(2), ours)))
    assert isinstance(undone.object, dict)
    assert parse.activity(undone.object).id == SCHOOL.activity(1)
    assert undone.to == (BOB.uri,)
    for answer in (render.accept, render.reject):
        for follow in (theirs, without_id):
            activity = parse.activity(wire(answer(SCHOOL.activity(3), alice().uri, follow)))
            assert isinstance(activity.object, dict)
            assert parse.embedded_activity(activity.object).actor == BOB.uri
            assert activity.to == (BOB.uri,)


def test_boost_names_the_status_and_tells_its_author() -> None:
    original = StatusView(status=post().status, account=bob_elsewhere())
    boost = post(status_id=43, visibility=Visibility.UNLISTED, reblog=original)

    announced = parse.activity(wire(render.announce(boost, SCHOOL)))

    assert announced.object == original.status.uri
    assert announced.id == SCHOOL.status_activity("alice", 43)
    assert audience.visibility(announced.to, announced.cc, None) is Visibility.UNLISTED
    assert BOB.uri in announced.cc
    assert announced.published == NOW


def test_small_activities_name_actor_and_object() -> None:
    me, number, theirs = alice().uri, SCHOOL.activity(9), "https://other.example/n/1"
    written = {
        "Like": render.like(number, me, theirs, author=BOB.uri),
        "Block": render.block(number, me, theirs),
        "Add": render.add_featured(number, "alice", theirs, SCHOOL),
        "Remove": render.remove_featured(number, "alice", theirs, SCHOOL),
        "Flag": render.flag(number, me, [theirs, BOB.uri], "rude"),
    }

    for kind, document in written.items():
        activity = parse.activity(wire(document))
        assert (activity.id, activity.type, activity.actor) == (number, kind, me)
        assert activity.object == theirs
    assert parse.activity(written["Add"]).target == SCHOOL.featured("alice")
    assert parse.activity(written["Flag"]).content == "rude"
    assert parse.activity(written["Like"]).to == (BOB.uri,)


def test_move_and_profile_update() -> None:
    me = alice().uri
    moved = parse.activity(
        wire(render.move(SCHOOL.activity(1), me, BOB.uri, followers=SCHOOL.followers("alice")))
    )
    updated = parse.activity(
        wire(render.update_actor(SCHOOL.activity(2), render.actor(alice(), SCHOOL, "")))
    )

    assert (moved.object, moved.target) == (me, BOB.uri)
    assert isinstance(updated.object, dict)
    assert parse.actor(updated.object).id == me


def test_collections_and_their_pages() -> None:
    whole = parse.collection(
        wire(
            render.ordered_collection(
                SCHOOL.outbox("alice"), 3, first=f"{SCHOOL.outbox('alice')}?page=true"
            )
        )
    )
    page = parse.collection(
        wire(
            render.ordered_page(
                f"{SCHOOL.outbox('alice')}?page=true",
                SCHOOL.outbox("alice"),
                [SCHOOL.status("alice", 1)],
                next_page=f"{SCHOOL.outbox('alice')}?page=true&max_id=1",
                total=3,
            )
        )
    )
    hidden = render.ordered_collection(SCHOOL.followers("alice"), None)

    assert (whole.total_items, whole.items) == (3, ())
    assert whole.first == page.id
    assert page.part_of == whole.id
    assert page.items == (SCHOOL.status("alice", 1),)
    assert "totalItems" not in hidden
    assert render.ordered_collection("x", 0, items=[])["orderedItems"] == []


def test_tombstone_is_read_back() -> None:
    stone = parse.tombstone(wire(render.tombstone(SCHOOL.status("alice", 1), deleted_at=NOW)))

    assert (stone.id, stone.deleted) == (SCHOOL.status("alice", 1), NOW)
