"""The peer against a second one of its kind: what it says about a server can be trusted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.peer import FedifyPeer, PeerRefusal
from tests.live.peer_views import CAVAGE, RFC9421, Attachment, PeerActor, Spec
from tests.live.scene import PIXEL


@pytest.fixture
async def other(fedify_installed: None, tmp_path: Path) -> AsyncIterator[FedifyPeer]:
    async with FedifyPeer(tmp_path, host="localhost") as running:
        yield running


async def befriend(peer: FedifyPeer, ada: PeerActor, other: FedifyPeer, ben: PeerActor) -> None:
    """ben follows ada, and both sides know it."""
    await other.follow(ben.name, ada.handle)
    await other.wait_state(ben.name, lambda ben: ben.follows(ada.uri), "the follow accepted")
    await peer.wait_state(ada.name, lambda ada: ben.uri in ada.followers, "a follower")


async def test_finds_people_by_handle_and_by_uri(peer: FedifyPeer, other: FedifyPeer) -> None:
    ada = await peer.create_actor("ada", display_name="Ada L.")

    by_handle = await other.lookup(ada.handle)
    by_uri = await other.lookup(ada.uri)
    finger = await other.webfinger(f"acct:{ada.handle[1:]}")
    info, valid = await other.nodeinfo(peer.origin)

    assert by_handle is not None
    assert by_handle["id"] == ada.uri
    assert by_uri == by_handle
    assert by_handle["name"] == "Ada L."
    assert finger is not None
    assert finger["subject"] == f"acct:{ada.handle[1:]}"
    assert info["software"]["name"] == "fedschool-live-peer"
    assert valid
    assert await other.lookup(f"@nobody@{peer.host}") is None


@pytest.mark.parametrize("spec", [RFC9421, CAVAGE])
async def test_follow_post_reply_like_share_edit_delete_and_their_undoing(
    peer: FedifyPeer, other: FedifyPeer, spec: Spec
) -> None:
    await peer.knock_first(spec)
    await other.knock_first(spec)
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")

    await befriend(peer, ada, other, ben)
    assert {request.spec for request in await peer.wire() if request.method == "POST"} == {spec}

    uri = await peer.post(
        "ada",
        "Fractions <tomorrow>",
        hashtags=["maths"],
        attachments=[Attachment("image/png", PIXEL, "one pixel", 1, 1)],
    )
    note = await other.wait_note(uri)
    assert note.content is not None
    assert "Fractions &lt;tomorrow&gt;" in note.content
    create = await other.wait_received("ben", type="Create", sender=ada.uri)
    assert create.json["object"]["attachment"]["name"] == "one pixel"
    picture = await other.fetch(create.json["object"]["attachment"]["url"])
    assert picture.headers["content-type"] == "image/png"

    reply = await other.post("ben", "Bring rulers", in_reply_to=uri, mentions=[ada.handle])
    answered = await peer.wait_note(reply)
    assert answered.in_reply_to == uri
    assert ada.uri in answered.cc

    await other.like("ben", uri)
    await other.announce("ben", uri)

    await peer.wait_state(
        "ada",
        lambda ada: ada.note(uri).likes == [ben.uri] == ada.note(uri).shares,
        "like and share",
    )

    await other.unlike("ben", uri)
    await other.unannounce("ben", uri)
    await peer.wait_state(
        "ada", lambda ada: not ada.note(uri).likes and not ada.note(uri).shares, "both undone"
    )

    await peer.edit("ada", uri, "Fractions on Friday")
    await other.wait_note(uri, lambda note: "Friday" in (note.content or ""))

    await peer.delete("ada", uri)
    await other.wait_note(uri, lambda note: note.deleted)
    assert (await other.fetch(uri)).status == 410

    await other.unfollow("ben", ada.uri)
    await peer.wait_state("ada", lambda ada: not ada.followers, "the follow undone")


async def test_private_note_is_for_followers_and_direct_for_the_named(
    peer: FedifyPeer, other: FedifyPeer
) -> None:
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")
    await other.create_actor("eve")
    await befriend(peer, ada, other, ben)

    private = await peer.post("ada", "for followers", visibility="followers")
    direct = await peer.post("ada", "for ben", visibility="direct", mentions=[ben.handle])

    await other.wait_note(private)
    await other.wait_note(direct)
    assert (await other.fetch(private, actor="ben")).status == 200
    assert (await other.fetch(direct, actor="ben", spec=CAVAGE)).status == 200
    assert (await other.fetch(private, actor="eve")).status == 401
    assert (await other.fetch(private)).status == 401


async def test_locked_person_answers_requests_and_shows_followers_the_door(
    peer: FedifyPeer, other: FedifyPeer
) -> None:
    ada = await peer.create_actor("ada", locked=True)
    ben = await other.create_actor("ben")

    await other.follow("ben", ada.uri)
    await peer.wait_received("ada", type="Follow", sender=ben.uri)
    assert (await peer.state("ada")).requests == [ben.uri]
    assert not (await other.state("ben")).follows(ada.uri)

    await peer.accept_request("ada", ben.uri)
    await other.wait_received("ben", type="Accept", sender=ada.uri)
    assert (await other.state("ben")).follows(ada.uri)

    await peer.reject_follower("ada", ben.uri)
    await other.wait_received("ben", type="Reject", sender=ada.uri)
    assert (await other.state("ben")).following == []


async def test_block_ends_the_follow_and_can_be_undone(peer: FedifyPeer, other: FedifyPeer) -> None:
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")
    await befriend(peer, ada, other, ben)

    await peer.block("ada", ben.handle)
    await other.wait_received("ben", type="Block", sender=ada.uri)
    assert (await other.state("ben")).blocked_by == [ada.uri]
    assert (await other.state("ben")).following == []

    await peer.unblock("ada", ben.uri)
    await other.wait_received("ben", type="Undo", sender=ada.uri)
    assert (await other.state("ben")).blocked_by == []


@pytest.mark.parametrize("spec", [RFC9421, CAVAGE])
async def test_forgeries_are_refused(peer: FedifyPeer, other: FedifyPeer, spec: Spec) -> None:
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")
    eve = await other.create_actor("eve")
    inbox = f"{ada.uri}/inbox"

    def like(actor: PeerActor, number: int) -> dict[str, object]:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{actor.uri}#likes/{number}",
            "type": "Like",
            "actor": actor.uri,
            "object": f"{ada.uri}/notes/1",
        }

    honest = await other.deliver(inbox, like(ben, 1), signer="ben", spec=spec)
    somebody_else = await other.deliver(inbox, like(ben, 2), signer="eve", spec=spec)
    claimed_key = await other.deliver(
        inbox, like(ben, 3), signer="eve", key_id=f"{ben.uri}#main-key", spec=spec
    )
    changed = await other.deliver(inbox, like(ben, 4), signer="ben", tamper="body", spec=spec)
    late = await other.deliver(inbox, like(ben, 5), signer="ben", skew_seconds=-90_000, spec=spec)
    unsigned = await other.deliver(inbox, like(eve, 6))
    elsewhere = await other.deliver(inbox, like(ben, 7), signer="ben", tamper="host", spec=spec)

    assert honest.status == 202
    refused = (somebody_else, claimed_key, changed, late, unsigned, elsewhere)
    assert [reply.status for reply in refused] == [401] * 6
    await peer.wait_received("ada", type="Like")
    assert len(await peer.received("ada", type="Like")) == 1


async def test_new_keys_are_found_when_the_old_ones_fail(
    peer: FedifyPeer, other: FedifyPeer
) -> None:
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")
    await befriend(peer, ada, other, ben)

    await peer.rotate_keys("ada")
    uri = await peer.post("ada", "signed with a new key")

    assert (await other.wait_note(uri)).actor == ada.uri


async def test_departed_person_is_gone_and_forgotten(peer: FedifyPeer, other: FedifyPeer) -> None:
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")
    await befriend(peer, ada, other, ben)
    uri = await peer.post("ada", "farewell")
    await other.wait_note(uri)

    await peer.delete_actor("ada")

    await other.wait_received(type="Delete", sender=ada.uri)
    assert (await other.state("ben")).following == []
    assert (await other.fetch(ada.uri)).status == 410
    farewell = await other.note(uri)
    assert farewell is not None
    assert farewell.deleted


async def test_collections_can_be_walked(peer: FedifyPeer, other: FedifyPeer) -> None:
    ada = await peer.create_actor("ada")
    ben = await other.create_actor("ben")
    await befriend(peer, ada, other, ben)
    uri = await peer.post("ada", "for everyone")
    await peer.post("ada", "for few", visibility="followers")

    outbox = await other.traverse(f"{ada.uri}/outbox")
    followers = await other.traverse(f"{ada.uri}/followers")

    assert [item["object"]["id"] for item in outbox] == [uri]
    assert len(followers) == 1


async def test_impossible_wish_is_a_plain_error(peer: FedifyPeer) -> None:
    with pytest.raises(PeerRefusal, match="no actor ghost here"):
        await peer.post("ghost", "boo")
